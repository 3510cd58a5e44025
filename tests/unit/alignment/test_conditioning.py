"""Offsets, rumble, hum and low levels move no word."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from processor_time import least_s

from alignment.reader import PAUSES, Reader, check_ends
from alignment.recordings import (
    ALL,
    ALL_VOICES,
    MARRIED,
    RATE_HZ,
    UNLESS,
    YOUNG_MAN,
    join,
    read_voice,
)
from wordlight.alignment._conditioning import condition

Samples = NDArray[np.float32]
SENTENCES = join(0.8, YOUNG_MAN, 1.5, UNLESS, 1.5, MARRIED, 1.0)
"""None with a breath behind it, which the recording's own rumble hides."""


def at_db(samples: Samples, level_db: float) -> Samples:
    """The recording with an RMS of so many dBFS."""
    root = np.sqrt(np.mean(np.square(samples)))
    return (samples * 10 ** (level_db / 20) / root).astype(np.float32)


def tone(hz: float, amplitude: float, like: Samples) -> Samples:
    time_s = np.arange(len(like)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def faults(samples: Samples) -> dict[str, Samples]:
    """Speech at -35 dBFS under what no microphone should record."""
    quiet = at_db(samples, -35.0)
    return {
        "offset 1 %": quiet + np.float32(0.01),
        "offset 5 %": quiet + np.float32(0.05),
        "offset 30 %": quiet + np.float32(0.3),
        "hum 50 Hz": quiet + tone(50.0, 0.05, quiet),
        "hum 60 Hz": quiet + tone(60.0, 0.05, quiet),
        "rumble": quiet + tone(15.0, 0.1, quiet),
        "-69 dBFS": at_db(samples, -69.0),
        "-69 dBFS, 16 bits": np.rint(at_db(samples, -69.0) * 32_768) / np.float32(32_768),
    }


@pytest.mark.parametrize("fault", faults(SENTENCES.samples))
def test_sentences_are_where_they_are_without_the_fault(reader: Reader, fault: str) -> None:
    found = reader.time(faults(SENTENCES.samples)[fault], SENTENCES.script)

    check_ends(found, SENTENCES)
    assert found.warnings == ""


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param(PAUSES.samples, id="pauses"),
        pytest.param(ALL.samples, id="all"),
        pytest.param(at_db(ALL.samples, -40.0), id="rather quiet"),
        pytest.param(PAUSES.over_noise(-40.0).samples, id="room"),
        *(pytest.param(*read_voice(name)[:1], id=name) for name in ALL_VOICES),
    ],
)
def test_a_recording_without_fault_stays_as_it_is(samples: Samples) -> None:
    assert condition(samples) is samples


def test_what_is_far_too_loud_is_made_quieter() -> None:
    assert np.abs(condition(1_000 * YOUNG_MAN.samples)).max() < 2.0


@pytest.mark.parametrize("n_samples", [0, 1, 400, RATE_HZ, 61 * RATE_HZ])
def test_silence_of_any_length_stays_silence(n_samples: int) -> None:
    assert not condition(np.zeros(n_samples, np.float32)).any()


def test_an_offset_goes_without_a_trace_at_the_seams_and_ends() -> None:
    made = join(*[UNLESS] * 25)

    lifted = condition(made.samples + np.float32(0.3))
    once = condition(UNLESS.samples + np.float32(0.3))

    n = len(UNLESS.samples)
    middle = slice(RATE_HZ // 2, n - RATE_HZ // 2)
    for k in range(25):
        again = lifted[k * n : (k + 1) * n][middle]
        np.testing.assert_allclose(again, once[middle], rtol=0, atol=1e-4)
    assert np.abs(lifted[:80]).max() < 0.02
    assert np.abs(lifted[-80:]).max() < 0.02


@pytest.mark.alone
def test_half_an_hour_takes_seconds() -> None:
    noise = np.random.default_rng(0).normal(0.5, 0.01, 600 * RATE_HZ).astype(np.float32)

    assert least_s(lambda n: condition(noise[n:])) < 3.0  # 10 minutes
