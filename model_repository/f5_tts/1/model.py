"""F5-TTS: speaks a text in a reference voice."""

import sys
from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import (
    INSTANCE,
    StubSettings,
    TritonMeters,
    remote_transcriber,
    says_it_ended,
    says_why,
    serve_scheduled,
    speech_weights,
)
from wordlight.contract import F5_TTS, SPEECH_METERS
from wordlight.speech import SpeechCall, SpeechEngine, SpeechService

SWITCH_S = 0.0005
"""How long a thread that runs Python keeps another waiting for the interpreter's lock. The sampler
takes the lock at every operator. With Python's default of 5 ms, a thread that reads a text would
hold the sampler up."""


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        sys.setswitchinterval(SWITCH_S)
        settings = StubSettings.from_triton(args)
        engine = SpeechEngine.load(
            speech_weights(settings.manifest, settings.volume),
            device=settings.device,
            threads=settings.threads,
            transcribe=remote_transcriber(pb_utils),
        )
        meters = TritonMeters(SPEECH_METERS, {INSTANCE: args["model_instance_name"]}, pb_utils)
        self._service = SpeechService(engine, meters)
        self._serve = serve_scheduled(
            F5_TTS, SpeechCall, self._service, pb_utils, settings.cancellations
        )

    def execute(self, requests: list[Any]) -> None:
        self._serve(requests)

    @says_it_ended
    def finalize(self) -> None:
        self._service.close()
