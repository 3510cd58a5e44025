"""Reads the server's counters from its metrics endpoint, before and after a measurement."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

ANSWERS_WITHIN_S = 10.0
OURS = ("nv_inference_", "wordlight_")
"""Prefixes of the counters that are kept. Triton's others (memory, processors) are not of requests.
"""
MOVING = ("gauge",)
"""Kinds of metrics whose difference has no meaning."""
PENDING = "nv_inference_pending_request_count"
FAILED = "nv_inference_request_failure"

Counters = Mapping[str, float]
"""Values by name and labels as the endpoint writes them: ``nv_inference_count{model="voices"}``."""

_TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*(?:\{.*\})?) +(\S+)(?: +-?\d+)?$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class NoMetrics(Exception):
    """The metrics endpoint does not answer."""


def read(url: str) -> str:
    """The text of the endpoint.

    Raises:
        NoMetrics: The endpoint does not answer.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWERS_WITHIN_S) as answer:
            return str(answer.read().decode("utf-8", "replace"))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise NoMetrics(f"{url} does not answer ({reason})") from error


def counters(text: str) -> dict[str, float]:
    """The counters of requests among the metrics, including those of histograms and summaries."""
    kinds = dict(_TYPE.findall(text))
    return {
        sample: float(value)
        for sample, value in _SAMPLE.findall(text)
        if sample.startswith(OURS) and kinds.get(name(sample)) not in MOVING
    }


def moved(before: Counters, after: Counters) -> dict[str, float]:
    """By how much each counter rose. Counters that did not rise are left out."""
    differences = {sample: value - before.get(sample, 0.0) for sample, value in after.items()}
    return {sample: value for sample, value in sorted(differences.items()) if value}


def n_pending(text: str) -> int:
    """The number of requests that wait in the server's queues."""
    waiting = (value for sample, value in _SAMPLE.findall(text) if name(sample) == PENDING)
    return int(sum(map(float, waiting)))


def name(sample: str) -> str:
    """The name of a sample, without its labels."""
    return sample.partition("{")[0]


def labels(sample: str) -> dict[str, str]:
    """The labels of a sample.

    >>> labels('nv_inference_count{model="voices",version="1"}')
    {'model': 'voices', 'version': '1'}
    """
    return dict(_LABEL.findall(sample.partition("{")[2]))


def failures(differences: Counters, model: str) -> dict[str, int]:
    """How many requests of a model failed, by Triton's reason.

    >>> failures({'nv_inference_request_failure{model="voices",reason="REJECTED"}': 2.0}, "voices")
    {'REJECTED': 2}
    """
    return {
        labels(sample)["reason"]: int(value)
        for sample, value in differences.items()
        if name(sample) == FAILED and labels(sample).get("model") == model
    }
