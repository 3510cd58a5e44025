"""A fake server that records the requests and answers from a dictionary."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from wordlight_client import ModelMissing
from wordlight_client.transport import Patience

from wordlight.contract import (
    CANCEL,
    CHECKS,
    MODELS,
    NARRATE_STREAM,
    ONLY_AT_THE_END,
    SUBTITLE_FORMATS,
    Spec,
    Value,
)
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
        "licences": ["Apache-2.0", ""],
        "consents": ["", "I, Dusk, agree."],
        **{each.name: f"all of it in {each.name}\n" for each in SUBTITLE_FORMATS},
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
        "chunk_words": [0],
        "chunks": [text],
        "chunk_pauses": [0.0],
        "told": 1,
        "spoken_by": [""] * n,
        "n_spelt": 0,
    }


def stream_fields(text: str, done: int = 0) -> list[dict[str, Value]]:
    """The answers of `narrate_stream`, two words per part, after the parts that are done."""
    whole: dict[str, Any] = answer_fields(text)
    n_words, n_samples = len(whole["words"]), len(whole["audio"])
    firsts = list(range(0, n_words, 2))
    common = {
        "n_chunks": len(firsts), "expected": n_samples / 24_000, "seed": 7, "sample_rate": 24_000,
        "takes": 1, "n_spelt": 1, "doubtful": [], "warnings": [], "ass_part": "", "vtt_part": "",
        "other_starts": [], "other_ends": [],
    }  # fmt: skip
    lists = ("words", "starts", "ends", "scores", "origins")
    parts = [
        {
            **common,
            "chunk": index,
            "start": first * 0.1,
            "audio": whole["audio"][first * 2_400 : (first + 2) * 2_400],
            **{name: whole[name][first : first + 2] for name in lists},
            "ass_part": f"Dialogue: {index}\n",
        }
        for index, first in enumerate(firsts)
    ]
    nothing = {name: [] for name in ("audio", *lists)}
    last = {**whole, **common, **nothing, "chunk": len(firsts), "start": n_samples / 24_000}
    return [*parts[done:], last]


def encode_answers(answers: Sequence[Mapping[str, Value]]) -> list[Tensors]:
    """Answers of `narrate_stream` as they come off the wire; only the last has every output."""
    return [
        {
            tensor.name: tensor.encode(fields[tensor.field])
            for tensor in NARRATE_STREAM.outputs
            if fields is answers[-1] or tensor.name not in ONLY_AT_THE_END
        }
        for fields in answers
    ]


def done_before(asked: Mapping[str, Any]) -> int:
    """The number of parts that are done, as a request states it."""
    return len(json.loads(asked["resume"])["samples"]) if "resume" in asked else 0


def encode(spec: Spec, fields: Mapping[str, Value]) -> Tensors:
    """The outputs of a model as they come off the wire."""
    return {tensor.name: tensor.encode(fields[tensor.field]) for tensor in spec.outputs}


def asked_fields(spec: Spec, tensors: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """The fields that a server reads from a request."""
    return {spec.input(name).field: spec.input(name).decode(a) for name, a in tensors.items()}


@dataclass
class FakeServer:
    """Answers from ``answer_fields``, changed by ``changes``; or raises ``error``.

    A stream raises ``breaks_with`` behind ``breaks_after`` answers. What it is told to end is in
    ``cancelled``, and is no request.
    """

    heard: str = "Hello there, world!"
    error: BaseException | None = None
    changes: dict[str, Value] = field(default_factory=dict)
    requests: list[tuple[str, Tensors, float | None]] = field(default_factory=list)
    patiences: list[Patience] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    refuses: dict[str, BaseException] = field(default_factory=dict)
    breaks_after: int | None = None
    breaks_with: BaseException | None = None
    part_changes: dict[int, dict[str, Value]] = field(default_factory=dict)
    streams: bool = True
    is_stream_open: bool = False
    not_ready_for: int = 0
    is_closed: bool = False

    def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        asked = asked_fields(spec, tensors)
        if spec.name == CANCEL.name:
            self.cancelled.append(asked["id"])
            return encode(spec, answer_fields(""))
        if spec.name == CHECKS.name:
            self.checked.append(asked["text"])
            for part, error in self.refuses.items():
                if part in asked["text"]:
                    raise error
            return encode(spec, {"checked": 1})
        self.requests.append((spec.name, tensors, timeout_s))
        self.ids.append(request_id)
        if self.error is not None:
            raise self.error
        text = asked.get("text") or asked.get("transcript") or self.heard
        return encode(spec, {**answer_fields(text), **self.changes})

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> Generator[Tensors]:
        if not self.streams:
            raise ModelMissing("h:1", "Request for unknown model: 'narrate_stream'")
        self.requests.append((spec.name, tensors, patience.timeout_s))
        self.patiences.append(patience)
        self.ids.append(request_id)
        if self.error is not None:
            raise self.error
        asked = asked_fields(spec, tensors)
        answers = stream_fields(asked["text"], done_before(asked))
        answers[-1] = {**answers[-1], **self.changes}
        for index, change in self.part_changes.items():
            answers[index] = {**answers[index], **change}
        self.is_stream_open = True
        try:
            for index, answer in enumerate(encode_answers(answers)):
                self._break(index)
                yield answer
            self._break(len(answers))
        finally:
            self.is_stream_open = False

    def _break(self, n_answers: int) -> None:
        if n_answers == self.breaks_after and self.breaks_with is not None:
            raise self.breaks_with

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
    """The same for the awaited client."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server

    async def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        return self._server.infer(spec, tensors, timeout_s, request_id)

    async def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> AsyncGenerator[Tensors]:
        with contextlib.closing(
            self._server.stream(spec, tensors, patience, request_id)
        ) as answers:
            for answer in answers:
                yield answer

    async def is_ready(self, timeout_s: float | None) -> bool:
        return self._server.is_ready(timeout_s)

    async def close(self) -> None:
        self._server.close()
