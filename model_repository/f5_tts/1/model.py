"""F5-TTS: a text in a reference voice."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.contract import F5_TTS
from wordlight.serving import StubSettings, remote_transcriber, serve
from wordlight.speech import SpeechCall, SpeechEngine
from wordlight.volume import speech_weights


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        engine = SpeechEngine.load(
            speech_weights(settings.profile, settings.volume),
            device=settings.device,
            threads=settings.threads,
            transcribe=remote_transcriber(pb_utils),
        )
        self._serve = serve(F5_TTS, SpeechCall, engine, pb_utils)

    def execute(self, requests: list[Any]) -> list[Any]:
        return self._serve(requests)
