"""WhisperX: every word of a recording with its time."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.alignment import AlignmentCall, AlignmentEngine
from wordlight.contract import WHISPERX
from wordlight.serving import StubSettings, serve
from wordlight.volume import alignment_weights


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        engine = AlignmentEngine.load(
            alignment_weights(settings.profile, settings.volume),
            device=settings.device,
            threads=settings.threads,
        )
        self._serve = serve(WHISPERX, AlignmentCall, engine, pb_utils)

    def execute(self, requests: list[Any]) -> list[Any]:
        return self._serve(requests)
