"""Calls from one model to another inside the server (Triton's business-logic scripting)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.adapter._traced import TRACES
from wordlight.contract import WHISPERX, Value
from wordlight.errors import InvalidInput
from wordlight.logs import requests_now

Transcribe = Callable[[NDArray[np.float32], int], str]


def remote_transcriber(pb_utils: Any) -> Transcribe:
    """A function from samples and their rate in Hz to text; it calls the ``whisperx`` model."""

    def transcribe(samples: NDArray[np.float32], rate_hz: int) -> str:
        spoken_text = WHISPERX.output("SPOKEN_TEXT")
        values: dict[str, Value] = {"AUDIO": samples, "SAMPLE_RATE": rate_hz}
        with TRACES.asking(WHISPERX.name) as trace:
            request = pb_utils.InferenceRequest(
                request_id=next(iter(requests_now().ids), ""),
                model_name=WHISPERX.name,
                requested_output_names=[spoken_text.name],
                inputs=[
                    pb_utils.Tensor(name, WHISPERX.input(name).encode(value))
                    for name, value in values.items()
                ],
                **trace,
            )
            response = request.exec()
            if response.has_error():
                why = "is missing, and transcribing the audio failed"
                raise InvalidInput("REFERENCE_TEXT", why)
        found = pb_utils.get_output_tensor_by_name(response, spoken_text.name)
        return str(spoken_text.decode(found.as_numpy()))

    return transcribe
