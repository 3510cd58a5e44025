"""Which word is lit when."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings

from wordlight.subtitles import Caption, Line
from wordlight.subtitles.formats import spotlights
from wordlight.words import Word

from .nasty import nasty_captions


def states(*words: Word, end_ms: int) -> list[tuple[int | None, int, int]]:
    line = Line(words, (*(" " for _ in words[1:]), ""))
    return [(s.word, s.start_ms, s.end_ms) for s in spotlights(Caption((line,), 0, end_ms))]


def test_a_word_is_lit_until_the_next_one_or_until_a_long_silence() -> None:
    words = [Word("one", 0.0, 0.4), Word("two", 0.7, 1.0), Word("three", 1.301, 1.5)]

    assert states(*words, end_ms=1900) == [
        (0, 0, 700), (1, 700, 1000), (None, 1000, 1301), (2, 1301, 1500), (None, 1500, 1900),
    ]  # fmt: skip


def test_a_word_of_no_length_is_lit_for_a_frame_unless_the_next_begins_with_it() -> None:
    words = [Word("a", 0.0, 0.0), Word("b", 0.0, 0.0), Word("c", 1.0, 1.0)]

    assert states(*words, end_ms=2000) == [
        (1, 0, 50), (None, 50, 1000), (2, 1000, 1050), (None, 1050, 2000),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(nasty_captions())
def test_states_fill_the_caption_and_light_each_word_once_from_its_onset(
    captions: list[Caption],
) -> None:
    for caption in captions:
        found = spotlights(caption)
        words = list(caption.words)

        assert (found[0].start_ms, found[-1].end_ms) == (caption.start_ms, caption.end_ms)
        assert all(a.end_ms == b.start_ms for a, b in pairwise(found))
        assert all(state.start_ms < state.end_ms for state in found)
        lit = [state for state in found if state.word is not None]
        assert [state.word for state in lit] == sorted({state.word for state in lit})
        for state in lit:
            onset_ms = 1000 * words[state.word].start_s
            assert abs(state.start_ms - max(onset_ms, caption.start_ms)) <= 1
