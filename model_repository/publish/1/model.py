"""Publish: puts a narration's files into an S3 bucket, and returns their addresses."""

import os
from typing import Any

import triton_python_backend_utils as pb_utils

from wordlight.adapter import begin_stub, says_why, serve_apart
from wordlight.contract import PUBLISH
from wordlight.publishing import PublishCall, PublishEngine, PublishSettings


class TritonPythonModel:
    @says_why
    def initialize(self, args: dict[str, str]) -> None:
        begin_stub(args)
        engine = PublishEngine.load(PublishSettings.from_environment(os.environ))
        self._serve = serve_apart(PUBLISH, PublishCall, engine, pb_utils)

    def execute(self, requests: list[Any]) -> None:
        self._serve(requests)
