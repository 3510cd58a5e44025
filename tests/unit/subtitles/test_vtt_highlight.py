"""WebVTT with a cue for each word's turn."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given, settings

from wordlight.subtitles import (
    Canvas,
    Caption,
    Colour,
    Layout,
    Look,
    clock,
    compose_look,
    set_captions,
)
from wordlight.subtitles.formats import Presentation, write
from wordlight.subtitles.formats.vtt_highlight import _nearest_class
from wordlight.words import Word

from .nasty import nasty_captions
from .passages import even, story

WIDE = Canvas(1920, 1080)
LOOK = compose_look(canvas=WIDE)
_CUE = re.compile(r"(\S+) --> (\S+) (line:\S+ position:\S+ size:\S+ align:\S+)\n(.+)", re.DOTALL)


def cues(text: str) -> list[tuple[str, ...]]:
    """Start, end, settings and text of each cue; the head's three blocks are left out."""
    blocks = text.removesuffix("\n").split("\n\n")
    found = [_CUE.fullmatch(block) for block in blocks[3:]]
    return [match.groups() for match in found if match is not None]


def settings_of(look: Look, canvas: Canvas, text: str = "One line.") -> str:
    return cues(
        write("vtt_highlight", Presentation(set_captions(even(text), Layout.of()), look, canvas))
    )[0][2]


def test_each_word_has_a_cue_in_which_it_alone_is_marked() -> None:
    captions = set_captions([Word("R&D", 1.0, 1.3), Word("won", 1.5, 2.0)], Layout.of())

    found = [
        (start, end, text)
        for start, end, _, text in cues(write("vtt_highlight", Presentation(captions, LOOK, WIDE)))
    ]

    assert found == [
        ("00:00:01.000", "00:00:01.500", "<c.now.yellow>R&amp;D</c> won"),
        ("00:00:01.500", "00:00:02.000", "R&amp;D <c.now.yellow>won</c>"),
    ]


def test_without_light_there_is_one_plain_cue_a_caption_in_the_sung_colour() -> None:
    look = compose_look("boxed", canvas=WIDE, karaoke="none")

    text = write(
        "vtt_highlight",
        Presentation(set_captions(story(), Layout.of()), look, WIDE, "none"),
    )

    assert len(cues(text)) == len(set_captions(story(), Layout.of()))
    assert "<c" not in text
    assert "::cue {\n  color: rgba(255, 255, 255, 1);" in text


def test_the_style_block_has_the_looks_colours_and_face() -> None:
    style = {"primary": Colour.of("#11223380"), "font": "O'Neil & Co", "italic": True, "bold": True}
    look = compose_look("boxed", style, WIDE)

    head = write("vtt_highlight", Presentation([], look, WIDE))

    assert head == (
        "WEBVTT\n\nNOTE Written by Wordlight\n\nSTYLE\n::cue {\n"
        "  color: rgba(154, 163, 175, 1);\n"
        "  background-color: rgba(11, 11, 11, 1);\n"
        '  font-family: "O\'Neil & Co", sans-serif;\n'
        "  font-weight: 700;\n"
        "  font-style: italic;\n"
        "}\n::cue(.now) {\n  color: rgba(17, 34, 51, 0.502);\n}\n"
    )


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [
        (1, "line:-2 position:5% size:90% align:left"),
        (2, "line:-2 position:50% size:90% align:center"),
        (6, "line:8 position:95% size:90% align:right"),
        (8, "line:1 position:50% size:90% align:center"),
    ],
)
def test_a_cue_stands_where_the_look_says_inside_the_margins(alignment: int, expected: str) -> None:
    look = compose_look(style={"alignment": alignment}, canvas=WIDE)

    assert settings_of(look, WIDE) == expected


def test_a_cue_in_the_middle_stays_there_with_two_rows() -> None:
    look = compose_look(style={"alignment": 5}, canvas=WIDE)
    two = "The old lighthouse keeper climbed the narrow stairs every evening."

    assert settings_of(look, WIDE, two).startswith("line:7 ")


def test_a_portrait_video_keeps_its_foot_free() -> None:
    tall = Canvas(1080, 1920)

    assert settings_of(compose_look(canvas=tall), tall).startswith("line:-6 ")


def test_margins_as_wide_as_the_video_leave_a_strip() -> None:
    look = compose_look(style={"margin_l": 8192, "margin_r": 8192, "margin_v": 8192}, canvas=WIDE)

    assert settings_of(look, WIDE) == "line:-9 position:50% size:10% align:center"


def test_every_colour_has_a_class_near_it() -> None:
    found = [
        _nearest_class(Colour.of(code)) for code in ("#FFD54A", "#3EC5FF", "#FFFFFF", "#FF2010")
    ]

    assert found == ["yellow", "cyan", "white", "red"]


def test_pysubs2_reads_every_cue_and_its_text() -> None:
    captions = set_captions(story()[:40], Layout.of())

    read = pysubs2.SSAFile.from_string(
        write("vtt_highlight", Presentation(captions, LOOK, WIDE)), format_="vtt"
    )

    assert [
        event.text.replace(r"\N", "\n")
        for event in read
        if event.start in {caption.start_ms for caption in captions}
    ] == [c.text for c in captions]


@settings(max_examples=60, deadline=None)
@given(nasty_captions())
def test_any_text_comes_back_from_cues_that_follow_each_other(captions: list[Caption]) -> None:
    text = write("vtt_highlight", Presentation(captions, LOOK, WIDE))

    found = cues(text)
    assert text.count("-->") == len(found)
    edges = [(start, end) for start, end, _, _ in found]
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(edges))
    assert all(start < end for start, end in edges)
    shown = {}
    for start, _, _, marked in found:
        shown[start] = html.unescape(re.sub(r"</?c[.\w]*>", "", marked))
    for caption in captions:
        inside = [shown[s] for s in shown if clock(caption.start_ms) <= s < clock(caption.end_ms)]
        assert set(inside) == {caption.text}
