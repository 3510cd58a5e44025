"""Cancel: announces to all models that nobody waits for the requests with an id any more."""

from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import CancelCall, CancelEngine, StubSettings, says_why, serve
from wordlight.contract import CANCEL


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        engine = CancelEngine(StubSettings.from_triton(args).cancellations)
        self._serve = serve(CANCEL, CancelCall, engine, pb_utils)

    def execute(self, requests: list[Any]) -> list[Any]:
        return self._serve(requests)
