r"""Lengths of ``\k`` tags."""

from __future__ import annotations

from hypothesis import given, settings

from wordlight.subtitles import Layout, set_captions, syllables
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
