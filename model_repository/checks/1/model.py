"""Checks: what an ensemble's caller asks, before anything is spoken or heard."""

import os
from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import StubSettings, alignable, says_why, serve_apart, speech_weights
from wordlight.checks import CheckCall, CheckEngine
from wordlight.contract import CHECKS
from wordlight.publishing import PublishCheck
from wordlight.speech import SpeechCheck

AT_ONCE = 32
"""Requests that may wait for a bucket's answer while others are checked."""


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        engine = CheckEngine(
            SpeechCheck.load(speech_weights(settings.profile, settings.volume)),
            alignable(settings.profile, settings.volume),
            PublishCheck.load(os.environ),
        )
        self._serve = serve_apart(CHECKS, CheckCall, engine, pb_utils, AT_ONCE)

    def execute(self, requests: list[Any]) -> None:
        self._serve(requests)
