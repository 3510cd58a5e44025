r"""Lengths of ``\k`` tags."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings

from wordlight.subtitles import Caption, Layout, Line, set_captions, syllables
from wordlight.subtitles.formats.ass import states
from wordlight.words import Word

from .passages import passages


def test_edges_are_rounded_so_that_no_error_adds_up() -> None:
    words = [Word("word", k / 3, (k + 1) / 3) for k in range(12)]
    (caption,) = set_captions(words, Layout.of().narrowed(30))

    lengths = [s.length_cs for s in syllables(caption)]

    assert lengths == [33, 34, 33] * 4


def test_silence_before_between_and_after_words_is_counted() -> None:
    words = [Word("one", 1.0, 1.3), Word("two", 1.5, 1.6)]
    (caption,) = set_captions(words, Layout.of())

    clock = [(s.word.text if s.word else None, s.length_cs) for s in syllables(caption)]

    assert clock == [("one", 30), (None, 20), ("two", 10), (None, 24)]


def test_a_word_without_length_lights_up_at_once() -> None:
    words = [Word("one", 1.0, 1.3), Word("two", 1.3, 1.3), Word("three", 1.3, 2.0)]
    (caption,) = set_captions(words, Layout.of())

    assert [s.length_cs for s in syllables(caption)] == [30, 0, 70]


@settings(max_examples=60, deadline=None)
@given(passages())
def test_lengths_add_up_to_the_event(words: list[Word]) -> None:
    for mode in ("sentence", "word"):
        for caption in set_captions(words, Layout.of(mode)):
            clock = syllables(caption)

            assert sum(s.length_cs for s in clock) == caption.end_cs - caption.start_cs
            assert all(s.length_cs > 0 for s in clock if s.word is None)
            assert [s.word for s in clock if s.word] == list(caption.words)


def test_a_word_is_spoken_through_a_breath_and_not_through_silence() -> None:
    words = Word("one", 1.0, 1.3), Word("two", 1.5, 1.6), Word("three", 3.0, 3.4)
    caption = Caption((Line(words, (" ", " ", "")),), 1000, 3400)

    found = [(s.first, s.stop, s.start_cs, s.end_cs) for s in states(caption)]

    assert found == [(0, 1, 100, 150), (1, 2, 150, 180), (2, 2, 180, 300), (2, 3, 300, 340)]


def test_words_of_one_moment_are_spoken_together() -> None:
    words = [Word("uh", 1.0, 1.0), Word("oh", 1.0, 1.4)]
    (caption,) = set_captions(words, Layout.of())

    assert [(s.first, s.stop) for s in states(caption)] == [(0, 2), (2, 2)]


@settings(max_examples=60, deadline=None)
@given(passages())
def test_states_follow_each_other_from_start_to_end(words: list[Word]) -> None:
    for mode in ("pop", "roll-up"):
        for caption in set_captions(words, Layout.of(mode)):
            found = states(caption)

            edges = [found[0].start_cs, *(state.end_cs for state in found)]
            assert edges == sorted(set(edges))
            assert all(a.end_cs == b.start_cs for a, b in pairwise(found))
            assert (edges[0], edges[-1]) == (caption.start_cs, caption.end_cs)
            assert all(a.stop <= b.first for a, b in pairwise(found))
