"""Requests as a generic client of Triton sends them, without our own client."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import tritonclient.grpc as triton
from live_server import Live
from tritonclient.utils import InferenceServerException

from wordlight.contract import Spec, Value

_ENSEMBLE = re.compile(r"^in ensemble '\w+', ")
"""Triton's words before a step's own message."""
COUNTED_AFTER_S = 0.05
"""Triton counts a run when it is answered, and perhaps a moment later."""
COUNTED_WITHIN_S = 10.0
"""How long ``runs_after`` waits for a run that it expects."""


def infer(
    live: Live,
    spec: Spec,
    request_id: str = "",
    wanted: Sequence[str] = (),
    **values: Value,
) -> triton.InferResult:
    """The answer to a request; ``wanted`` are the outputs asked for, none meaning all."""
    inputs = []
    for name, value in values.items():
        tensor = spec.input(name)
        array = tensor.encode(value)
        inputs.append(triton.InferInput(name, list(array.shape), tensor.dtype.wire))
        inputs[-1].set_data_from_numpy(array)
    outputs = [triton.InferRequestedOutput(name) for name in wanted] or None
    with triton.InferenceServerClient(live.grpc) as client:
        return client.infer(
            spec.name, inputs, outputs=outputs, request_id=request_id, client_timeout=120
        )


def refusal(live: Live, spec: Spec, **values: Value) -> tuple[str, str, float]:
    """Status, message and seconds of a request that is refused."""
    started_s = time.monotonic()
    try:
        infer(live, spec, **values)
    except InferenceServerException as error:
        took_s = time.monotonic() - started_s
        return str(error.status()), _ENSEMBLE.sub("", error.message()), took_s
    raise AssertionError(f"{spec.name} took {values}")


def runs(live: Live) -> dict[str, int]:
    """How often each model was run since the server started, once the last run is counted."""
    counted: dict[str, int] = {}
    with triton.InferenceServerClient(live.grpc) as client:
        while True:
            stats = client.get_inference_statistics().model_stats
            now = {one.name: one.execution_count for one in stats}
            if now == counted:
                return now
            counted = now
            time.sleep(COUNTED_AFTER_S)


def runs_after(live: Live, before: dict[str, int], model: str) -> dict[str, int]:
    """The runs of each model, once Triton has counted one more of ``model`` than ``before``.

    A busy machine counts a run some time after its answer; the wait is bounded.
    """
    deadline_s = time.monotonic() + COUNTED_WITHIN_S
    while (now := runs(live))[model] == before[model] and time.monotonic() < deadline_s:
        pass
    return now
