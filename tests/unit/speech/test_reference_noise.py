"""A voice is the same, whatever noise and silence its recording has around the speech."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from speech.references import MEL
from speech.spoiled_recordings import (
    RATE_HZ,
    VOICES,
    Samples,
    call,
    coloured,
    faded,
    from_then_on,
    hum,
    only_around,
    over,
    padded,
    silence,
    voice,
    white,
    with_click,
)
from wordlight.speech import PhonemeFrontEnd
from wordlight.speech._reference import References

FRAMES_HZ = RATE_HZ / 256


def frames(references: References, samples: Samples, name: str = "heart") -> int:
    return len(references.of(call(samples, name)).mel)


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
