"""Narrate in parts: each chunk of a script is sent once it is spoken, timed and captioned."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import (
    Neighbours,
    Streams,
    StubSettings,
    alignable,
    says_it_ended,
    says_why,
)
from wordlight.contract import NARRATE_STREAM
from wordlight.streaming import MOST_STREAMS, StreamCall, StreamEngine


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        told = settings.cancellations
        self._engine = StreamEngine(
            Neighbours(pb_utils, told), alignable(settings.manifest, settings.volume)
        )
        self._streams = Streams(
            NARRATE_STREAM, StreamCall, self._engine, pb_utils, told, MOST_STREAMS
        )

    def execute(self, requests: list[Any]) -> None:
        self._streams.execute(requests)

    @says_it_ended
    def finalize(self) -> None:
        self._streams.close()
        self._engine.close()
