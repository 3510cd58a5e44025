"""The path through script and recording is the cheapest of all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alignment.synthetic import peaky_emissions
from wordlight.alignment import Alphabet, Recognition, _trellis
from wordlight.alignment._letters import (
    OTHER_SPEECH,
    QUIET_IN_SENTENCE,
    SILENT_LETTER,
    SILENT_WITHIN,
)
from wordlight.alignment._route import (
    LEAVE_AT_BREAK,
    LEAVE_IN_SENTENCE,
    SKIPPED_LETTER,
    SKIPPED_SHORT,
    Followed,
    follow,
)

N_LABELS = 4
SCRIPTS = st.lists(
    st.lists(st.integers(0, N_LABELS - 1), min_size=1, max_size=2), min_size=1, max_size=3
)
Times = tuple[tuple[int, int], ...]
"""The first frame of each word and the one past its last; (-1, -1) where nobody says it."""


def random_recognition(n_frames: int, seed: int) -> Recognition:
    rng = np.random.default_rng(seed)
    letters = -rng.exponential(2.0, (n_frames, N_LABELS + 1)).astype(np.float32)
    rest = -rng.exponential(1.0, (4, n_frames)).astype(np.float32)
    return Recognition(
        letters,
        *rest,
        np.ones(n_frames, np.float32),
        np.ones(n_frames, np.bool_),
        np.zeros(n_frames, np.bool_),
    )


def paths(
    recognition: Recognition, words: list[list[int]], is_break: NDArray[np.bool_]
) -> Iterator[tuple[float, Times]]:
    """Every choice of words, of the frames where their letters begin, and of where they end."""
    n_frames, n_words = len(recognition.pause), len(words)
    leaving = np.where(is_break, LEAVE_AT_BREAK, LEAVE_IN_SENTENCE)
    leaving[[0, -1]] = 0.0
    for is_said in product([False, True], repeat=n_words):
        said = [i for i in range(n_words) if is_said[i]]
        skipped = sum(
            SKIPPED_LETTER * len(words[i]) + SKIPPED_SHORT * is_break[i]
            for i in range(n_words)
            if not is_said[i]
        )
        n_letters = sum(len(words[i]) for i in said)
        for entries in combinations(range(n_frames), n_letters):
            of_words, rest = {}, list(entries)
            for i in said:
                of_words[i], rest = rest[: len(words[i])], rest[len(words[i]) :]
            limits = [*(of_words[i][0] for i in said[1:]), n_frames]
            ends = [
                range(of_words[i][-1] + 1, limit + 1)
                for i, limit in zip(said, limits, strict=False)
            ]
            for stops in product(*ends):
                times = tuple(
                    (of_words[i][0], stops[said.index(i)]) if is_said[i] else (-1, -1)
                    for i in range(n_words)
                )
                score = _score(recognition, words, of_words, dict(zip(said, stops, strict=True)))
                yield score - skipped - _leaving(times, said, leaving), times


def _score(
    recognition: Recognition,
    words: list[list[int]],
    entries: dict[int, list[int]],
    stops: dict[int, int],
) -> float:
    own: list[float | None] = [None] * len(recognition.pause)
    for i, frames in entries.items():
        edges = [*frames, stops[i]]
        for k, label in enumerate(words[i]):
            quiet = recognition.pause if k + 1 == len(frames) else recognition.within
            for t in range(edges[k], edges[k + 1]):
                letter = float(recognition.letters[t, label])
                own[t] = letter if t == edges[k] else max(letter, float(quiet[t]))
    return sum(
        float(outside) if inside is None else inside
        for inside, outside in zip(own, recognition.anything, strict=True)
    )


def _leaving(times: Times, said: list[int], leaving: NDArray[np.float64]) -> float:
    """For each gap: leaving the word before it, and coming back to the one after it."""
    cost = 0.0
    for before, after in zip([None, *said], [*said, None], strict=True):
        runs_on = (
            before is not None
            and after is not None
            and after == before + 1
            and times[before][1] == times[after][0]
        )
        if not runs_on:
            cost += 0.0 if before is None else leaving[before + 1]
            cost += 0.0 if after is None else leaving[after]
    return cost


def times_of(followed: Followed) -> Times:
    return tuple(zip(followed.starts.tolist(), followed.stops.tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, N_LABELS - 1), min_size=1, max_size=2), min_size=1, max_size=3
    ),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.integers(1, 6),
    st.integers(0, 10_000),
)
def test_no_other_path_is_cheaper(
    words: list[list[int]], breaks: list[bool], n_frames: int, seed: int
) -> None:
    recognition, is_break = random_recognition(n_frames, seed), np.array(breaks[: len(words) + 1])

    found = follow(recognition, words, is_break)

    best: dict[Times, float] = {}
    for score, times in paths(recognition, words, is_break):
        best[times] = max(score, best.get(times, -np.inf))
    assert best[times_of(found)] == pytest.approx(max(best.values()), abs=1e-4)


def test_frames_of_no_word_are_outside_the_script() -> None:
    recognition = random_recognition(200, 1)

    found = follow(recognition, [[0, 1], [2], [3, 0]], np.array([True, False, True, True]))

    is_inside = np.zeros(200, np.bool_)
    for start, stop in times_of(found):
        is_inside[max(start, 0) : max(stop, 0)] = True
    assert (found.is_other == ~is_inside).all()
    assert found.is_spoken.tolist() == [start >= 0 for start, _ in times_of(found)]


@pytest.mark.parametrize("n_frames", [63, 64, 65, 128, 129, 500])
def test_a_path_found_block_by_block_is_the_one_found_at_once(
    monkeypatch: pytest.MonkeyPatch, n_frames: int
) -> None:
    words = [list(word) for word in np.random.default_rng(0).integers(0, N_LABELS, (12, 3))]
    recognition, is_break = random_recognition(n_frames, n_frames), np.arange(13) % 4 == 0

    at_once = follow(recognition, words, is_break)
    monkeypatch.setattr(_trellis, "_CELLS_AT_ONCE", 1)
    in_blocks = follow(recognition, words, is_break)

    assert times_of(in_blocks) == times_of(at_once)
    assert (in_blocks.is_other == at_once.is_other).all()


def test_between_blocks_others_may_work_and_may_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_trellis, "_CELLS_AT_ONCE", 1)
    recognition, is_break, calls = random_recognition(640, 0), np.array([True, True]), list[int]()

    def stop_at_the_third() -> None:
        calls.append(len(calls))
        if len(calls) == 3:
            raise TimeoutError

    follow(recognition, [[0]], is_break, lambda: calls.append(0))
    n_calls = len(calls)
    calls.clear()

    assert n_calls >= 10
    with pytest.raises(TimeoutError):
        follow(recognition, [[0]], is_break, stop_at_the_third)


def test_a_word_of_no_letters_is_any_letter() -> None:
    letters = np.full((6, N_LABELS + 1), -9.0, np.float32)
    letters[2, N_LABELS] = 0.0
    rest = [np.full(6, -0.1, np.float32)] * 4
    recognition = Recognition(
        letters, *rest, np.ones(6, np.float32), np.ones(6, np.bool_), np.zeros(6, np.bool_)
    )

    found = follow(recognition, [[]], np.array([True, True]))

    assert found.starts.tolist() == [2]


def test_speech_between_sentences_is_passed_over_and_a_sentence_that_nobody_says_is_skipped() -> (
    None
):
    alphabet = Alphabet({"a": 2, "b": 3, "c": 4, "d": 5}, blank=0, separator=1)
    spoken = np.array([2, 3, *[5, 4] * 10, 2, 4])  # "ab", something else, "ac"
    starts = 5 + 4 * np.arange(len(spoken))
    log_probs = peaky_emissions(spoken, starts, 110, 6, 0.98)
    recognition = Recognition.of(log_probs, np.linspace(-30.0, -20.0, 110), alphabet)
    script = [[2, 3], [3, 3, 3], [2, 4]]  # "ab bbb ac"

    found = follow(recognition, script, np.ones(4, np.bool_))

    assert found.starts.tolist() == [5, -1, starts[-2]]
    assert found.is_other[12 : starts[-2]].all()


def test_hearing_tells_letters_from_silence_and_a_quiet_frame_costs_a_little() -> None:
    alphabet = Alphabet({"a": 2, "b": 3}, blank=0, separator=1)
    log_probs = np.log(np.array([[0.97, 0.01, 0.01, 0.01], [0.01, 0.01, 0.97, 0.01]], np.float32))

    heard = Recognition.of(log_probs, np.array([-60.0, -20.0]), alphabet)

    assert heard.speech[0] < 0.2
    assert heard.speech[1] > 0.9
    assert heard.letters[:, -1].tolist() == heard.letters[:, 2:4].max(axis=1).tolist()
    assert heard.pause - heard.silence == pytest.approx([-QUIET_IN_SENTENCE, 0.0])
    assert (heard.anything >= heard.silence).all()
    assert heard.anything[1] == pytest.approx(heard.letters[1, 2] - OTHER_SPEECH)


def test_a_letter_in_a_long_silence_and_a_word_around_one_cost_much() -> None:
    alphabet = Alphabet({"a": 2, "b": 3}, blank=0, separator=1)
    log_probs = np.full((40, 4), np.log(0.25), np.float32)
    levels = np.concatenate([np.full(20, -60.0), np.full(20, -20.0)])

    heard = Recognition.of(log_probs, levels, alphabet)

    cost = np.where(heard.is_silent, SILENT_LETTER, 0.0)
    assert heard.is_silent.any()
    assert not heard.is_silent[20:].any()
    assert heard.letters[30, 2] - heard.letters[:, 2] == pytest.approx(cost)
    assert np.ptp(heard.letters[:, :2], axis=0) == pytest.approx([0.0, 0.0])
    assert heard.pause - heard.within == pytest.approx(np.where(heard.is_silent, SILENT_WITHIN, 0))
