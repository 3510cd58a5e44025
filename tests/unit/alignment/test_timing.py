"""Every word gets a time: in order, inside the clip, of some length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordlight.alignment import SAMPLE_RATE_HZ, FrameGrid, spread_times
from wordlight.alignment._timing import (
    FRAME_S,
    READ_CHARACTER_S,
    WordTimes,
    found_times,
    lay_out,
    reading_times_s,
    settle,
    show_unspoken,
    until_quiet,
)
from wordlight.alignment._viterbi import TokenSpans
from wordlight.words import Origin, Word, check_words


def times_of(starts: list[float], ends: list[float], origin: Origin = Origin.ALIGNED) -> WordTimes:
    """Words, the last letter of each in its middle."""
    start_s, end_s = np.array(starts, np.float64), np.array(ends, np.float64)
    scores = np.ones(len(starts), np.float32)
    return WordTimes(start_s, end_s, (start_s + end_s) / 2, scores, [origin] * len(starts))


def test_a_word_lasts_from_its_first_token_to_the_next_but_no_long_tail() -> None:
    spans = TokenSpans(
        np.array([0, 10, 14, 20]),
        np.array([0, 12, 15, 21]),
        np.array([10, 14, 20, 60]),
    )

    times = found_times(spans, [range(1, 3), range(3, 4)], FrameGrid(), offset_s=1.0)

    assert times.starts_s.tolist() == pytest.approx([1.2, 1.4])
    assert times.ends_s.tolist() == pytest.approx([1.4, 1.42 + 0.5])
    assert times.letters_s.tolist() == pytest.approx([1.28, 1.4])
    assert set(times.origins) == {Origin.ALIGNED}


def test_a_separator_of_one_frame_is_no_pause_and_one_of_two_is() -> None:
    edges = np.array([0, 5, 6, 9, 11])
    spans = TokenSpans(edges, edges + 1, np.array([5, 6, 9, 11, 20]))

    times = found_times(spans, [range(1), range(2, 3), range(4, 5)], FrameGrid(), offset_s=0.0)

    assert times.starts_s.tolist() == pytest.approx([0.0, 0.12, 0.22])
    assert times.ends_s.tolist() == pytest.approx([0.12, 0.18, 0.4])


def test_words_that_were_not_found_share_the_room_by_length() -> None:
    times = spread_times(["a", "bbb", "cc"], 0.0, 6.0)

    assert times.starts_s.tolist() == [0.0, 1.0, 4.0]
    assert times.ends_s.tolist() == [1.0, 4.0, 6.0]
    assert set(times.origins) == {Origin.INTERPOLATED}


def test_an_overlap_is_clamped_and_said_so_when_it_is_more_than_a_frame() -> None:
    times = settle(times_of([0.0, 0.4, 0.99], [0.5, 1.0, 1.2]), duration_s=1.1)

    assert times.starts_s.tolist() == [0.0, 0.5, 1.0]
    assert times.ends_s.tolist() == [0.5, 1.0, 1.1]
    assert times.origins == [Origin.ALIGNED, Origin.CLAMPED, Origin.CLAMPED]


def test_a_word_of_no_length_gets_a_frame_where_there_is_room() -> None:
    times = settle(times_of([0.1, 0.5, 1.0], [0.1, 0.5, 1.0]), duration_s=1.0)

    assert times.starts_s.tolist() == pytest.approx([0.1, 0.5, 0.98])
    assert times.ends_s.tolist() == pytest.approx([0.12, 0.52, 1.0])
    assert set(times.origins) == {Origin.ALIGNED}


def test_a_word_without_room_between_two_others_has_no_length() -> None:
    times = settle(times_of([0.0, 0.5, 0.5], [0.5, 0.5, 1.0]), duration_s=1.0)

    assert times.starts_s.tolist() == [0.0, 0.5, 0.5]
    assert times.ends_s.tolist() == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("texts", "seconds"),
    [
        (["(nod)"], [6 / 17]),
        (["拍手"], [3 / 9]),
        (["拍手", "する"], [3 / 4, 3 / 4]),
        (["박수"], [3 / 12]),
        (["applause", "拍手"], [9 / 17, 3 / 9]),
    ],
)
def test_a_word_is_read_as_fast_as_its_script_is(texts: list[str], seconds: list[float]) -> None:
    assert reading_times_s(texts) == pytest.approx(seconds, rel=0.03)


def test_words_that_nobody_says_have_no_time_until_they_are_shown() -> None:
    times = lay_out(4, [([1, 3], times_of([1.0, 2.0], [1.5, 2.5]))])

    assert np.isnan(times.starts_s).tolist() == [True, False, True, False]
    assert times.starts_s[[1, 3]].tolist() == [1.0, 2.0]
    assert times.ends_s[[1, 3]].tolist() == [1.5, 2.5]
    assert times.letters_s[[1, 3]].tolist() == [1.25, 2.25]
    assert times.scores.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert times.origins == [Origin.UNSPOKEN, Origin.ALIGNED] * 2


def test_an_unspoken_word_is_shown_between_those_beside_it_as_long_as_it_takes_to_read() -> None:
    times = lay_out(4, [([1, 2], times_of([2.0, 4.0], [2.5, 4.5]))])

    shown = show_unspoken(["[music]", "so", "it", "(end)"], times, 10.0)

    assert shown.starts_s.tolist() == pytest.approx([0.0, 2.0, 4.0, 4.5])
    assert shown.ends_s.tolist() == pytest.approx(
        [8 * READ_CHARACTER_S, 2.5, 4.5, 4.5 + 6 * READ_CHARACTER_S]
    )


def test_unspoken_words_share_the_room_there_is_by_their_length() -> None:
    times = lay_out(4, [([0, 3], times_of([0.0, 1.3], [1.0, 2.0]))])

    shown = show_unspoken(["so", "(a", "nod)", "it"], times, 2.0)

    assert shown.starts_s[1:3].tolist() == pytest.approx([1.0, 1.0 + 0.3 * 3 / 8])
    assert shown.ends_s[1:3].tolist() == pytest.approx([1.0 + 0.3 * 3 / 8, 1.3])


def test_where_nothing_is_said_all_words_are_shown_from_the_beginning() -> None:
    shown = show_unspoken(["so", "it"], lay_out(2, []), 0.24)

    assert shown.starts_s.tolist() == pytest.approx([0.0, 0.12])
    assert shown.ends_s.tolist() == pytest.approx([0.12, 0.24])


def tones(*spans: tuple[float, float], seconds: float) -> NDArray[np.float32]:
    """Tones of -20 dB over noise of -65 dB."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sound = np.random.default_rng(0).normal(0.0, 10 ** (-65 / 20), len(t))
    for start_s, end_s in spans:
        sound += (t >= start_s) * (t < end_s) * 0.14 * np.sin(2 * np.pi * 220 * t)
    return sound.astype(np.float32)


