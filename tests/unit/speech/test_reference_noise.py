"""A voice is the same, whatever noise and silence its recording has around the speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordlight.audio import read_wav
from wordlight.errors import ReferenceUnusable
from wordlight.speech import PhonemeFrontEnd, SpeechCall
from wordlight.speech._front_ends import CharacterFrontEnd
from wordlight.speech._reference import Reference, References

VOICES = Path(__file__).parents[3] / "models/mini/voices"
MEL = {
    "n_fft": 1024, "hop_length": 256, "win_length": 1024, "n_mel_channels": 100,
    "target_sample_rate": 24_000, "mel_spec_type": "vocos",
}  # fmt: skip
RATE_HZ = 24_000
FRAMES_HZ = RATE_HZ / 256
Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def references() -> References:
    torch.set_num_threads(1)
    return References(CharacterFrontEnd.load(None), MEL, dict, "heart", None)


def voice(name: str) -> Samples:
    return read_wav(VOICES / name / "reference.wav").samples


def call(samples: Samples, name: str = "heart", rate_hz: int = RATE_HZ) -> SpeechCall:
    text = (VOICES / name / "reference.txt").read_text(encoding="utf-8").strip()
    return SpeechCall(
        "Hello.", reference_audio=samples.astype(np.float32), reference_rate=rate_hz,
        reference_text=text,
    )  # fmt: skip


def frames(references: References, samples: Samples, name: str = "heart") -> int:
    return len(references.of(call(samples, name)).mel)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def white(n_samples: int, level_db: float) -> Samples:
    noise = np.random.default_rng(5).normal(0, 10 ** (level_db / 20), n_samples)
    return noise.astype(np.float32)


def coloured(n_samples: int, level_db: float, slope: float, from_hz: float) -> Samples:
    """Noise whose amplitude goes with that power of the frequency, from some frequency on."""
    hz = np.fft.rfftfreq(n_samples, 1 / RATE_HZ)
    shape = np.where(hz >= from_hz, np.maximum(hz, 1.0) ** slope, 0.0)
    noise = np.fft.irfft(np.fft.rfft(white(n_samples, 0.0)) * shape, n_samples)
    return at_level(noise, level_db)


def hum(n_samples: int, level_db: float, mains_hz: float = 50.0) -> Samples:
    times = np.arange(n_samples) / RATE_HZ
    harmonics = {1: 1.0, 2: 0.4, 3: 0.5, 5: 0.2}
    tones = [a * np.sin(2 * np.pi * mains_hz * k * times + k) for k, a in harmonics.items()]
    return at_level(np.sum(tones, axis=0), level_db)


def at_level(wave: NDArray[np.float64], level_db: float) -> Samples:
    return (wave * 10 ** (level_db / 20) / np.sqrt(np.mean(wave**2))).astype(np.float32)


def padded(speech: Samples, before_s: float = 1.2, after_s: float = 1.3) -> Samples:
    return np.concatenate([silence(before_s), speech, silence(after_s)])


def only_around(speech: Samples, level_db: float) -> Samples:
    """Noise before and after, as in a recording that was cleaned where somebody speaks."""
    noise = white(len(padded(speech)), level_db)
    return padded(speech) + np.where(padded(np.ones_like(speech)) > 0, 0.0, noise)


def with_click(wave: Samples, at_s: float) -> Samples:
    clicked = wave.copy()
    clicked[round(at_s * RATE_HZ) :][:60] += np.random.default_rng(1).uniform(-0.9, 0.9, 60)
    return clicked


def from_then_on(wave: Samples, noise: Samples, start_s: float) -> Samples:
    return wave + np.where(np.arange(len(wave)) < start_s * RATE_HZ, 0.0, noise)


def faded(wave: Samples, seconds: float) -> Samples:
    edge = np.linspace(0.0, 1.0, round(seconds * RATE_HZ))
    ramp = np.concatenate([edge, np.ones(len(wave) - 2 * len(edge)), edge[::-1]])
    return wave * ramp.astype(np.float32)


def over(
    speech: Samples, noise: Callable[[int], Samples], before_s: float = 1.2, after_s: float = 1.3
) -> Samples:
    wave = padded(speech, before_s, after_s)
    return wave + noise(len(wave))


SPOILED: dict[str, Callable[[Samples], Samples]] = {
    "digital silence": padded,
    **{f"noise around, {db} dBFS": lambda x, db=db: only_around(x, db)
       for db in (-60, -50, -40, -35)},
    **{f"noise throughout, {db} dBFS": lambda x, db=db: over(x, lambda n: white(n, db))
       for db in (-60, -50, -40, -35)},
    "a room": lambda x: over(x, lambda n: coloured(n, -40, -1.0, 30)),
    "hiss": lambda x: over(x, lambda n: coloured(n, -40, 0.0, 3_000)),
    "hum": lambda x: over(x, lambda n: hum(n, -40)),
    "loud hum of 60 Hz": lambda x: over(x, lambda n: hum(n, -30, 60.0)),
    "a click before": lambda x: with_click(padded(x), 0.6),
    "a click after, in noise": lambda x: with_click(
        over(x, lambda n: white(n, -50)), 1.2 + len(x) / RATE_HZ + 0.6
    ),
    "noise that fades in and out": lambda x: faded(over(x, lambda n: white(n, -45)), 1.0),
    "a constant offset": lambda x: padded(x) + np.float32(0.2),
    **{f"{s} s of noise before": lambda x, s=s: over(x, lambda n: white(n, -50), s, 0.0)
       for s in (1, 4)},
    **{f"{s} s of noise after": lambda x, s=s: over(x, lambda n: white(n, -40), 0.0, s)
       for s in (1, 4)},
    "noise that starts before the speech": lambda x: from_then_on(
        padded(x, 2.0), white(len(padded(x, 2.0)), -45), 1.0
    ),
    "noise that starts after the speech": lambda x: from_then_on(
        padded(x), white(len(padded(x)), -45), 1.2 + len(x) / RATE_HZ + 0.4
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["heart", "echo"])
@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_voice_lasts_as_long_whatever_is_around_it(
    references: References, spoil: Callable[[Samples], Samples], name: str
) -> None:
    speech = voice(name)

    spoiled = frames(references, spoil(speech), name)

    assert spoiled == pytest.approx(frames(references, speech, name), rel=0.05)


@pytest.mark.parametrize("name", ["heart", "daniel", "echo", "emma", "sky"])
def test_nothing_is_cut_off_a_clean_recording_that_begins_with_its_first_sound(
    references: References, name: str
) -> None:
    speech = voice(name)

    assert frames(references, speech, name) >= (len(speech) / RATE_HZ - 0.04) * FRAMES_HZ


def test_a_soft_last_consonant_is_kept_above_a_loud_hum(references: References) -> None:
    hiss = coloured(round(0.15 * RATE_HZ), -48, 0.0, 4_500)
    speech = np.concatenate([voice("heart"), hiss])

    with_consonant = frames(references, over(speech, lambda n: hum(n, -35)))

    without = frames(references, over(voice("heart"), lambda n: hum(n, -35)))
    assert with_consonant - without == pytest.approx(0.15 * FRAMES_HZ, abs=4)


def _paused(speech: Samples, seconds: float) -> Samples:
    """Silence put into the quietest hundredth of a second of the middle third."""
    third, step = len(speech) // 3, RATE_HZ // 100
    levels = [np.square(speech[at : at + step]).sum() for at in range(third, 2 * third, step)]
    at = third + int(np.argmin(levels)) * step
    return np.concatenate([speech[:at], silence(seconds), speech[at:]])


@pytest.mark.parametrize("level_db", [None, -50.0])
@pytest.mark.parametrize("seconds", [1.0, 2.0, 4.0])
def test_a_long_silence_within_is_no_pause_of_the_voice(
    references: References, seconds: float, level_db: float | None
) -> None:
    paused = _paused(voice("heart"), seconds)
    if level_db is not None:
        paused = over(paused, lambda n: white(n, level_db), 0.5, 0.5)

    assert frames(references, paused) == pytest.approx(frames(references, voice("heart")), rel=0.05)


def test_a_pause_within_counts_as_the_voice_made_it(references: References) -> None:
    paused = frames(references, _paused(voice("heart"), 0.5))

    assert paused - frames(references, voice("heart")) == pytest.approx(0.5 * FRAMES_HZ, abs=2)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
def test_the_noise_is_measured_at_any_rate(references: References, rate_hz: int) -> None:
    import soxr

    spoiled = soxr.resample(over(voice("heart"), lambda n: white(n, -45)), RATE_HZ, rate_hz)

    reference = references.of(call(spoiled, rate_hz=rate_hz))
    assert len(reference.mel) == pytest.approx(frames(references, voice("heart")), rel=0.05)


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_a_hum_does_not_change_how_high_a_voice_is(mains_hz: float) -> None:
    torch.set_num_threads(1)
    front_end = PhonemeFrontEnd.load(VOICES.parent / "prosody")
    kept = References(front_end, MEL, dict, "heart", None)
    humming = over(voice("echo"), lambda n: hum(n, -30, mains_hz))

    heard, clean = (kept.of(call(samples, "echo")) for samples in (humming, voice("echo")))

    assert heard.text.register is not None
    assert clean.text.register is not None
    assert heard.text.register[0] == pytest.approx(clean.text.register[0], abs=0.15)


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
