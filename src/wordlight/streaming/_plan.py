"""The plan of a narration, which f5_tts makes before anything is spoken."""

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
"""Inputs that f5_tts takes alike for a plan and for each of the plan's pieces. TEXT, TASK and SEED
differ between the two."""
PLANNING = SPEAKING | {"LEXICON"}
"""Inputs that f5_tts takes for a plan. A piece needs no LEXICON: its TEXT is what is said."""
CHECKED = frozenset(tensor.name for tensor in NARRATE.inputs)
"""Inputs that `checks` looks at: those of a narration that is made in one go."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A narration's text as it is shown, and its chunks.

    Each chunk has what is said in it (``texts``), the silence after it (``pauses_s``) and the index
    of its first word (``first_words``). ``lead_s`` is the silence before the first chunk.
    """

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
        """The index of each chunk's first word, followed by the number of all words."""
        return [*self.first_words, len(self.reading.words)]

    def part(self, index: int) -> Reading:
        """The reading of one chunk's words."""
        first, stop = self.edges[index : index + 2]
        return self.reading.part(first, stop)


def planned(call: Any, ask: Asking) -> Plan:
    """The plan of a `StreamCall`, once the server's checks have accepted the call.

    Raises:
        WordlightError: The text cannot be narrated.
        Exception: Whatever ``ask`` raises once nobody waits for the narration.
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
    """The expected length of the narration, in seconds.

    The last chunk's speed is taken to be that of the chunks before it. A single chunk's speed is
    taken to be that of an average speaker.
    """
    last_s = SpeechCall(texts[-1], speed=speed).expected_s
    if len(texts) > 1:
        before = "".join(texts[:-1])
        last_s = (starts[-1] - starts[0]) * len(texts[-1].encode()) / len(before.encode())
    return starts[-1] + last_s
