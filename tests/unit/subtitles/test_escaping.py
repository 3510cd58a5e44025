"""Text that looks like tags."""

from __future__ import annotations

import pytest

from wordlight.subtitles import Layout, set_captions
from wordlight.subtitles.formats._escaping import escape_ass, escape_lrc, escape_srt, escape_vtt
from wordlight.words import Word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"{\b1}x", "｛\\b1｝x"),
        (r"C:\New", "C:\\\u2060New"),
        (r"a\h", "a\\\u2060h"),
        ("end\\", "end\\\u2060"),
        (r"C:\Users", r"C:\Users"),
        ("a\\\\n", "a\\\\\u2060n"),
    ],
)
def test_ass_shows_braces_and_backslashes(text: str, expected: str) -> None:
    assert escape_ass(text) == expected


def test_srt_breaks_what_would_be_a_tag_or_a_time_line() -> None:
    assert escape_srt("<b>x</b> a < 1 {y} -->") == ("<\u2060b>x<\u2060/b> a < 1 ｛y｝ --\u2060>")


def test_srt_keeps_backslashes_and_entities_from_players_that_read_them() -> None:
    assert escape_srt(r"C:\New &lt; R&D") == "C:\\\u2060New &\u2060lt; R&D"


def test_lrc_has_no_bracket_and_no_time_in_its_words() -> None:
    assert escape_lrc("[00:01.00] <00:01.00> I <3 you <b>") == (
        "［00:01.00］ <\u206000:01.00> I <\u20603 you <b>"
    )


def test_vtt_has_entities() -> None:
    assert escape_vtt("a < b & c -->") == "a &lt; b &amp; c --&gt;"


def test_line_ends_and_control_characters_inside_a_word_never_reach_a_file() -> None:
    words = [Word("two\r\nlines", 0.0, 1.0), Word("\x00\t", 1.0, 1.0), Word("end\x1b.", 1.0, 2.0)]

    (caption,) = set_captions(words, Layout.of())

    assert caption.text == "two lines end."
