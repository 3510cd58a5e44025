"""Enhanced LRC."""

from __future__ import annotations

import re

from hypothesis import given, settings

from wordlight.subtitles import Caption, Layout, compose_look, find_language, set_captions
from wordlight.subtitles.formats import Presentation, write
from wordlight.subtitles.formats._escaping import escape_lrc
from wordlight.words import Word

from .nasty import nasty_captions
from .passages import even

_ROW = re.compile(r"\[(\d{2,}):([0-5]\d)\.(\d\d)\](.*)")
_TIME = re.compile(r"<(\d{2,}):([0-5]\d)\.(\d\d)>")


def cs(minutes: str, seconds: str, hundredths: str) -> int:
    return 6000 * int(minutes) + 100 * int(seconds) + int(hundredths)


def rows(text: str) -> list[tuple[int, str, list[int]]]:
    """Time, words and the words' times of each line after the head."""
    found = []
    for row in text.removesuffix("\n").split("\n"):
        match = _ROW.fullmatch(row)
        if match:
            times = [cs(*time) for time in _TIME.findall(match[4])]
            found.append((cs(*match.groups()[:3]), _TIME.sub("", match[4]), times))
    return found


def test_a_line_has_its_own_time_and_one_before_and_after_each_word() -> None:
    words = [Word("I", 61.0, 61.2), Word("[really]", 61.3, 61.8), Word("<3", 61.8, 62.006)]

    text = write("lrc", Presentation(set_captions(words, Layout.of())))

    assert text.split("\n") == [
        "[re:Wordlight]",
        "[la:en]",
        "[length:01:03]",
        "[01:01.00]<01:01.00>I <01:01.30>［really］ <01:01.80><\u20603<01:02.01>",
        "[01:02.01]",
        "",
    ]


def test_a_long_silence_clears_the_line() -> None:
    words = [Word("One.", 0.0, 1.0), Word("Two.", 5.0, 6.0), Word("Three.", 6.5, 7.5)]

    text = write("lrc", Presentation(set_captions(words, Layout.of())))

    assert [(time_cs, words) for time_cs, words, _ in rows(text)] == [
        (0, "One."), (100, ""), (500, "Two."), (650, "Three."), (750, ""),
    ]  # fmt: skip


def test_minutes_go_on_after_the_hour() -> None:
    captions = set_captions([Word("late", 7322.5, 7323.0)], Layout.of())

    assert "[122:02.50]<122:02.50>late<122:03.00>" in write("lrc", Presentation(captions))


def test_a_language_that_is_no_tag_is_left_out() -> None:
    captions = set_captions(even("One two."), Layout.of())

    text = write("lrc", Presentation(captions, compose_look(language=find_language("e]n\n"))))

    assert text.startswith("[re:Wordlight]\n[length:")


def test_no_caption_is_a_bare_head() -> None:
    assert write("lrc", Presentation([])) == "[re:Wordlight]\n[la:en]\n"


@settings(max_examples=80, deadline=None)
@given(nasty_captions())
def test_any_text_comes_back_line_by_line_and_times_grow(captions: list[Caption]) -> None:
    found = rows(write("lrc", Presentation(captions)))

    written = [escape_lrc(line.text) for caption in captions for line in caption.lines]
    assert [words for _, words, times in found if times] == written
    line_times = [time_cs for time_cs, _, _ in found]
    assert line_times == sorted(set(line_times))
    every_time = [time for time_cs, _, times in found for time in (time_cs, *times)]
    assert every_time == sorted(every_time)
    lines = [line for caption in captions for line in caption.lines]
    timed = [times for _, _, times in found if times]
    assert [len(times) for times in timed] == [len(line.words) + 1 for line in lines]
