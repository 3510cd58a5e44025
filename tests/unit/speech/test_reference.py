"""A voice is read once, kept by its content, and refused with a reason where it cannot serve."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordlight.audio import Clip, read_wav, write_wav
from wordlight.errors import (
    EmptyText,
    InvalidInput,
    MissingInput,
    OutOfRange,
    ReferenceUnusable,
    UnknownVoice,
    WordlightError,
)
from wordlight.speech import PhonemeFrontEnd, SpeechCall, SpokenPhonemes, _reference
from wordlight.speech._front_ends import CharacterFrontEnd, repeat_to
from wordlight.speech._reference import References

HEART = Path(__file__).parents[3] / "models/mini/voices/heart"
MEL = {
    "n_fft": 1024, "hop_length": 256, "win_length": 1024, "n_mel_channels": 100,
    "target_sample_rate": 24_000, "mel_spec_type": "vocos",
}  # fmt: skip
RATE_HZ = 16_000


class Ear:
    """A transcriber that remembers what it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.heard: list[tuple[int, int]] = []

    def __call__(self, samples: NDArray[np.float32], rate_hz: int) -> str:
        self.heard.append((len(samples), rate_hz))
        return self.text


def references(
    transcribe: Callable[[NDArray[np.float32], int], str] | None = None, voice: Path = HEART
) -> References:
    torch.set_num_threads(1)
    front_end = CharacterFrontEnd.load(None)
    return References(front_end, MEL, lambda: {voice.name: voice}, "heart", transcribe)


def noise(seconds: float, level: float = 0.2, seed: int = 0) -> NDArray[np.float32]:
    n_samples = round(seconds * RATE_HZ)
    return np.random.default_rng(seed).normal(0, level, n_samples).astype(np.float32)


def recorded(samples: NDArray[np.float32], text: str | None = "Some words.") -> SpeechCall:
    return SpeechCall(
        "Hello.", reference_audio=samples, reference_rate=RATE_HZ, reference_text=text
    )


def test_a_ready_voice_is_its_recording_and_its_text() -> None:
    kept = references()

    reference = kept.of(SpeechCall("Hello."))

    clip = read_wav(HEART / "reference.wav")
    assert reference.mel.shape[1] == 100
    assert 0.8 * clip.duration_s < len(reference.mel) * 256 / 24_000 < clip.duration_s + 0.02
    assert reference.text.text.strip() == (HEART / "reference.txt").read_text().strip()
    assert reference.text.n_frames == len(reference.mel)


def test_the_same_voice_is_made_once() -> None:
    kept = references()

    first = kept.of(SpeechCall("Hello."))

    assert kept.of(SpeechCall("Something else.", voice="heart", seed=3)) is first


def test_the_same_recording_sent_twice_is_made_once() -> None:
    kept = references()
    call = recorded(noise(2.0))

    assert kept.of(replace(call, text="Something else.")) is kept.of(call)


def test_a_ready_voice_brings_the_frames_of_its_phonemes() -> None:
    torch.set_num_threads(1)
    front_end = PhonemeFrontEnd.load(HEART.parents[1] / "prosody")
    kept = References(front_end, MEL, lambda: {"heart": HEART}, "heart", None)

    reference = kept.of(SpeechCall("Hello."))

    spoken = SpokenPhonemes.load(HEART / "phonemes.json")
    assert len(reference.mel) == pytest.approx(spoken.frames.sum(), abs=1)
    expected = repeat_to(spoken.ids, spoken.frames)
    assert (reference.text.tokens % 200).tolist() == expected.tolist()
    assert reference.text.register == pytest.approx((7.6, 0.2), abs=0.15)  # about 190 Hz


def test_another_text_or_rate_over_the_same_samples_is_another_reference() -> None:
    kept = references()
    call = recorded(noise(2.0))

    first = kept.of(call)

    assert kept.of(replace(call, reference_text="Other words.")) is not first
    assert kept.of(replace(call, reference_rate=24_000)) is not first
    assert kept.of(call) is first


