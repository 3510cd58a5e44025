"""Requests that nobody should send: three that kill a bare Triton, and random ones."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from wordlight.contract import MODELS, TensorSpec

LEAKS = re.compile(
    r"Traceback|\.py\b|/(tmp|dev|opt|root|work|home|usr|volume)/|\b(region|shm)\b|std::"
)
"""What no answer may have: places on the server, names of shared memory, parts of a trace."""
SLOW = {"f5_tts", "narrate", "narrate_publish", "narrate_stream"}
"""Models that would speak a request that happens to be good."""


def _input(**changes: Any) -> dict[str, Any]:
    return {"name": "STARTS", "datatype": "FP64", **changes}


KILLERS = {
    "a product that overflows": json.dumps(
        {"inputs": [_input(shape=[2**32, 2**32], data=[1.0])]}
    ).encode(),
    "2**31 elements without data": json.dumps({"inputs": [_input(shape=[1, 2**31])]}).encode(),
    "40,000 nested lists": b'{"inputs":[{"name":"STARTS","datatype":"FP64","shape":[1,1],"data":'
    + b"[" * 40_000 + b"]" * 40_000 + b"}]}",
}  # fmt: skip

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**63, 10**40, 1.5, 1e400, "", "x", "\x00", "\ud800", "🙂", [],
    [[]], {}, [1, 2], [1, -1], [2**32, 2**32], [0, 0], [1] * 70, {"a": {"b": []}}, "FP32", "BYTES",
    "UINT8", {"shared_memory_region": "r", "shared_memory_byte_size": 8}, {"binary_data_size": 8},
    {"binary_data_size": -8}, {"binary_data_size": 2**62}, {"classification": 1},
)  # fmt: skip
MEMBERS = ("name", "shape", "datatype", "data", "parameters", "id", "inputs", "outputs", "timeout")


def fuzzed(count: int, seed: int = 0) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Model, body and headers of requests that were good before something was changed."""
    chance = random.Random(seed)
    for _ in range(count):
        spec = chance.choice(MODELS)
        chosen = [
            tensor for tensor in spec.inputs
            if chance.random() < (0.1 if tensor.is_optional else 0.97)
        ]  # fmt: skip
        made = [_good(chance, tensor) for tensor in chosen]
        request = {"inputs": [found for found, _ in made], "id": f"fuzz-{chance.random()}"}
        if spec.name in SLOW:  # it must not be good
            request["inputs"].append({"name": "NOTHING", "shape": [1, 1], "datatype": "BYTES"})
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            _change(chance, request)
        body = json.dumps(request).encode()
        n_json = len(body) + chance.choice((0, 0, 0, 0, 0, 0, 0, 1, -1, -5))
        body += b"".join(data for _, data in made)
        if chance.random() < 0.2:
            body += chance.randbytes(chance.choice((1, 4, 8, 100, 5000)))
        if chance.random() < 0.2:
            place = chance.randrange(len(body))
            body = body[:place] + chance.randbytes(chance.randint(0, 3)) + body[place + 1 :]
        yield spec.name, body, {"inference-header-content-length": str(n_json)}


def _good(chance: random.Random, tensor: TensorSpec) -> tuple[dict[str, Any], bytes]:
    """An input, and what follows of it as binary data."""
    n_values = chance.randint(0, 4) if tensor.is_list else 1
    wire = tensor.dtype.wire
    found: dict[str, Any] = {"name": tensor.name, "shape": [1, n_values], "datatype": wire}
    if chance.random() < 0.5:
        value: Any = "x" if wire == "BYTES" else chance.choice((0, 1, 16_000))
        return {**found, "data": [value] * n_values}, b""
    if wire == "BYTES":
        texts = [chance.randbytes(chance.randint(0, 9)) for _ in range(n_values)]
        data = b"".join(len(one).to_bytes(4, "little") + one for one in texts)
    else:
        data = chance.randbytes(tensor.dtype.numpy.itemsize * n_values)
    return {**found, "parameters": {"binary_data_size": len(data)}}, data


def _change(chance: random.Random, found: Any) -> None:
    """Changes something within a JSON value, at a random place."""
    inner = [
        one for one in (found.values() if isinstance(found, dict) else found)
        if isinstance(one, dict | list) and one
    ]  # fmt: skip
    if inner and chance.random() < 0.7:
        _change(chance, chance.choice(inner))
    elif isinstance(found, dict):
        name = chance.choice((*MEMBERS, *found))
        if name in found and chance.random() < 0.3:
            del found[name]
        else:
            found[name] = deepcopy(chance.choice(ODD))
    else:
        found[chance.randrange(len(found))] = deepcopy(chance.choice(ODD))
