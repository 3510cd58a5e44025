"""A voice is read once and kept by its content."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from speech.references import HEART, MEL, RATE_HZ, noise, recorded, references
from wordlight.audio import Clip, read_wav, write_wav
from wordlight.speech import PhonemeFrontEnd, SpeechCall, SpokenPhonemes, _reference
from wordlight.speech._front_ends import repeat_to
from wordlight.speech._reference import References


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
