r"""ASS files, read back by strict parsers."""

from __future__ import annotations

import ass
import ass_tag_parser
import pysubs2
import pytest
from hypothesis import given, settings

from wordlight.subtitles import (
    Canvas,
    Caption,
    Layout,
    compose_look,
    find_language,
    set_captions,
    write_ass,
)
from wordlight.words import Word

from .passages import even, passages

CANVAS = Canvas(1280, 720)


def written(captions: list[Caption], karaoke: str = "kf") -> str:
    return write_ass(captions, compose_look(canvas=CANVAS, karaoke=karaoke), CANVAS, karaoke)


def karaoke_cs(text: str) -> int:
    tags = ass_tag_parser.parse_ass(text)
    kinds = (ass_tag_parser.AssTagKaraoke,)
    return sum(round(tag.duration / 10) for tag in tags if isinstance(tag, kinds))


def visible(text: str) -> str:
    parts = ass_tag_parser.parse_ass(text)
    return "".join(p.text for p in parts if isinstance(p, ass_tag_parser.AssText))


def test_the_header_says_how_to_scale_and_wrap() -> None:
    document = ass.parse_string(written([]))

    assert document.fields["ScriptType"] == "v4.00+"
    assert (document.play_res_x, document.play_res_y, document.wrap_style) == (1280, 720, 2)
    assert document.fields["ScaledBorderAndShadow"] == "yes"
    assert document.fields["YCbCr Matrix"] == "None"
    assert len(document.styles) == 1
    assert not document.events


def test_times_have_an_hour_digit_and_centiseconds() -> None:
    captions = set_captions([Word("late", 3723.456, 3725.0)], Layout.of())

    assert "Dialogue: 0,1:02:03.46,1:02:05.00,Wordlight" in written(captions)


@pytest.mark.parametrize("karaoke", ["k", "kf", "ko"])
def test_an_event_is_words_with_their_tags_and_silences_without_text(karaoke: str) -> None:
    words = [Word("one", 1.0, 1.3), Word("two", 1.5, 1.6)]

    text = written(set_captions(words, Layout.of()), karaoke).splitlines()[-1]

    assert text.endswith(f"{{\\{karaoke}30}}one {{\\k20}}{{\\{karaoke}10}}two{{\\k24}}")


def test_without_karaoke_there_are_no_tags() -> None:
    captions = set_captions(even("It stands where it is."), Layout.of())

    assert "{" not in written(captions, "none")


def test_right_to_left_lights_up_word_by_word() -> None:
    language = find_language("ar")
    captions = set_captions(even("قال نعم."), Layout.of(language="ar"))

    text = write_ass(captions, compose_look(language=language), CANVAS, "kf", True)

    assert "\\kf" not in text
    assert ass.parse_string(text).styles[0].encoding == -1


def test_a_word_that_leaves_the_screen_is_set_smaller() -> None:
    captions = set_captions(even("W" * 60), Layout.of())

    assert "{\\fs" in written(captions)


@settings(max_examples=40, deadline=None)
@given(passages())
def test_strict_parsers_find_every_length_and_no_stray_tag(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    text = written(captions)

    document = ass.parse_string(text)
    assert len(document.events) == len(captions)
    for event, caption in zip(document.events, captions, strict=True):
        length_cs = round((event.end - event.start).total_seconds() * 100)
        assert karaoke_cs(event.text) == length_cs == caption.end_cs - caption.start_cs
        assert "{" not in visible(event.text)
        assert "\\kt" not in event.text


@settings(max_examples=30, deadline=None)
@given(passages())
def test_pysubs2_reads_the_same_times_and_text_back(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    read = pysubs2.SSAFile.from_string(written(captions, "kf"), format_="ass")

    assert [(e.start, e.end) for e in read] == [(10 * c.start_cs, 10 * c.end_cs) for c in captions]
