"""When captions are shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import MODES
from wordlight.subtitles import Layout, displayable, set_captions
from wordlight.words import Word

from .passages import even, passages


def test_a_short_caption_is_stretched_to_the_shortest_time() -> None:
    (caption,) = set_captions([Word("Yes.", 1.0, 1.2)], Layout.of())

    assert (caption.start_ms, caption.duration_ms) == (1000, 840)


def test_a_fast_caption_is_stretched_until_it_can_be_read() -> None:
    (caption,) = set_captions(even("Extraordinarily complicated circumstances.", 0.2), Layout.of())

    assert caption.duration_ms == 2100


def test_a_stretched_caption_leaves_two_frames_before_the_next() -> None:
    words = [Word("No.", 1.0, 1.1), Word("Somebody has to do it all, I think.", 1.7, 4.0)]

    first, second = set_captions(words, Layout.of().narrowed(36))

    assert second.start_ms - first.end_ms == 90


def test_a_gap_that_would_flicker_is_closed_to_two_frames() -> None:
    first = even("It stands where it always stood before.", 0.4)
    second = [Word(w.text, w.start_s + 3.2, w.end_s + 3.2) for w in even("And it shines on.", 0.4)]

    captions = set_captions(first + second, Layout.of())

    assert captions[1].start_ms - captions[0].end_ms == 90


def test_words_without_any_length_still_take_turns() -> None:
    words = [Word(f"number{k}", 2.0, 2.0) for k in range(40)]

    captions = set_captions(words, Layout.of())

    assert all(b.start_ms - a.start_ms >= 50 for a, b in pairwise(captions))
    assert all(caption.duration_ms > 0 for caption in captions)


def test_word_mode_leaves_no_flicker_and_no_long_ghost() -> None:
    words = [Word("one", 0.0, 0.4), Word("two", 0.55, 0.9), Word("three", 3.0, 3.4)]

    captions = set_captions(words, Layout.of("word"))

    assert [(c.start_ms, c.end_ms) for c in captions] == [(0, 550), (550, 900), (3000, 3400)]


def test_word_mode_shows_words_of_one_moment_together() -> None:
    words = [Word("uh", 1.0, 1.0), Word("oh", 1.0, 1.4)]

    assert [caption.text for caption in set_captions(words, Layout.of("word"))] == ["uh oh"]


def test_a_row_stays_until_the_next_one_and_three_seconds_of_silence_clear_it() -> None:
    words = [Word("First.", 1.0, 1.4), Word("Second.", 3.0, 3.4), Word("Third.", 9.0, 9.4)]

    captions = set_captions(words, Layout.of("roll-up").narrowed(8))

    assert [(c.start_ms, c.end_ms) for c in captions] == [(1000, 3000), (3000, 6400), (9000, 12400)]


def test_rows_that_roll_up_are_the_lines_of_sentences() -> None:
    words = even("The old lighthouse keeper climbed the narrow stairs. " * 4)

    sentences = set_captions(words, Layout.of("pop"))
    rows = set_captions(words, Layout.of("roll-up"))

    assert [row.text for row in rows] == [line.text for c in sentences for line in c.lines]


def test_a_change_of_speaker_ends_a_caption() -> None:
    words = [
        replace(word, speaker="Anna" if index < 2 else "Bob")
        for index, word in enumerate(even("Is it? It is what it is."))
    ]

    captions = set_captions(words, Layout.of())

    assert [(c.speaker, c.text) for c in captions] == [
        ("Anna", "Is it?"),
        ("Bob", "It is what it is."),
    ]


@settings(max_examples=40, deadline=None)
@given(passages(), st.lists(st.sampled_from(["Anna", "Bob"]), min_size=60, max_size=60))
def test_no_caption_holds_two_speakers(words: list[Word], speakers: list[str]) -> None:
    words = [replace(word, speaker=name) for word, name in zip(words, speakers, strict=False)]

    for mode in ("sentence", "pop", "roll-up"):
        for caption in set_captions(words, Layout.of(mode)):
            assert len({word.speaker for word in caption.words}) == 1


@settings(max_examples=60, deadline=None)
@given(passages())
def test_every_word_is_shown_once_in_order_in_disjoint_captions(words: list[Word]) -> None:
    shown = [word.text for word in displayable(words)]

    for mode in MODES:
        captions = set_captions(words, Layout.of(mode))

        assert [word.text for caption in captions for word in caption.words] == shown
        assert all(a.end_ms <= b.start_ms + 5 for a, b in pairwise(captions))
        assert all(a.end_cs <= b.start_cs for a, b in pairwise(captions))
        assert all(caption.start_cs < caption.end_cs for caption in captions)


@settings(max_examples=60, deadline=None)
@given(passages())
def test_limits_hold_wherever_the_words_leave_room(words: list[Word]) -> None:
    layout = Layout.of()

    captions = set_captions(words, layout)

    for caption in captions:
        assert len(caption.lines) <= 2
        for line in caption.lines:
            assert layout.language.width(line.text) <= 42 or len(line.words) == 1
        assert caption.start_ms >= round(1000 * next(caption.words).start_s)
    for a, b in pairwise(captions):
        last = a.lines[-1].words[-1]
        if b.start_ms / 1000 - last.end_s >= 0.1 and b.start_ms - a.start_ms > 200:
            assert b.start_ms - a.end_ms >= 84
