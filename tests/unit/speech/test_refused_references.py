"""A recording that cannot serve as a voice is refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from speech.references import RATE_HZ, noise, recorded, references
from wordlight.errors import (
    EmptyText,
    InvalidInput,
    MissingInput,
    OutOfRange,
    ReferenceUnusable,
    UnknownVoice,
    WordlightError,
)
from wordlight.speech import SpeechCall


class Ear:
    """A transcriber that remembers what it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.heard: list[tuple[int, int]] = []

    def __call__(self, samples: NDArray[np.float32], rate_hz: int) -> str:
        self.heard.append((len(samples), rate_hz))
        return self.text


@pytest.mark.parametrize("seconds", [0.99, 15.01])
def test_a_reference_has_between_one_and_fifteen_seconds(seconds: float) -> None:
    with pytest.raises(OutOfRange, match=r"REFERENCE_AUDIO is .* s; it must be from 1 to 15 s"):
        references().of(recorded(noise(seconds)))


@pytest.mark.parametrize("seconds", [1.0, 15.0])
def test_the_limits_themselves_are_allowed(seconds: float) -> None:
    assert len(references().of(recorded(noise(seconds))).mel) > 0.9 * seconds * 24_000 / 256


@pytest.mark.parametrize("level", [0.0, 5e-5])
def test_a_silent_reference_is_refused(level: float) -> None:
    with pytest.raises(ReferenceUnusable, match="REFERENCE_AUDIO is silent"):
        references().of(recorded(noise(2.0, level)))


REFUSED: list[tuple[str, SpeechCall, type[WordlightError], str]] = [
    ("audio without its rate", SpeechCall("Hi.", reference_audio=noise(2.0)),
     MissingInput, "REFERENCE_RATE is missing"),
    ("a rate without audio", SpeechCall("Hi.", reference_rate=16_000),
     MissingInput, "REFERENCE_AUDIO is missing"),
    ("a text without audio", SpeechCall("Hi.", reference_text="Some words."),
     MissingInput, "REFERENCE_AUDIO is missing"),
    ("a voice and audio", replace(recorded(noise(2.0)), voice="heart"),
     InvalidInput, "VOICE and REFERENCE_AUDIO are both given"),
    ("a voice nobody knows", SpeechCall("Hi.", voice="soul"),
     UnknownVoice, "VOICE 'soul' is not known here; there are: heart"),
    ("a text of emoji", recorded(noise(2.0), "🎉"), EmptyText, "REFERENCE_TEXT"),
    ("no text and no ear", recorded(noise(2.0), None), MissingInput, "REFERENCE_TEXT is missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_cannot_be_a_reference_is_refused_by_name(
    call: SpeechCall, kind: type[WordlightError], says: str
) -> None:
    with pytest.raises(kind) as caught:
        references().of(call)

    assert says in str(caught.value)


def test_only_a_reference_without_text_is_transcribed_and_only_once() -> None:
    ear = Ear("What was heard.")
    kept = references(ear)

    kept.of(recorded(noise(2.0), "Given."))
    kept.of(SpeechCall("Hello."))
    assert ear.heard == []

    reference = kept.of(recorded(noise(2.0), None))
    kept.of(recorded(noise(2.0), None))
    assert reference.text.text == "What was heard. "
    assert ear.heard == [(2 * RATE_HZ, RATE_HZ)]


def test_what_is_too_long_or_silent_is_not_even_transcribed() -> None:
    ear = Ear("words")
    kept = references(ear)

    for samples in (noise(16.0), noise(2.0, 0.0)):
        with pytest.raises(InvalidInput):
            kept.of(recorded(samples, None))

    assert ear.heard == []


def test_a_reference_in_which_nothing_is_heard_is_refused() -> None:
    with pytest.raises(ReferenceUnusable, match="holds no speech that can be understood"):
        references(Ear("  ")).of(recorded(noise(2.0), None))


def test_a_refused_reference_is_not_kept() -> None:
    ear = Ear("")
    kept = references(ear)
    with pytest.raises(ReferenceUnusable):
        kept.of(recorded(noise(2.0), None))
    ear.text = "Now it is clear."

    assert kept.of(recorded(noise(2.0), None)).text.text == "Now it is clear. "


def test_a_voice_without_its_recording_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()

    with pytest.raises(ReferenceUnusable, match="VOICE 'anna' has no readable recording"):
        references(voice=tmp_path / "anna").of(SpeechCall("Hi.", voice="anna"))
