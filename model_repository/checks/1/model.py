"""Checks: an ensemble's request is checked before anything is spoken or transcribed."""

import os
from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import (
    StubSettings,
    UntilEnding,
    alignable,
    says_why,
    serve_apart,
    speech_weights,
)
from wordlight.checks import CheckCall, CheckEngine
from wordlight.contract import CHECKS
from wordlight.publishing import PublishCheck
from wordlight.speech import SpeechCheck

AT_ONCE = 32
"""How many requests may wait for a bucket's answer while others are checked."""


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        settings = StubSettings.from_triton(args)
        engine = CheckEngine(
            SpeechCheck.load(speech_weights(settings.manifest, settings.volume)),
            alignable(settings.manifest, settings.volume),
            PublishCheck.load(os.environ),
        )
        self._serve = serve_apart(CHECKS, CheckCall, UntilEnding(engine), pb_utils, AT_ONCE)

    def execute(self, requests: list[Any]) -> None:
        self._serve(requests)
