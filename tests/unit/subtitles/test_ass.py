r"""ASS files, read back by strict parsers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import ass
import ass_tag_parser
import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import LOOKS, MODES
from wordlight.subtitles import (
    Canvas,
    Caption,
    Layout,
    compose_look,
    find_language,
    read_style,
    set_captions,
)
from wordlight.subtitles.formats import Presentation, lines_of, write
from wordlight.subtitles.formats.ass import LETTER_LAYER
from wordlight.words import Word

from .passages import even, passages, spoken

CANVAS = Canvas(1280, 720)


def written(captions: list[Caption], karaoke: str = "kf") -> str:
    return write(
        "ass", Presentation(captions, compose_look(canvas=CANVAS, karaoke=karaoke), CANVAS, karaoke)
    )


def letters(text: str) -> list[str]:
    """The text fields of the events that draw letters at rest: a line each."""
    return [event.text for event in ass.parse_string(text).events if event.layer == LETTER_LAYER]


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
    assert [style.name for style in document.styles] == ["Wordlight"]
    assert not document.events


def test_times_have_an_hour_digit_and_centiseconds() -> None:
    captions = set_captions([Word("late", 3723.456, 3725.0)], Layout.of())

    assert "Dialogue: 4,1:02:03.46,1:02:05.00,Wordlight" in written(captions)


@pytest.mark.parametrize("karaoke", ["k", "kf", "ko"])
def test_an_event_is_words_with_their_tags_and_silences_without_text(karaoke: str) -> None:
    words = [Word("one", 1.0, 1.3), Word("two", 1.5, 1.6)]

    text = written(set_captions(words, Layout.of()), karaoke).splitlines()[-1]

    assert text.endswith(f"{{\\{karaoke}30}}one {{\\k20}}{{\\{karaoke}10}}two{{\\k24}}")


def test_without_karaoke_nothing_but_its_place_is_said_of_a_line() -> None:
    captions = set_captions(even("It stands where it is."), Layout.of())

    assert re.fullmatch(
        r"\{\\pos\([\d.,]+\)\}It stands where it is\.", letters(written(captions, "none"))[0]
    )


def test_right_to_left_lights_up_word_by_word() -> None:
    language = find_language("ar")
    captions = set_captions(even("قال نعم."), Layout.of(language="ar"))

    text = write("ass", Presentation(captions, compose_look(language=language), CANVAS, "kf"))

    assert "\\kf" not in text
    assert ass.parse_string(text).styles[0].encoding == -1


def test_a_word_that_leaves_the_screen_is_set_smaller() -> None:
    captions = set_captions(even("W" * 60), Layout.of())

    assert re.search(r"\\fs\d", written(captions))


def in_mode(
    mode: str, words: list[Word], karaoke: str = "kf", style: str | None = None
) -> tuple[list[Caption], list[Any]]:
    """The captions and the events as the library reads them back."""
    look = compose_look(style=read_style(style), canvas=CANVAS, karaoke=karaoke, mode=mode)
    captions = set_captions(words, Layout.of(mode).narrowed(30))
    text = write("ass", Presentation(captions, look, CANVAS, karaoke, mode=mode))
    return captions, list(ass.parse_string(text).events)


def cs(time: timedelta) -> int:
    return round(time.total_seconds() * 100)


@settings(max_examples=25, deadline=None)
@given(passages(), st.sampled_from(["pop", "roll-up"]), st.sampled_from(["kf", "none"]))
def test_every_line_fills_its_caption_and_says_where_it_stands(
    words: list[Word], mode: str, karaoke: str
) -> None:
    captions, events = in_mode(mode, words, karaoke, '{"glow": 5}')

    at_rest = [event for event in events if event.layer == LETTER_LAYER]

    assert all("\\pos(" in event.text for event in events)
    for caption in captions:
        inside = [
            event
            for event in at_rest
            if caption.start_cs <= cs(event.start) and cs(event.end) <= caption.end_cs
        ]
        lines = {_height(event.text): 0 for event in inside}
        for event in inside:
            lines[_height(event.text)] += cs(event.end - event.start)
        assert set(lines.values()) == {caption.end_cs - caption.start_cs}


def _height(text: str) -> str:
    return re.search(r"\\pos\([-\d.]+,([-\d.]+)\)", text)[1]  # type: ignore[index]


@settings(max_examples=25, deadline=None)
@given(passages())
def test_every_word_state_shows_the_whole_line(words: list[Word]) -> None:
    captions, events = in_mode("pop", words)

    for caption in captions:
        lines = [visible(line.text) for line in lines_of(caption, compose_look(canvas=CANVAS))]
        for event in events:
            is_inside = caption.start_cs <= cs(event.start) < caption.end_cs
            if is_inside and event.layer == LETTER_LAYER:
                assert visible(event.text).lstrip("\u200e\u200f") in lines


def test_a_row_stands_below_the_row_it_lifts() -> None:
    _, events = in_mode("roll-up", even("This is a row of words. " * 3, 0.3), "none")

    at_rest = [event for event in events if event.layer == LETTER_LAYER]
    upper = next(event for event in at_rest if event.start == at_rest[-6].start)
    lower = at_rest[-1]

    assert visible(events[-1].text) == "This is a row of words."
    assert {visible(event.text) for event in events} == {"This is a row of words."}
    assert float(_height(upper.text)) < float(_height(lower.text))


def test_after_silence_a_row_stands_alone() -> None:
    words = [Word("First.", 1.0, 1.4), Word("Second.", 9.0, 9.4)]

    _, events = in_mode("roll-up", words, "k")

    at_rest = [event.text for event in events if event.layer == LETTER_LAYER]
    assert [text[text.index("}") + 1 :] for text in at_rest] == [
        r"{\k40}First.{\k300}", r"{\k40}Second.{\k300}",
    ]  # fmt: skip


def test_a_speaker_has_a_style_and_every_event_a_name() -> None:
    style = '{"speakers": {"Ann, a": {"primary": "#FF0000", "bold": true}}}'
    words = [Word("Hello.", 0.0, 1.0, speaker="Ann, a"), Word("Hi.", 1.0, 2.0, speaker="Bob")]

    _, events = in_mode("sentence", words, style=style)

    assert [(e.style, e.name) for e in events if e.layer == LETTER_LAYER] == [
        ("Wordlight 1 Ann_ a", "Ann  a"),
        ("Wordlight", "Bob"),
    ]


def test_a_lifted_row_keeps_its_speakers_style() -> None:
    style = '{"speakers": {"Ann": {"primary": "#FF0000"}}}'
    words = [Word("Hello.", 0.0, 1.0, speaker="Ann"), Word("Hi.", 1.0, 2.0, speaker="Bob")]

    _, events = in_mode("roll-up", words, "k", style)

    at_rest = [
        (event.style, visible(event.text)) for event in events if event.layer == LETTER_LAYER
    ]
    assert at_rest == [
        ("Wordlight 1 Ann", "Hello."),
        ("Wordlight 1 Ann", "Hello."),
        ("Wordlight", "Hi."),
    ]


@settings(max_examples=40, deadline=None)
@given(passages())
def test_strict_parsers_find_every_length_and_no_stray_tag(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    text = written(captions)

    document = ass.parse_string(text)
    captions_of_lines = [caption for caption in captions for _ in caption.lines]
    at_rest = [event for event in document.events if event.layer == LETTER_LAYER]
    assert len(at_rest) == len(captions_of_lines)
    for event, caption in zip(at_rest, captions_of_lines, strict=True):
        length_cs = round((event.end - event.start).total_seconds() * 100)
        assert karaoke_cs(event.text) == length_cs == caption.end_cs - caption.start_cs
        assert "{" not in visible(event.text)
        assert "\\kt" not in event.text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(MODES), st.sampled_from(LOOKS), passages())
def test_a_strict_parser_takes_every_mode_and_preset(
    mode: str, preset: str, words: list[Word]
) -> None:
    look = compose_look(preset, canvas=CANVAS, mode=mode)
    captions = set_captions(words, Layout.of(mode).narrowed(look.line_characters(CANVAS)))

    document = ass.parse_string(write("ass", Presentation(captions, look, CANVAS, "k", mode=mode)))

    assert bool(document.events) == bool(captions)
    for event in document.events:
        assert "{" not in visible(event.text)


@settings(max_examples=30, deadline=None)
@given(passages())
def test_pysubs2_reads_the_same_times_and_text_back(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    read = pysubs2.SSAFile.from_string(written(captions, "kf"), format_="ass")

    assert [(e.start, e.end) for e in read if e.layer == LETTER_LAYER] == [
        (10 * c.start_cs, 10 * c.end_cs) for c in captions for _ in c.lines
    ]


def test_words_that_touch_touch_between_their_tags() -> None:
    words = spoken([("Qu", ""), ("'elle", " "), ("est", "")])

    text = written(set_captions(words, Layout.of()), "k").splitlines()[-1]

    assert text.endswith(r"{\k30}Qu{\k30}'elle {\k30}est")


def test_a_backslash_makes_no_new_line_of_the_word_that_touches_it() -> None:
    words = spoken([("C:\\", ""), ("New", "")])

    assert "C:\\\u2060New" in written(set_captions(words, Layout.of()), "none")


def test_words_that_touch_and_begin_at_once_grow_as_one_word_does() -> None:
    touching = [Word("don", 1.0, 1.0, glue=""), Word("'t", 1.0, 1.5)]
    whole = [Word("don't", 1.0, 1.5)]

    grown, expected = (
        [event for event in in_mode("pop", words)[1] if event.layer > LETTER_LAYER]
        for words in (touching, whole)
    )

    scale = re.compile(r"\\fscx[\d.]+")
    assert scale.findall(grown[0].text) == scale.findall(expected[0].text) != []
