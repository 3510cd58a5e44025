"""Requests that carry a word which no log may repeat, in every place where a caller can put it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from wordlight.contract import Dtype, Spec, Value

CANARY = "zebrafinch"
FORGED = "forged by a caller"
VARIANTS = (
    CANARY,
    f"{CANARY.title()}. \n2026-12-01T00:00:00.000Z ERROR triton: {FORGED}",
    f'{CANARY}\r\n{{"time": "2026-12-01T00:00:00.000Z", "message": "{FORGED}"}}\n',
    json.dumps({CANARY: CANARY}),
    f"\x1b[2J\x1b[31m{CANARY}\x85\u2028{FORGED}",
)
"""The word alone, in two lines of which one looks like a line of the log, as JSON, in colours."""
SPOKEN = "Zebrafinch walks on."
GOOD: Mapping[str, Value] = {
    "TEXT": SPOKEN, "AUDIO": np.zeros(24_000, np.float32), "SAMPLE_RATE": 24_000,
    "WORDS": [CANARY, "sings"], "STARTS": np.array([0.0, 1.0]), "ENDS": np.array([0.5, 1.5]),
    "LANGUAGE": "en", "ID": f"cancelled-{CANARY[::-1]}", "DESTINATION": "s3://films/a",
    **dict.fromkeys(
        ("ASS", "SRT", "VTT", "VTT_HIGHLIGHT", "TTML", "JSON", "LRC", "REPORT"), CANARY
    ),
}  # fmt: skip
"""A value for every input that a model needs, the word among them."""


def calls(
    models: Sequence[Spec], variants: Sequence[str] = VARIANTS
) -> Iterator[tuple[Spec, dict[str, Value]]]:
    """Good requests and bad ones for these models: each text in turn has each variant."""
    for spec in models:
        needed = {one.name: GOOD[one.name] for one in spec.inputs if not one.is_optional}
        yield spec, needed
        for tensor in spec.inputs:
            if tensor.dtype is not Dtype.STRING:
                continue
            for variant in variants:
                text: Value = [variant, variant] if tensor.name in LISTS else variant
                yield spec, {**needed, tensor.name: text}


LISTS = {"WORDS", "SPEAKERS", "ORIGINS"}


def send_over_grpc(
    url: str, spec: Spec, values: Mapping[str, Value], request_id: str, **headers: str
) -> bool:
    """Whether it was answered; any error is as good here."""
    inputs = []
    for name, value in values.items():
        tensor = spec.input(name)
        array = tensor.encode(value)
        inputs.append(triton.InferInput(name, list(array.shape), tensor.dtype.wire))
        inputs[-1].set_data_from_numpy(array)
    with triton.InferenceServerClient(url) as client, suppress(InferenceServerException):
        if getattr(spec, "is_decoupled", False):
            client.start_stream(lambda *_: None, headers=headers)
            client.async_stream_infer(spec.name, inputs, request_id=request_id)
            client.stop_stream()  # after the last part
        else:
            client.infer(
                spec.name, inputs, request_id=request_id, client_timeout=120, headers=headers
            )
        return True
    return False


def broken_over_grpc(url: str, **headers: str) -> None:
    """Requests that do not fit any model, with the word as a name and in data of another type."""
    text = triton.InferInput("TEXT", [1, 1], "BYTES")
    text.set_data_from_numpy(np.array([[CANARY.encode()]], object))
    other = triton.InferInput(CANARY, [1, 1], "BYTES")
    other.set_data_from_numpy(np.array([[CANARY.encode()]], object))
    odd = triton.InferInput("WORDS", [1, 1], "FP64")
    odd.set_data_from_numpy(np.array([[1.0]]))
    latin = triton.InferInput("LANGUAGE", [1, 1], "BYTES")
    latin.set_data_from_numpy(np.array([[f"{CANARY}\xff".encode("latin-1")]], object))
    wanted = [triton.InferRequestedOutput(CANARY)]
    cases: list[tuple[str, list[Any], Any]] = [
        (CANARY, [text], None), ("subtitles", [other], None), ("subtitles", [odd], None),
        ("subtitles", [text], None), ("voices", [latin], None), ("voices", [latin], wanted),
        ("voices", [], None),
    ]  # fmt: skip
    with triton.InferenceServerClient(url) as client:
        for model, inputs, outputs in cases:
            with suppress(InferenceServerException):
                client.infer(
                    model, inputs, outputs=outputs, request_id=f"broken\n{FORGED}",
                    parameters={CANARY: CANARY}, client_timeout=60, headers=headers,
                )  # fmt: skip


def as_json(spec: Spec, values: Mapping[str, Value], request_id: str) -> bytes:
    """The same request as a body for HTTP."""
    inputs = []
    for name, value in values.items():
        tensor = spec.input(name)
        array = tensor.encode(value)
        flat = array.ravel().tolist()
        data = [one.decode() if isinstance(one, bytes) else one for one in flat]
        inputs.append(
            {"name": name, "datatype": tensor.dtype.wire, "shape": list(array.shape), "data": data}
        )
    return json.dumps({"id": request_id, "inputs": inputs}).encode()


BROKEN_BODIES = (
    f"{CANARY}".encode(), f'{{"inputs": [{{"name": "{CANARY}"}}]}}'.encode(),
    f'{{"{CANARY}": 1}}'.encode(), f'{{"inputs": "{CANARY}", "inputs": 1}}'.encode(),
    f'{{"id": "a\\n{FORGED}", "inputs": []}}'.encode(), b'{"inputs": [' + CANARY.encode(),
    f'{{"inputs": [{{"name": "LANGUAGE", "datatype": "{CANARY}", "shape": [1, 1]}}]}}'.encode(),
)  # fmt: skip
PATHS = (
    f"/{CANARY}", f"/v2/models/{CANARY}/infer", f"/v2/models/voices/versions/{CANARY}/infer",
    f"/v2/models/voices?{CANARY}=1", f"/v2/models/%0a{CANARY}/infer",
)  # fmt: skip
