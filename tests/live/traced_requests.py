"""Requests that carry a caller's trace, and what is looked up in the spans of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from otlp_collector import Seen
from served import Served

FRONT, TRITON, MODELS = "wordlight-front", "wordlight-triton", "wordlight-models"
CALLER = "00f067aa0ba902b7"
SECRET = "Zanzibar"


def context(trace: str, flags: str = "01") -> str:
    """A caller's ``traceparent``."""
    return f"00-{trace}-{CALLER}-{flags}"


def tensor(name: str, datatype: str, values: Sequence[Any]) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": [1, len(values)], "data": list(values)}


def words(said: Sequence[str], ends: Sequence[float]) -> dict[str, Any]:
    """A request to `subtitles`."""
    starts = [0.5 * index for index in range(len(said))]
    times = (tensor("STARTS", "FP64", starts), tensor("ENDS", "FP64", ends))
    return {"inputs": [tensor("WORDS", "BYTES", said), *times]}


VOICES = {"id": "mine", "inputs": [tensor("LANGUAGE", "BYTES", ["en"])]}


CLIENT = httpx.Client(timeout=120, trust_env=False)


def ask(one: Served, model: str, body: Any, traceparent: str = "", **more: str) -> httpx.Response:
    headers = {**more, **({"traceparent": traceparent} if traceparent else {})}
    url = f"http://{one.http}/v2/models/{model}/infer"
    return CLIENT.post(url, json=body, headers=headers)


def named(spans: Sequence[Seen], service: str, name: str) -> Seen:
    """The span of that service and name, of which there is one."""
    (found,) = [one for one in spans if (one.service, one.name) == (service, name)]
    return found
