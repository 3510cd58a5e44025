"""What a narration comes to before any of it is spoken, as f5_tts plans it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wordlight.contract import CHECKS, F5_TTS, NARRATE, Value
from wordlight.reading import Reading
from wordlight.speech import SpeechCall
from wordlight.streaming._calls import given
from wordlight.streaming._models import Asking

SPEAKING = frozenset(
    [
        "VOICE",
        "REFERENCE_AUDIO",
        "REFERENCE_RATE",
        "REFERENCE_TEXT",
        "SPEED",
        "NFE_STEPS",
        "CFG_STRENGTH",
        "SWAY",
        "LANGUAGE",
    ]
)
"""Inputs that f5_tts takes for a plan and for each of its pieces; TEXT, TASK and SEED differ."""
PLANNING = SPEAKING | {"LEXICON"}
"""Those that it takes for a plan: a piece's TEXT is what is said."""
CHECKED = frozenset(tensor.name for tensor in NARRATE.inputs)
"""Inputs that `checks` looks at: those of a narration in one go."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A narration's text as it is shown, and its chunks: what is said in each, the silence after
    it, where its words begin; and the silence before the first."""

    text: str
    reading: Reading
    texts: list[str]
    pauses_s: list[float]
    lead_s: float
    first_words: list[int]
    rate_hz: int
    expected_s: float

    @property
    def edges(self) -> list[int]:
        """Where the words of each chunk begin, and where those of the last one end."""
        return [*self.first_words, len(self.reading.words)]

    def part(self, index: int) -> Reading:
        """The words of a chunk."""
        first, stop = self.edges[index : index + 2]
        return self.reading.part(first, stop)


def planned(call: Any, ask: Asking) -> Plan:
    """The plan of a `StreamCall` that the server's checks accept.

    Raises:
        WordlightError: It cannot be narrated.
        Exception: What ``ask`` raises where nobody waits for it.
    """
    ask(CHECKS, given(call, CHECKED))
    asked: dict[str, Value] = {**given(call, PLANNING), "TEXT": call.text, "TASK": "plan"}
    found = ask(F5_TTS, asked)
    texts, starts = found["chunks"], found["chunk_starts"].tolist()
    pauses_s = found["chunk_pauses"].tolist()
    reading = Reading.from_json(found["reading"])
    expected_s = _expected_s(starts, texts, call.speed) + pauses_s[-1]
    return Plan(
        found["spoken_text"],
        reading,
        texts,
        pauses_s,
        starts[0],
        found["chunk_words"].tolist(),
        found["sample_rate"],
        expected_s,
    )


def _expected_s(starts: Sequence[float], texts: Sequence[str], speed: float | None) -> float:
    """About how long the narration will be: the last chunk is as fast as those before it, and a
    single one as an average speaker."""
    last_s = SpeechCall(texts[-1], speed=speed).expected_s
    if len(texts) > 1:
        before = "".join(texts[:-1])
        last_s = (starts[-1] - starts[0]) * len(texts[-1].encode()) / len(before.encode())
    return starts[-1] + last_s
