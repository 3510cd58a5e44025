"""Every word gets a time: in order, inside the clip, of some length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.alignment.frames import FrameGrid
from wordlight.alignment.timing import WordTimes, found_times, settle, spread_times
from wordlight.alignment.viterbi import TokenSpans
from wordlight.words import Origin, Word, check_words


def times_of(starts: list[float], ends: list[float], origin: Origin = Origin.ALIGNED) -> WordTimes:
    return WordTimes(
        np.array(starts), np.array(ends), np.ones(len(starts), np.float32), [origin] * len(starts)
    )


def test_a_word_lasts_from_its_first_token_to_the_next_but_no_long_tail() -> None:
    spans = TokenSpans(
        np.array([0, 10, 14, 20]),
        np.array([0, 12, 15, 21]),
        np.array([10, 14, 20, 60]),
        np.array([0.0, 0.9, 0.3, 0.5], dtype=np.float32),
    )

    times = found_times(spans, [range(1, 3), range(3, 4)], FrameGrid(), offset_s=1.0)

    assert times.starts_s.tolist() == pytest.approx([1.2, 1.4])
    assert times.ends_s.tolist() == pytest.approx([1.4, 1.42 + 0.5])
    assert times.scores.tolist() == pytest.approx([(0.9 * 2 + 0.3) / 3, 0.5])


def test_a_separator_of_one_frame_is_no_pause_and_one_of_two_is() -> None:
    edges = np.array([0, 5, 6, 9, 11])
    spans = TokenSpans(edges, edges + 1, np.array([5, 6, 9, 11, 20]), np.ones(5, np.float32))

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
