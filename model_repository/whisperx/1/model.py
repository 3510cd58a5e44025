"""WhisperX: finds the words of a recording and their times."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import (
    Sharing,
    StubSettings,
    Turns,
    alignment_weights,
    says_it_ended,
    says_why,
    serve_in_turns,
)
from wordlight.alignment import AlignmentCall, AlignmentEngine
from wordlight.contract import WHISPERX


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        weights = alignment_weights(settings.manifest, settings.volume)
        self._turns = Turns()
        engine = self._turns.run(
            lambda: AlignmentEngine.load(weights, device=settings.device, threads=settings.threads)
        )
        sharing = Sharing() if settings.device == "cpu" else Sharing(short_together_s=480.0)
        self._serve = serve_in_turns(
            WHISPERX, AlignmentCall, engine, pb_utils, self._turns, sharing, settings.cancellations
        )

    def execute(self, requests: list[Any]) -> None:
        self._serve(requests)

    @says_it_ended
    def finalize(self) -> None:
        self._turns.close()
