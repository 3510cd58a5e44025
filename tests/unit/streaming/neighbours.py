"""Stand-ins for the other models: each answer follows from what is asked."""

from __future__ import annotations

import threading
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment import spread_times
from wordlight.contract import CHECKS, F5_TTS, ModelSpec, Value
from wordlight.errors import ServerBusy, ServerError, WordlightError
from wordlight.reading import Alignable, Reading, read_script, shown_text
from wordlight.speech import chunk, lead_s, pauses_s
from wordlight.streaming import StreamAnswer, StreamCall, StreamEngine

RATE_HZ = 8_000
BYTE_S = 0.05
LIMIT_S = 4.0
SCRIPT = (
    "The river ran low. We crossed it before noon, and nobody spoke of it again.\n\n"
    "Then the wind rose, and the trees began to move. It was a long way home from there; "
    "we walked slowly, tired and happy, until the lights of the town came in sight. "
    "Nobody was awake."
)
ALIGNABLE = Alignable({"en": "en", "zh": "zh"}, "en")


@dataclass(frozen=True)
class Asked:
    """One request: ``kind`` is checks, plan, piece, hear or align."""

    kind: str
    values: Mapping[str, Any]
    job: str
    rank: int


@dataclass
class Neighbourhood:
    """All models of a server.

    ``failing``: what (kind, rank) is answered instead; ``busy``: how often each kind's queue is
    full; ``deaf``: words that Whisper does not hear, by take and chunk; ``before``: called first.
    """

    failing: dict[tuple[str, int], WordlightError] = field(default_factory=dict)
    busy: Counter[str] = field(default_factory=Counter)
    deaf: dict[tuple[int, int], int] = field(default_factory=dict)
    before: Callable[[Asked], None] = lambda asked: None
    asked: list[Asked] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    fails_to_cancel: WordlightError | None = None
    n_asking: int = 0

    def __post_init__(self) -> None:
        self._changing = threading.Lock()
        self._said: dict[bytes, str] = {}
        self._n_heard: Counter[int] = Counter()

    def kinds(self, rank: int | None = None) -> list[str]:
        return [one.kind for one in self.asked if rank in (None, one.rank)]

    def of(self, kind: str) -> list[Asked]:
        """The requests of a kind, sorted by chunk."""
        return sorted((one for one in self.asked if one.kind == kind), key=lambda one: one.rank)

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)
        if self.fails_to_cancel is not None:
            raise self.fails_to_cancel

    def ask(
        self, model: ModelSpec, values: Mapping[str, Value], job: str, rank: int
    ) -> Mapping[str, Any]:
        given = {
            name: model.input(name).decode(model.input(name).encode(value))
            for name, value in values.items()
        }
        asked = Asked(_kind(model, given), given, job, rank)
        with self._changing:
            self.asked.append(asked)
            self.n_asking += 1
        try:
            return self._answer(asked)
        finally:
            with self._changing:
                self.n_asking -= 1

    def _answer(self, asked: Asked) -> Mapping[str, Any]:
        with self._changing:
            if self.busy[asked.kind] > 0:
                self.busy[asked.kind] -= 1
                raise ServerBusy("the queue is full")
        self.before(asked)
        if asked.job in self.cancelled:
            raise ServerError("cancelled by the caller")
        if (asked.kind, asked.rank) in self.failing:
            raise self.failing[asked.kind, asked.rank]
        answer: Mapping[str, Any] = getattr(self, f"_{asked.kind}")(asked)
        return answer

    def _checks(self, asked: Asked) -> Mapping[str, Any]:
        return {"checked": 1}

    def _plan(self, asked: Asked) -> Mapping[str, Any]:
        reading = read_script(asked.values["TEXT"], asked.values.get("LANGUAGE"))
        chunks = list(chunk(reading, _seconds, LIMIT_S))
        pauses = pauses_s(chunks)
        lasts_s = [_seconds(one.text) + pause for one, pause in zip(chunks, pauses, strict=True)]
        return {
            "chunks": [one.directed for one in chunks],
            "spoken_text": shown_text(asked.values["TEXT"], reading),
            "chunk_pauses": np.array(pauses),
            "chunk_words": np.array([one.first for one in chunks], np.int32),
            "chunk_starts": lead_s(reading.lead_s) + np.cumsum([0.0, *lasts_s[:-1]]),
            "sample_rate": RATE_HZ,
            "reading": reading.to_json(),
        }

    def _piece(self, asked: Asked) -> Mapping[str, Any]:
        text, seed = asked.values["TEXT"], asked.values["SEED"]
        noise = np.random.default_rng([zlib.crc32(text.encode()), seed])
        n_samples = round(_seconds(text) * RATE_HZ * noise.uniform(0.9, 1.1))
        audio = noise.uniform(-0.9, 0.9, n_samples).astype(np.float32)
        with self._changing:
            self._said[audio.tobytes()] = text
        return {"audio": audio, "sample_rate": RATE_HZ}

    def _hear(self, asked: Asked) -> Mapping[str, Any]:
        with self._changing:
            take = self._n_heard[asked.rank]
            self._n_heard[asked.rank] += 1
        words = self._said[asked.values["AUDIO"].tobytes()].split()
        n_lost = min(self.deaf.get((take, asked.rank), 0), len(words))
        return {"spoken_text": " ".join(words[: len(words) - n_lost])}

    def _align(self, asked: Asked) -> Mapping[str, Any]:
        """Words of each chunk spread over what sounds in it; scores tell one audio from another."""
        audio, reading = asked.values["AUDIO"], Reading.from_json(asked.values["READING"])
        firsts = asked.values["CHUNK_WORDS"].tolist()
        samples = [round(start_s * RATE_HZ) for start_s in asked.values["CHUNK_STARTS"]]
        starts, ends, scores, origins = [], [], [], []
        for index, (word, sample) in enumerate(zip(firsts, samples, strict=True)):
            stop = [*firsts[1:], len(reading.words)][index]
            cut = audio[sample : [*samples[1:], len(audio)][index]]
            texts = [one.text for one in reading.words[word:stop]]
            times = spread_times(texts, 0.0, _sounding_s(cut))
            starts.append(times.starts_s + sample / RATE_HZ)
            ends.append(times.ends_s + sample / RATE_HZ)
            scores.append(np.full(len(texts), np.abs(cut).mean() + 0.2, np.float32))
            origins += list(map(str, times.origins))
        return {
            "starts": np.concatenate(starts),
            "ends": np.concatenate(ends),
            "scores": np.concatenate(scores),
            "origins": origins,
            "other_starts": np.zeros(0),
            "other_ends": np.zeros(0),
            "n_spelt": len(reading.words),
            "reading": reading.to_json(),
        }


