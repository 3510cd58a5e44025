"""Voices: lists the ready voices."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import StubSettings, says_why, serve
from wordlight.contract import VOICES
from wordlight.voices import VoicesCall, VoiceShelf


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        shelf = VoiceShelf.of(settings.manifest, settings.volume)
        self._serve = serve(VOICES, VoicesCall, shelf, pb_utils)

    def execute(self, requests: list[Any]) -> list[Any]:
        return self._serve(requests)
