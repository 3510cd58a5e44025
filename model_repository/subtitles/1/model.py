"""Subtitles: turns timed words into captions in every format."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import begin_stub, says_why, serve
from wordlight.contract import SUBTITLES
from wordlight.subtitles import SubtitleCall, SubtitleEngine


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        begin_stub(args)
        self._serve = serve(SUBTITLES, SubtitleCall, SubtitleEngine.load(), pb_utils)

    def execute(self, requests: list[Any]) -> list[Any]:
        return self._serve(requests)