def _kind(model: ModelSpec, values: Mapping[str, Any]) -> str:
    if model is CHECKS:
        return "checks"
    if model is F5_TTS:
        return str(values["TASK"])
    return "align" if "TRANSCRIPT" in values else "hear"


def _seconds(text: str) -> float:
    return BYTE_S * len(text.encode())


def _sounding_s(audio: NDArray[np.float32]) -> float:
    return float(np.flatnonzero(audio)[-1] + 1) / RATE_HZ


def nobody_goes() -> None:
    """A caller who waits for the whole stream."""


def stream_call(text: str = SCRIPT, **more: Any) -> Any:
    return StreamCall(**{"text": text, "seed": 7, **more})


def narrated(
    models: Neighbourhood,
    call: Any,
    look: Callable[[], None] = nobody_goes,
    alignable: Alignable = ALIGNABLE,
) -> list[StreamAnswer]:
    """All parts of a whole stream."""
    engine = StreamEngine(models, alignable)
    try:
        return list(engine.narrate(call, "job", look))
    finally:
        engine.close()


def joined(parts: list[StreamAnswer], name: str) -> Any:
    """One tensor of all parts, one after the other."""
    values: list[Any] = [part.values[name] for part in parts]
    if isinstance(values[0], str):
        return "".join(values)
    return np.concatenate(values).tolist()
