"""A passage's words are placed in its sound, and other speech beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from alignment.synthetic import peaky_emissions
from wordlight.alignment import Alphabet, Calibration, FrameGrid
from wordlight.alignment._placer import Passage, Placer
from wordlight.alignment._route import Followed
from wordlight.alignment._runs import (
    LONGEST_LETTER_FRAMES,
    PAUSE_FRAMES,
    SURE_FRAMES,
    Run,
    other_speech,
    recognised_runs,
    runs_of,
)
from wordlight.reading import ReadWord, read_script
from wordlight.words import Origin

ALPHABET = Alphabet(
    {letter: i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=2)}, 0, 1
)
PLACER = Placer(ALPHABET, FrameGrid(), Calibration())
FRAME_S = 0.02


def passage(said: str, script: str, *, is_known: bool = True, offset_s: float = 0.0) -> Passage:
    """One letter every third frame, "|" behind each word, "." for a rest of 30 frames."""
    tokens, starts, at = list[int](), list[int](), 5
    for character in said:
        if character == ".":
            at += 30
            continue
        tokens.append(1 if character == "|" else ALPHABET.letters[character])
        starts.append(at)
        at += 3
    n_frames = at + 10
    log_probs = peaky_emissions(np.array(tokens), np.array(starts), n_frames, 28, 0.97)
    levels = np.full(n_frames, -60.0)
    for start in starts:
        levels[start : start + 3] = -20.0
    return Passage(read_script(script, "en").words, log_probs, levels, offset_s, is_known)


def followed(spans: list[tuple[int, int]], n_frames: int) -> Followed:
    """Words from and to these frames, (-1, -1) where nobody says one."""
    is_other = np.ones(n_frames, np.bool_)
    for start, stop in spans:
        is_other[max(start, 0) : max(stop, 0)] = False
    starts, stops = np.array(spans, np.int64).T
    return Followed(starts, stops, is_other)


def runs(
    spans: list[tuple[int, int]],
    others: list[tuple[int, int]],
    n_frames: int = 300,
    levels: NDArray[np.float64] | None = None,
    apart: Sequence[int] = (),
) -> list[tuple[int, int, int, int]]:
    levels = np.full(n_frames, -20.0) if levels is None else levels
    is_apart = np.zeros(len(spans), np.bool_)
    is_apart[list(apart)] = True
    found = runs_of(followed(spans, n_frames), others, np.full(len(spans), 5), levels, is_apart)
    return [(run.first, run.last, run.low, run.high) for run in found]


def test_words_that_follow_each_other_are_one_run_to_a_second_beyond_them() -> None:
    assert runs([(10, 20), (20, 30), (33, 50)], []) == [(0, 3, 0, 50 + PAUSE_FRAMES)]
    assert runs([(100, 120), (120, 130)], []) == [(0, 2, 100 - PAUSE_FRAMES, 130 + PAUSE_FRAMES)]


def test_a_run_ends_in_the_middle_of_the_quietest_part_of_a_pause() -> None:
    levels = np.full(300, -20.0)
    levels[60:101] = -50.0
    pause_from = 20 + LONGEST_LETTER_FRAMES * 5 + PAUSE_FRAMES

    assert runs([(10, 20), (20, 40), (120, 150)], [], levels=levels) == [
        (0, 2, 0, 80),
        (2, 3, 80, 150 + PAUSE_FRAMES),
    ]
    assert runs([(10, 20), (20, pause_from)], [], levels=levels) == [
        (0, 2, 0, pause_from + PAUSE_FRAMES)
    ]


def test_what_stands_between_two_words_and_cannot_be_spelt_parts_them() -> None:
    assert runs([(10, 20), (40, 50)], [], apart=[1]) == [(0, 1, 0, 20), (1, 2, 40, 110)]
    assert runs([(10, 20), (20, 30)], [], apart=[1]) == [(0, 1, 0, 20), (1, 2, 20, 90)]


def test_other_speech_ends_the_run_before_it_and_begins_the_one_behind_it() -> None:
    assert runs([(80, 90), (90, 100), (200, 220)], [(10, 60), (110, 190), (230, 290)]) == [
        (0, 2, 60, 110),
        (2, 3, 190, 230),
    ]


def test_a_word_left_out_parts_two_runs() -> None:
    levels = np.full(300, -20.0)
    levels[31:40] = -50.0

    assert runs([(10, 30), (-1, -1), (45, 60)], [], levels=levels) == [
        (0, 1, 0, 35),
        (2, 3, 35, 60 + PAUSE_FRAMES),
    ]


def test_a_recording_of_none_of_the_words_has_no_runs() -> None:
    assert runs([(-1, -1), (-1, -1)], [(10, 100)]) == []


def test_runs_never_overlap_and_hold_every_spoken_word_once() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        starts = np.sort(rng.choice(280, 8, replace=False))
        spans = [(int(s), int(s) + 1) if rng.random() < 0.8 else (-1, -1) for s in starts]
        found = runs(spans, [], levels=rng.normal(-40, 10, 300))
        held = [i for first, last, _, _ in found for i in range(first, last)]

        assert held == [i for i, span in enumerate(spans) if span[0] >= 0]
        assert all(low <= spans[first][0] < high for first, _, low, high in found)
        assert all(a[3] <= b[2] for a, b in pairwise(found))


def test_other_speech_is_letters_outside_the_script_from_the_first_to_the_last() -> None:
    is_other, speech = np.ones(200, np.bool_), np.zeros(200)
    speech[50:90] = 0.9

    assert other_speech(is_other, speech, speech > 0.5) == [(50, 90)]
    assert other_speech(~is_other, speech, speech > 0.5) == []
    assert other_speech(is_other, speech, np.zeros(len(speech), np.bool_)) == []


def test_a_few_letters_and_many_uncertain_ones_are_no_speech() -> None:
    is_other, short, unsure = np.ones(200, np.bool_), np.zeros(200), np.full(200, 0.4)
    short[50 : 50 + SURE_FRAMES - 1] = 1.0

    assert other_speech(is_other, short, short > 0.5) == []
    assert other_speech(is_other, unsure, unsure > 0.5) == []


def test_speech_on_both_sides_of_the_script_is_two_stretches() -> None:
    is_other, speech = np.ones(300, np.bool_), np.full(300, 0.95)
    is_other[100:200] = False

    assert other_speech(is_other, speech, speech > 0.5) == [(0, 100), (200, 300)]


def test_words_are_placed_where_they_are_said_counted_from_the_recording() -> None:
    placed = PLACER.place(passage("abc|def|", "Abc def.", offset_s=10.0))

    assert placed.times.starts_s.tolist() == pytest.approx([10 + 5 * FRAME_S, 10 + 17 * FRAME_S])
    assert placed.times.letters_s.tolist() == pytest.approx([10 + 11 * FRAME_S, 10 + 23 * FRAME_S])
    assert (placed.times.scores > 0.95).all()
    assert placed.others == []


def test_a_sentence_that_nobody_says_is_unspoken_and_the_words_beside_it_are_not_moved() -> None:
    placed = PLACER.place(passage("abc|def|.mnop|qrst|", "Abc def. Uvwx yzuv wxyz. Mnop qrst."))

    assert [str(origin) for origin in placed.times.origins] == (
        ["aligned"] * 2 + ["unspoken"] * 3 + ["aligned"] * 2
    )
    assert placed.times.starts_s[[0, 5]].tolist() == pytest.approx([5 * FRAME_S, 59 * FRAME_S])
    assert np.isnan(placed.times.starts_s[2:5]).all()


def test_speech_that_the_script_does_not_hold_is_reported_and_not_taken_for_its_words() -> None:
    said = "uvwxyzuvwxyzuvwxyzuvwxyzuvwxyz|.abcd|efgh|.uvwxyzuvwxyzuvwxyzuvwxyzuvwxyz|"

    placed = PLACER.place(passage(said, "Abcd efgh."))

    first_s = (5 + 31 * 3 + 30) * FRAME_S
    assert placed.times.starts_s[0] == pytest.approx(first_s)
    [(before_s, until_s), (after_s, end_s)] = placed.others
    assert before_s < 0.2
    assert until_s < first_s < after_s < end_s


def test_what_was_heard_is_wholly_said_so_every_word_gets_a_place() -> None:
    placed = PLACER.place(passage("abc|def|.", "Abc def. Uvwx yzuv.", is_known=False))

    assert set(placed.times.origins) == {Origin.ALIGNED}
    assert placed.others == []


def test_too_few_frames_for_all_letters_are_shared_among_the_words() -> None:
    short = passage("ab|", "Abcdefghijklmnopqrstuvwxyz abcdefghijk.", is_known=False)

    placed = PLACER.place(short)

    assert set(placed.times.origins) == {Origin.INTERPOLATED}
    assert placed.times.ends_s[-1] == pytest.approx(len(short.log_probs) * FRAME_S)


def test_words_that_are_only_shown_are_unspoken() -> None:
    placed = PLACER.place(passage("abc|def|", "[music] Abc def. (end)"))

    assert [str(origin) for origin in placed.times.origins] == [
        "unspoken",
        "aligned",
        "aligned",
        "unspoken",
    ]


def test_a_passage_of_no_words_has_no_times() -> None:
    of_nothing = passage("abc|", "Abc.")

    placed = PLACER.place(Passage((), of_nothing.log_probs, of_nothing.levels, 0.0, True))

    assert len(placed.times.starts_s) == 0


UNSPELT = (
    ReadWord("Abcd", ("abcd",), 0),
    ReadWord("東", ("東",), 1),
    ReadWord("efgh", ("efgh",), 2),
)


def test_a_heard_word_that_cannot_be_spelled_is_any_letter() -> None:
    heard = passage("abcd|m|efgh|", "Abc.")

    placed = PLACER.place(Passage(UNSPELT, heard.log_probs, heard.levels, 0.0, False))

    assert placed.times.starts_s.tolist() == pytest.approx(
        [5 * FRAME_S, 20 * FRAME_S, 26 * FRAME_S]
    )


def test_a_word_that_cannot_be_spelled_is_the_sound_that_its_neighbours_leave() -> None:
    heard = passage("abcd|.mnopqr.|efgh|", "Abc.")
    first_s = (5 + 5 * 3 + 30) * FRAME_S

    placed = PLACER.place(Passage(UNSPELT, heard.log_probs, heard.levels, 0.0, True))

    assert [str(origin) for origin in placed.times.origins] == [
        "aligned",
        "interpolated",
        "aligned",
    ]
    assert placed.times.starts_s[1] == pytest.approx(first_s)
    assert placed.times.ends_s[1] == pytest.approx(first_s + 18 * FRAME_S)
    assert 0 < placed.times.scores[1] <= min(0.5, *placed.times.scores)
    assert placed.others == []


def test_a_word_that_cannot_be_spelled_is_unspoken_where_there_is_no_sound_for_it() -> None:
    heard = passage("abcd|.efgh|", "Abc.")

    placed = PLACER.place(Passage(UNSPELT, heard.log_probs, heard.levels, 0.0, True))

    assert [str(origin) for origin in placed.times.origins] == ["aligned", "unspoken", "aligned"]
    assert placed.times.scores[1] == 0


def test_a_script_of_which_nothing_can_be_spelled_is_not_looked_for() -> None:
    heard = passage("abcd|efgh|", "Abc.")

    placed = PLACER.place(Passage(UNSPELT[1:2], heard.log_probs, heard.levels, 0.0, True))

    assert placed.times.origins == [Origin.UNSPOKEN]


def test_short_runs_show_a_letter_between_them_or_each_stands_out_from_the_noise() -> None:
    n_letters, levels = np.array([4, 4, 4]), np.full(300, -50.0)
    three = [Run(k, k + 1, 100 * k, 100 * k + 50) for k in range(3)]
    none, one = np.zeros(300, np.bool_), np.arange(300) == 120
    loud = levels.copy()
    loud[[20, 120, 220]] = -20.0

    assert recognised_runs(three, none, n_letters, levels) == []
    assert recognised_runs(three, one, n_letters, levels) == three
    assert recognised_runs(three, none, n_letters, loud) == three
    loud[220] = -50.0
    assert recognised_runs(three, none, n_letters, loud) == []


def test_what_is_called_between_may_stop_the_work() -> None:
    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        PLACER.place(passage("abc|def|", "Abc def."), stop)
