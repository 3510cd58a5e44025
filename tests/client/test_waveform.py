"""The bars of a sound: their heights, their pages, their place on the film."""

from __future__ import annotations

import numpy as np
import pytest
from wordlight_client.burn import Size
from wordlight_client.burn._probe import LOUDNESS_HZ
from wordlight_client.burn._waveform import Waveform, loudness

SIZES = [(1920, 1080), (1080, 1920), (1080, 1080), (64, 64), (17, 900)]


def tone(seconds: float, peak: float = 1.0) -> np.ndarray:
    return (peak * np.sin(np.arange(round(seconds * LOUDNESS_HZ)))).astype(np.float32)


def test_a_louder_part_has_a_higher_bar_and_silence_none() -> None:
    levels = loudness(np.concatenate([tone(1, 0.1), np.zeros(8_000, np.float32), tone(1)]), 3)

    assert levels[2] == 1.0
    assert 0.1 < levels[0] < 0.4
    assert levels[1] == 0.0


def test_a_quiet_recording_stands_as_high_as_a_loud_one() -> None:
    assert loudness(tone(1, 0.01), 5) == pytest.approx(loudness(tone(1, 1.0), 5), abs=0.01)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(9, np.float32), tone(0.001)])
def test_very_little_sound_is_no_trouble(samples: np.ndarray) -> None:
    levels = loudness(samples, 100)

    assert np.isfinite(levels).all()
    assert levels.max(initial=0.0) <= 1.0


@pytest.mark.parametrize("size", SIZES)
def test_the_row_lies_inside_the_film_clear_of_its_lower_third(size: Size) -> None:
    waveform = Waveform.of(size, 10.0)
    (width, height), (left, top) = waveform.band, waveform.corner

    assert left >= 0
    assert left + width <= size[0] + 1
    assert top >= 0
    assert top + height <= 2 / 3 * size[1]
    assert all(number % 2 == 0 for number in (width, height, left, top))


def test_long_sounds_turn_pages_of_equal_length() -> None:
    waveform = Waveform.of((1920, 1080), 600.0)

    pages = waveform.pages(tone(2.0))

    assert waveform.page_s * waveform.n_pages == pytest.approx(600.0)
    assert 10 < waveform.page_s < 25
    first = next(pages)
    assert first.shape == waveform.band[::-1]
    assert len(list(pages)) == waveform.n_pages - 1


def test_bars_are_round_apart_and_higher_where_it_is_loud() -> None:
    waveform = Waveform.of((640, 360), 4.0)
    (page,) = waveform.pages(np.concatenate([tone(2, 0.05), tone(2)]))

    height, width = page.shape
    half = width // 2
    lit_rows = (page > 128).any(axis=1)
    quiet_rows = (page[:, : half - 8] > 128).any(axis=1)
    assert quiet_rows.sum() < lit_rows.sum() <= height - waveform.pitch
    assert (page[height // 2, :: waveform.pitch] == 0).all(), "gaps between them"
    assert ((page > 0) & (page < 255)).any(), "smooth edges"
    assert (page == page[::-1]).all(), "the same above and below"
