"""Chunks become one waveform without clicks, with a reader's pauses and known starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordlight.speech import LEAD_S, WINDOW_S, join, pauses_s, trim
from wordlight.speech._chunks import Break, Chunk
from wordlight.speech._loudness import MARGIN_S
from wordlight.speech._seams import FADE_S, PAUSE_S, PEAK, TAIL_S, fade, piece

RATE_HZ = 24_000


def tone(seconds: float, level: float = 0.5) -> NDArray[np.float32]:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * np.cos(2 * np.pi * 220 * times)).astype(np.float32)


def joined(
    waves: list[NDArray[np.float32]], endings: list[Break]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Spoken chunks as a narration joins them."""
    return join(
        [piece(wave, 1.0, RATE_HZ) for wave in waves],
        pauses_s([Chunk("", ending, 0, 0) for ending in endings]),
        RATE_HZ,
    )


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def largest_step(wave: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(wave)).max())


def quiet_s(wave: NDArray[np.float32]) -> list[float]:
    """The lengths of the runs of exact silence, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wave == 0, [False]]).astype(int)))
    runs_s = (edges[1::2] - edges[::2]) / RATE_HZ
    return [float(run_s) for run_s in runs_s if run_s > 0.01]


def test_a_cut_in_full_sound_does_not_click() -> None:
    loud = tone(0.5)

    audio, _ = joined([loud, loud], [Break.WORD, Break.PARAGRAPH])

    # A cosine starts at its peak: unfaded, the step from silence would be 0.5.
    assert largest_step(audio) < 1.5 * largest_step(loud)


def test_fading_touches_only_the_edges() -> None:
    loud = tone(0.5)
    n_ramp = int(FADE_S * RATE_HZ)

    faded = fade(loud, RATE_HZ)

    assert (faded[0], faded[-1]) == (0.0, 0.0)
    assert np.array_equal(faded[n_ramp:-n_ramp], loud[n_ramp:-n_ramp])
    assert loud[0] == 0.5  # the wave given is left as it was


@pytest.mark.parametrize("ending", [Break.WORD, Break.CLAUSE, Break.SENTENCE, Break.PARAGRAPH])
def test_the_pause_is_that_of_what_ends_the_chunk(ending: Break) -> None:
    audio, _ = joined([tone(0.3), tone(0.3)], [ending, Break.PARAGRAPH])

    lead_s, pause_s, tail_s = quiet_s(audio)

    assert lead_s == pytest.approx(LEAD_S, abs=0.001)
    assert pause_s == pytest.approx(PAUSE_S[ending], abs=0.001)
    assert tail_s == pytest.approx(TAIL_S, abs=0.001)


def test_a_chunk_starts_at_its_first_sound_whatever_silence_stood_before_it() -> None:
    chunks = [
        np.concatenate([silence(0.6), tone(0.4), silence(0.9)]),
        np.concatenate([silence(0.2), tone(0.4)]),
    ]

    audio, starts = joined(chunks, [Break.SENTENCE, Break.PARAGRAPH])

    sounds = [int(start * RATE_HZ) for start in starts]
    for at in sounds:
        first = at + int(np.flatnonzero(np.abs(audio[at:]) > 0.1)[0])
        assert 0 <= first - at <= (MARGIN_S + WINDOW_S) * RATE_HZ
    assert np.abs(audio[: sounds[0]]).max() == 0.0
    assert starts.dtype == np.float64


def test_trimming_keeps_soft_sound_beside_the_loud() -> None:
    wave = np.concatenate([silence(0.5), tone(0.1, 0.01), tone(0.3), silence(0.5)])

    kept = trim(wave, RATE_HZ)

    assert 0.4 <= len(kept) / RATE_HZ <= 0.4 + 2 * MARGIN_S + 2 * WINDOW_S


def test_a_loud_chunk_is_lowered_and_the_others_are_left_alone() -> None:
    loud, _ = joined([tone(0.3, 1.96), tone(0.3, 0.5)], [Break.WORD, Break.PARAGRAPH])
    quiet, _ = joined([tone(0.3, 0.5)], [Break.PARAGRAPH])

    half = len(loud) // 2
    assert np.abs(loud).max() == pytest.approx(PEAK)
    assert np.abs(loud[half:]).max() == pytest.approx(0.5, rel=0.01)
    assert np.abs(quiet).max() == pytest.approx(0.5, rel=0.01)


def test_a_silent_chunk_is_kept_as_it_is() -> None:
    audio, starts = joined(
        [tone(0.3), silence(0.5), tone(0.3)], [Break.WORD, Break.WORD, Break.PARAGRAPH]
    )

    assert np.isfinite(audio).all()
    assert starts[2] - starts[1] == pytest.approx(0.5 + PAUSE_S[Break.WORD], abs=0.001)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9_000), st.sampled_from(list(Break))), min_size=1, max_size=6)
)
def test_starts_and_lengths_add_up(shape: list[tuple[int, Break]]) -> None:
    waves = [tone(1.0)[:n_samples] for n_samples, _ in shape]
    endings = [ending for _, ending in shape]

    audio, starts = joined(waves, endings)

    pauses_s = [*(PAUSE_S[ending] for ending in endings[:-1]), TAIL_S]
    lengths = [len(trim(wave, RATE_HZ)) for wave in waves]
    spans = [n + round(pause * RATE_HZ) for n, pause in zip(lengths, pauses_s, strict=True)]
    lead = round(LEAD_S * RATE_HZ)
    assert len(audio) == lead + sum(spans)
    expected = (lead + np.cumsum([0, *spans[:-1]])) / RATE_HZ
    assert np.abs(starts - expected).max() < 1e-4
