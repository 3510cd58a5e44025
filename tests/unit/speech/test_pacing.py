"""Pauses are laid out by their marks, first sounds can be heard, a lone word is said in full."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from wordlight.speech._pacing import (
    COMMAS,
    DASHES,
    FIRST_CONSONANT_S,
    FIRST_VOWEL_S,
    PAUSES_S,
    SHORTEST_S,
    STOPS,
    Paced,
    Pacing,
    closed,
    spoken_alone,
)

FRAME_S = 256 / 24_000
MARKS = ';:,.!?—…"()“” '
SOUNDS = "wɛnðəɹAtɑplzhk" + "ˈˌ"
VOCABULARY = {mark: index + 1 for index, mark in enumerate(MARKS)} | {
    sound: index + 20 for index, sound in enumerate(SOUNDS)
}
PACING = Pacing(VOCABULARY, 17, FRAME_S)


def ids(phonemes: str) -> np.ndarray:
    return np.array([0, *(VOCABULARY[p] for p in phonemes), 0], np.int64)


def answer(phonemes: str, frames: float = 5.0, pace: float = 1.0, speed: float = 1.0) -> Paced:
    """Every sound predicted to last so many frames, every mark and pad none."""
    given = ids(phonemes)
    return PACING.answer(given, np.where(given >= 17, frames, 0.0), pace, speed)


def silences_s(paced: Paced) -> list[float]:
    """Of each run of what is no sound, the lead and the tail among them."""
    is_silent = np.concatenate([[False], paced.ids < 17, [False]])
    edges = np.flatnonzero(np.diff(is_silent.astype(int)))
    spans = pairwise(edges.tolist())
    return [float(paced.frames[a:b].sum()) * FRAME_S for a, b in list(spans)[::2]]


@pytest.mark.parametrize("mark", STOPS + DASHES + COMMAS)
def test_a_mark_inside_a_chunk_is_silent_for_as_long_as_its_kind(mark: str) -> None:
    shortest_s = next(span[0] for marks, span in PAUSES_S.items() if mark in marks)

    paced = answer(f"wɛn{mark} ðəwɛn.")

    _, pause_s, _ = silences_s(paced)
    assert pause_s == pytest.approx(shortest_s)
    assert VOCABULARY[mark] not in paced.ids[:-4] or mark == ","


def test_the_longest_of_several_marks_counts_and_quotes_are_no_pause() -> None:
    stop_s, comma_s = PAUSES_S[STOPS][0], PAUSES_S[COMMAS][0]

    _, both_s, quote_s, comma_too_s, _ = silences_s(answer("wɛn,” ðə—… wɛn“ðə) wɛn."))[0:5]

    assert both_s == pytest.approx(comma_s)
    assert quote_s == pytest.approx(stop_s)
    assert comma_too_s == 0.0
    assert silences_s(answer("wɛn) ðə."))[1] == pytest.approx(comma_s)


def test_a_pause_that_was_predicted_between_the_bounds_is_kept() -> None:
    given = ids("wɛn. ðə.")
    frames = np.where(given >= 17, 5.0, 0.0)
    frames[4] = 0.5 / FRAME_S

    paced = PACING.answer(given, frames, 1.0, 1.0)

    assert silences_s(paced)[1] == pytest.approx(0.5)


@pytest.mark.parametrize(("pace", "speed", "factor"), [(1.0, 2.0, 0.5), (1.6, 1.0, 1.25)])
def test_a_pause_follows_the_speed_and_to_a_degree_the_voices_pace(
    pace: float, speed: float, factor: float
) -> None:
    _, pause_s, _ = silences_s(answer("wɛn. ðə.", pace=pace, speed=speed))

    assert pause_s == pytest.approx(PAUSES_S[STOPS][0] * factor)


def test_what_a_plosive_is_longer_than_one_before_a_pause_is_the_pauses() -> None:
    paced = answer("wɛnt. ðə.", frames=14.0)

    assert paced.frames[list(paced.ids).index(VOCABULARY["t"])] < 8
    assert paced.frames[list(paced.ids).index(VOCABULARY["n"])] == pytest.approx(14.0)


def test_a_first_sound_has_the_time_to_be_heard() -> None:
    consonant = answer("wˌɛn ðə wɛn ðə wɛn ðə.", frames=1.0)
    vowel = answer("ɛn ðə wɛn ðə wɛn ðə.", frames=1.0)
    long = answer("wˌɛn.", frames=20.0)

    def span_s(paced: Paced, sound: str) -> float:
        return float(paced.frames[list(paced.ids).index(VOCABULARY[sound])]) * FRAME_S

    assert span_s(consonant, "w") >= FIRST_CONSONANT_S
    assert span_s(consonant, "ˌ") + span_s(consonant, "ɛ") >= FIRST_VOWEL_S
    assert span_s(vowel, "ɛ") >= FIRST_VOWEL_S
    assert span_s(long, "w") == pytest.approx(20 * FRAME_S)


def test_a_text_of_one_short_sound_is_drawn_out() -> None:
    paced = answer("A.", frames=3.0)

    assert paced.frames[paced.ids >= 17].sum() * FRAME_S == pytest.approx(SHORTEST_S)


def test_marks_before_the_first_sound_are_no_pause_and_a_tail_follows_the_last() -> None:
    with_mark, without = answer("…wɛn ðə."), answer("wɛn ðə.")

    assert silences_s(with_mark) == pytest.approx(silences_s(without))
    assert 0.0 < silences_s(without)[-1] < 0.1


def test_every_phoneme_has_the_height_of_the_one_that_it_was_made_of() -> None:
    given = ids("wɛn, ðə.")

    paced = PACING.answer(given, np.ones(len(given)), 1.0, 1.0)

    assert len(paced.ids) == len(paced.frames) == len(paced.source)
    is_sound = paced.ids >= 17
    assert (given[paced.source][is_sound] == paced.ids[is_sound]).all()


def test_a_piece_among_others_is_counted_with_the_pause_after_it() -> None:
    given = ids("wɛn.")

    n_frames = PACING.n_frames(given, np.where(given >= 17, 5.0, 0.0), 1.0)

    assert n_frames == pytest.approx(15.0 + PAUSES_S[STOPS][0] / FRAME_S)


@pytest.mark.parametrize(
    ("phonemes", "alone"),
    [
        ("ɐ", "ˈA"), ("ðə.", "ðˈi."), ("ɐn", "ˈæn"), ("wˌi", "wˈi"), ("ʌv!", "ˈʌv!"),
        ("nˈO.", "nˈO."), ("ˌI ænd", "ˌI ænd"), ("…", "…"), ("", ""),
    ],
)  # fmt: skip
def test_a_word_alone_is_stressed(phonemes: str, alone: str) -> None:
    assert spoken_alone(phonemes) == alone


@pytest.mark.parametrize(
    ("phonemes", "ended"), [("wɛn", "wɛn."), ("wɛn”", "wɛn."), ("wɛn,”", "wɛn,”"), ("wɛn?", "wɛn?")]
)
def test_a_text_ends_with_a_mark(phonemes: str, ended: str) -> None:
    assert closed(phonemes) == ended