def test_only_the_latest_references_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reference, "CACHED_REFERENCES", 2)
    kept = references()
    calls = [recorded(noise(1.0, seed=seed)) for seed in range(3)]
    first, second = kept.of(calls[0]), kept.of(calls[1])

    assert kept.of(calls[0]) is first  # used again: now the second is the oldest
    third = kept.of(calls[2])

    assert kept.of(calls[0]) is first
    assert kept.of(calls[2]) is third
    assert kept.of(calls[1]) is not second


def test_a_soft_reference_is_raised_and_its_answer_lowered_again() -> None:
    kept = references()
    loud, soft, softer = (kept.of(recorded(noise(1.0, level))) for level in (0.2, 0.09, 0.045))

    assert loud.gain == 1.0
    assert soft.gain == pytest.approx(0.9, rel=0.05)
    assert softer.gain == pytest.approx(soft.gain / 2, rel=0.01)
    assert torch.allclose(soft.mel, softer.mel, atol=1e-3)


def test_a_very_quiet_reference_is_answered_at_a_listenable_level() -> None:
    kept = references()
    quiet, quieter = (kept.of(recorded(noise(1.0, level))) for level in (0.02, 0.011))

    assert quiet.gain == quieter.gain == pytest.approx(0.4, rel=0.01)
    assert "is very quiet (-34 dBFS); the answer was raised by 6 dB" in quiet.flaws
    assert "is very quiet (-39 dBFS); the answer was raised by 11 dB" in quieter.flaws


def test_a_references_numbers_are_read_before_they_are_laid_out() -> None:
    reference = references().of(recorded(noise(2.0), "It cost $5 in 1999, Dr. Lee."))

    said = "It cost five dollars in nineteen ninety nine, doctor Lee."
    assert reference.text.text.strip() == said


def test_the_same_text_in_another_language_is_another_reference() -> None:
    kept = references()
    call = recorded(noise(2.0), "50 %")

    english, german = kept.of(call), kept.of(replace(call, language="de"))

    assert english.text.text.startswith("fifty percent")
    assert german.text.text.startswith("fünfzig prozent")


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


def test_a_voice_that_changes_on_the_volume_is_read_anew(tmp_path: Path) -> None:
    voice = tmp_path / "heart"
    voice.mkdir()
    (voice / "voice.json").write_text(json.dumps({}))
    (voice / "reference.txt").write_text("Some words.\n", encoding="utf-8")
    write_wav(voice / "reference.wav", Clip(noise(1.0), RATE_HZ))
    kept = references(voice=voice)
    before = kept.of(SpeechCall("Hello."))

    write_wav(voice / "reference.wav", Clip(noise(2.0), RATE_HZ))

    assert len(kept.of(SpeechCall("Hello.")).mel) > 1.9 * len(before.mel)


def test_a_voice_that_is_replaced_while_it_is_read_is_never_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, new = tmp_path / "anna", tmp_path / "new"
    for path, text in ((folder, "First."), (new, "Second.")):
        path.mkdir()
        write_wav(path / "reference.wav", read_wav(HEART / "reference.wav"))
        (path / "reference.txt").write_text(text)
    read = _reference.read_wav

    def replaced_meanwhile(path: Path) -> Clip:
        clip = read(path)
        if new.exists():
            folder.rename(tmp_path / "old")
            new.rename(folder)
        return clip

    monkeypatch.setattr(_reference, "read_wav", replaced_meanwhile)
    texts: list[str] = []
    monkeypatch.setattr(
        References,
        "_recorded",
        lambda self, samples, rate_hz, text, language, spoken: texts.append(text),
    )
    references(voice=folder).of(SpeechCall("Hi.", voice="anna"))

    assert texts == ["Second."]


def test_a_voice_without_its_recording_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()

    with pytest.raises(ReferenceUnusable, match="VOICE 'anna' has no readable recording"):
        references(voice=tmp_path / "anna").of(SpeechCall("Hi.", voice="anna"))
