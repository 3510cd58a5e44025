"""An answer warns of its recording's flaws; a recording without speech is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from speech.references import MEL
from speech.spoiled_recordings import (
    RATE_HZ,
    Samples,
    call,
    coloured,
    over,
    padded,
    silence,
    voice,
    white,
)
from wordlight.errors import ReferenceUnusable
from wordlight.speech import SpeechCall
from wordlight.speech._front_ends import CharacterFrontEnd
from wordlight.speech._reference import Reference, References


def warnings(reference: Reference, samples: Samples) -> list[str]:
    return reference.warnings(call(samples))


def test_a_clean_recording_and_a_usual_room_are_not_warned_of(references: References) -> None:
    usual = over(voice("heart"), lambda n: coloured(n, -55, -0.5, 30))

    for samples in (voice("heart"), padded(voice("heart")), usual):
        assert references.of(call(samples)).flaws == ()


def test_a_noisy_recording_is_warned_of(references: References) -> None:
    samples = over(voice("heart"), lambda n: white(n, -38))

    (warning,) = warnings(references.of(call(samples)), samples)

    said = "REFERENCE_AUDIO is noisy (its speech is 13 dB above the noise)"
    assert warning == f"{said}; the answer may sound so too"


def test_a_clipped_recording_is_warned_of(references: References) -> None:
    samples = np.clip(voice("heart") * 10, -1.0, 1.0)

    (warning,) = warnings(references.of(call(samples)), samples)

    assert warning.startswith("REFERENCE_AUDIO is clipped (")


def test_a_quiet_recording_is_as_loud_above_its_noise_and_raised(references: References) -> None:
    samples = over(voice("heart") * 10 ** (-24 / 20), lambda n: white(n, -80))

    reference = references.of(call(samples))

    (warning,) = warnings(reference, samples)
    expected = "REFERENCE_AUDIO is very quiet (-50 dBFS); the answer was raised by 22 dB"
    assert warning == expected
    assert reference.gain == pytest.approx(0.4, abs=0.01)
    clean = references.of(call(voice("heart")))
    assert len(reference.mel) == pytest.approx(len(clean.mel), rel=0.05)


def test_what_is_no_speech_is_warned_of(references: References) -> None:
    samples = white(2 * RATE_HZ, -20)

    (warning,) = warnings(references.of(call(samples)), samples)

    assert warning.startswith("REFERENCE_AUDIO holds nothing that was recognised as speech")


def test_a_warning_names_the_voice_whose_recording_it_is() -> None:
    no_text: Any = None
    reference = Reference(torch.zeros(1, 100), no_text, 1.0, 0.1, ("is clipped",))

    assert reference.warnings(SpeechCall("Hi.", voice="anna")) == [
        "VOICE 'anna''s recording is clipped"
    ]
    assert reference.warnings(SpeechCall("Hi.")) == ["the default voice's recording is clipped"]


@pytest.mark.parametrize("level_db", [None, -50.0])
def test_too_little_speech_is_refused_with_how_much_there_was(
    references: References, level_db: float | None
) -> None:
    samples = np.concatenate([silence(0.4), voice("heart")[RATE_HZ:][:2_400], silence(0.5)])
    if level_db is not None:
        samples = samples + white(len(samples), level_db)

    with pytest.raises(ReferenceUnusable) as refused:
        references.of(call(samples))

    assert "REFERENCE_AUDIO holds 0.1" in str(refused.value)
    assert str(refused.value).endswith(" s of speech; 0.5 s are needed")


def test_an_empty_room_is_refused_and_not_transcribed() -> None:
    heard: list[int] = []

    def transcribe(samples: Samples, rate_hz: int) -> str:
        heard.append(rate_hz)
        return "You."

    kept = References(CharacterFrontEnd.load(None), MEL, dict, "heart", transcribe)
    room = coloured(3 * RATE_HZ, -50, -0.5, 30)

    with pytest.raises(ReferenceUnusable, match="holds no speech that rises above its noise"):
        kept.of(SpeechCall("Hi.", reference_audio=room, reference_rate=RATE_HZ))

    assert heard == []


def test_an_offset_without_sound_is_silent(references: References) -> None:
    with pytest.raises(ReferenceUnusable, match="REFERENCE_AUDIO is silent"):
        references.of(call(silence(2.0) + np.float32(0.3)))