def test_a_word_before_a_pause_ends_where_it_falls_quiet() -> None:
    samples = tones((0.5, 1.0), (2.0, 2.4), seconds=3.0)

    times = until_quiet(times_of([0.5, 2.0], [1.5, 2.2]), [], samples)

    assert times.ends_s.tolist() == pytest.approx([1.0, 2.4], abs=0.016)
    assert times.starts_s.tolist() == [0.5, 2.0]


def test_a_word_that_runs_into_the_next_one_ends_as_it_was_found() -> None:
    samples = tones((0.5, 1.4), seconds=2.0)

    times = until_quiet(times_of([0.5, 1.0], [0.93, 1.2]), [], samples)

    assert times.ends_s.tolist() == pytest.approx([0.93, 1.4], abs=0.016)
    assert times.ends_s[0] == 0.93


def test_a_word_ends_before_other_speech_begins() -> None:
    samples = tones((0.5, 1.0), (1.1, 2.0), seconds=3.0)

    alone = until_quiet(times_of([0.5], [0.9]), [], samples)
    beside = until_quiet(times_of([0.5], [0.9]), [(1.08, 2.0)], samples)

    assert beside.ends_s.tolist() == pytest.approx([1.0], abs=0.016)
    assert alone.ends_s.tolist() == pytest.approx([2.0], abs=0.016)


def test_words_that_were_not_found_keep_their_times() -> None:
    samples = tones((0.5, 1.0), seconds=2.0)
    spread = spread_times(["so", "it"], 0.0, 2.0)

    times = until_quiet(WordTimes.join([spread, lay_out(1, [])]), [], samples)

    assert times.ends_s[:2].tolist() == [1.0, 2.0]
    assert np.isnan(times.ends_s[2])


def test_a_word_in_which_all_is_quiet_lasts_to_its_last_letter_and_at_least_a_frame() -> None:
    samples = tones((0.2, 0.6), seconds=2.0)

    times = until_quiet(times_of([0.2, 1.0, 1.5], [0.5, 1.4, 1.5]), [], samples)

    assert times.ends_s[1:] == pytest.approx([1.2, 1.5 + FRAME_S], abs=0.011)


def test_a_word_ends_where_a_tenth_of_a_second_of_silence_parts_it_from_the_next_one() -> None:
    samples = tones((0.5, 1.0), (1.1, 1.6), seconds=2.0)

    times = until_quiet(times_of([0.5, 1.1], [1.1, 1.5]), [], samples)

    assert times.ends_s[0] == pytest.approx(1.0, abs=0.016)


def test_no_words_have_no_times() -> None:
    times = settle(WordTimes.join([]), duration_s=1.0)

    assert times.starts_s.size == times.ends_s.size == times.scores.size == 0


@given(
    st.lists(st.tuples(st.floats(-1, 5), st.floats(-1, 5)), max_size=20),
    st.floats(0.025, 4),
)
def test_settled_words_always_pass_the_check(
    pairs: list[tuple[float, float]], duration_s: float
) -> None:
    times = settle(times_of([p[0] for p in pairs], [p[1] for p in pairs]), duration_s)

    check_words(
        Word("w", float(start), float(end))
        for start, end in zip(times.starts_s, times.ends_s, strict=True)
    )
    assert (times.ends_s <= duration_s).all()
