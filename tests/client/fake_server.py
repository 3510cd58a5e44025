"""A server that is a dictionary: what it was asked, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import MODELS, Spec, Value
from wordlight.reading import Reading, is_readable, read_script

Tensors = dict[str, NDArray[Any]]
SPECS = {spec.name: spec for spec in MODELS}
REPORT = {"n_captions": 1, "misses": [{"limit": "gap_ms", "index": 0}]}
ASS = "[Script Info]\nScriptType: v4.00+\nPlayResX: 1280\nPlayResY: 720\n"


def answer_fields(text: str) -> dict[str, Value]:
    """Every output that any model has, for a recording of this text."""
    reading = read_script(text) if is_readable(text) else Reading(())
    words = [word.text for word in reading.words]
    n = len(words)
    return {
        "audio": (0.1 * np.sin(np.arange(2_400 * max(n, 1)) / 9)).astype(np.float32),
        "sample_rate": 24_000,
        "chunk_starts": [0.0],
        "words": words,
        "starts": [index * 0.1 for index in range(n)],
        "ends": [index * 0.1 + 0.08 for index in range(n)],
        "scores": [0.5] * n,
        "origins": ["aligned"] * n,
        "other_starts": [],
        "other_ends": [],
        "spoken_text": text,
        "spoken_language": "en",
        "duration": 0.1 * n,
        "reading": reading.to_json(),
        "names": ["heart", "dusk"],
        "languages": ["en", "en"],
        "descriptions": ["a heart", "a dusk"],
        "ass": ASS,
        "srt": "1\r\n00:00:00,000 --> 00:00:01,000\r\nHello\r\n",
        "vtt": "WEBVTT\n",
        "vtt_highlight": "WEBVTT\n\nNOTE highlight\n",
        "ttml": "<tt/>",
        "json": "{}",
        "lrc": "[re:Wordlight]\n",
        "report": json.dumps(REPORT),
        "files": ["speech.flac", "subtitles.ass"],
        "urls": ["s3://films/a/speech.flac", "s3://films/a/subtitles.ass"],
        "sizes": [48_000, 500],
    }


def encode(spec: Spec, fields: Mapping[str, Value]) -> Tensors:
    """The outputs of a model as they come off the wire."""
    return {tensor.name: tensor.encode(fields[tensor.field]) for tensor in spec.outputs}


def asked_fields(spec: Spec, tensors: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """What a server reads out of a request."""
    return {spec.input(name).field: spec.input(name).decode(a) for name, a in tensors.items()}


@dataclass
class FakeServer:
    """Answers from ``answer_fields``, changed by ``changes``; or raises ``error``."""

    heard: str = "Hello there, world!"
    error: Exception | None = None
    changes: dict[str, Value] = field(default_factory=dict)
    requests: list[tuple[str, Tensors, float | None]] = field(default_factory=list)
    not_ready_for: int = 0
    is_closed: bool = False

    def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        self.requests.append((spec.name, tensors, timeout_s))
        if self.error is not None:
            raise self.error
        asked = asked_fields(spec, tensors)
        text = asked.get("text") or asked.get("transcript") or self.heard
        return encode(spec, {**answer_fields(text), **self.changes})

    def is_ready(self, timeout_s: float | None) -> bool:
        if self.error is not None:
            raise self.error
        self.not_ready_for -= 1
        return self.not_ready_for < 0

    def close(self) -> None:
        self.is_closed = True

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of the only request."""
        ((model, tensors, _),) = self.requests
        return asked_fields(SPECS[model], tensors)


class AsyncFakeServer:
    """The same, awaited."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server

    async def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        return self._server.infer(spec, tensors, timeout_s)

    async def is_ready(self, timeout_s: float | None) -> bool:
        return self._server.is_ready(timeout_s)

    async def close(self) -> None:
        self._server.close()
