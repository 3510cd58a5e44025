"""A bucket to publish into, and a narration to publish."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from s3_server import S3, s3_server

from wordlight.contract import SUBTITLE_FORMATS
from wordlight.publishing import PublishCall

Call = Callable[..., PublishCall]


@pytest.fixture(scope="package")
def s3_of_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(s3_of_package: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """A real S3 server; boto3's settings name it. The bucket ``films`` is there."""
    for name, value in s3_of_package.environment.items():
        monkeypatch.setenv(name, value)
    s3_of_package.bucket("films")
    return s3_of_package


@pytest.fixture
def call() -> Call:
    """A call with every file; keywords change it."""

    def made(**changes: Any) -> PublishCall:
        fields: dict[str, Any] = {
            "destination": "s3://films/2026",
            "audio": (0.3 * np.sin(np.arange(24_000) / 20)).astype(np.float32),
            "sample_rate": 24_000,
            **{each.name: f"{each.name}\n" for each in SUBTITLE_FORMATS},
            "ass": "[Script Info]\n", "srt": "1\r\n", "vtt": "WEBVTT\n",
            "vtt_highlight": "WEBVTT\n\nNOTE ü\n", "ttml": "<tt/>", "json": "{}", "lrc": "[re:W]\n",
            "report": '{"n_captions": 1}',
        }  # fmt: skip
        return PublishCall(**(fields | changes))

    return made


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
