r"""ASS files, read back by strict parsers."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import ass
import ass_tag_parser
import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import MODES, PRESETS
from wordlight.subtitles import (
    Canvas,
    Caption,
    Layout,
    compose_look,
    find_language,
    read_style,
    set_captions,
    write_ass,
)
from wordlight.words import Word

from .passages import even, passages, spoken

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


def in_mode(
    mode: str, words: list[Word], karaoke: str = "kf", style: str | None = None
) -> tuple[list[Caption], list[Any]]:
    """The captions and the events as the library reads them back."""
    look = compose_look(style=read_style(style), canvas=CANVAS, karaoke=karaoke, mode=mode)
    captions = set_captions(words, Layout.of(mode).narrowed(30))
    text = write_ass(captions, look, CANVAS, karaoke, mode=mode)
    return captions, list(ass.parse_string(text).events)


def cs(time: timedelta) -> int:
    return round(time.total_seconds() * 100)


@settings(max_examples=25, deadline=None)
@given(passages(), st.sampled_from(["pop", "roll-up"]), st.sampled_from(["kf", "none"]))
def test_events_of_a_layer_never_overlap_and_fill_their_captions(
    words: list[Word], mode: str, karaoke: str
) -> None:
    captions, events = in_mode(mode, words, karaoke, '{"glow": 5}')

    for layer in {event.layer for event in events}:
        ordered = [event for event in events if event.layer == layer]
        assert all(a.end <= b.start for a, b in pairwise(ordered))
    whole = sum(caption.end_cs - caption.start_cs for caption in captions)
    assert sum(cs(e.end - e.start) for e in events if e.layer == 2) == whole
    assert sum(cs(e.end - e.start) for e in events if e.layer == 0) == whole


@settings(max_examples=25, deadline=None)
@given(passages())
def test_every_word_state_shows_the_whole_caption(words: list[Word]) -> None:
    captions, events = in_mode("pop", words)
    _, plain = in_mode("sentence", words, "none")
    text_at = {cs(event.start): visible(event.text) for event in plain}

    starts = sorted(text_at)
    for event in events:
        caption_start = max(start for start in starts if start <= cs(event.start))
        assert visible(event.text) == text_at[caption_start]
    assert len(plain) == len(captions)


def test_a_row_stands_below_the_row_it_lifts() -> None:
    _, events = in_mode("roll-up", even("This is a row of words. " * 3, 0.3), "none")

    last = visible(events[-1].text).split("\\N")

    assert last == ["This is a row of words."] * 2
    assert [visible(event.text) for event in events[:6]] == ["This is a row of words."] * 6


def test_after_silence_a_row_stands_alone() -> None:
    words = [Word("First.", 1.0, 1.4), Word("Second.", 9.0, 9.4)]

    _, events = in_mode("roll-up", words, "k")

    assert [event.text for event in events] == [r"{\k40}First.{\k300}", r"{\k40}Second.{\k300}"]


def test_a_speaker_has_a_style_and_every_event_a_name() -> None:
    style = '{"speakers": {"Ann, a": {"primary": "#FF0000", "bold": true}}}'
    words = [Word("Hello.", 0.0, 1.0, speaker="Ann, a"), Word("Hi.", 1.0, 2.0, speaker="Bob")]

    _, events = in_mode("sentence", words, style=style)

    assert [(e.style, e.name) for e in events] == [
        ("Wordlight 1 Ann_ a", "Ann  a"),
        ("Wordlight", "Bob"),
    ]


def test_a_lifted_row_keeps_its_speakers_style() -> None:
    style = '{"speakers": {"Ann": {"primary": "#FF0000"}}}'
    words = [Word("Hello.", 0.0, 1.0, speaker="Ann"), Word("Hi.", 1.0, 2.0, speaker="Bob")]

    _, events = in_mode("roll-up", words, "k", style)

    assert events[-1].text == (r"{\rWordlight 1 Ann}Hello.\N{\rWordlight}{\k100}Hi.{\k300}")


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


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(MODES), st.sampled_from(PRESETS), passages())
def test_a_strict_parser_takes_every_mode_and_preset(
    mode: str, preset: str, words: list[Word]
) -> None:
    look = compose_look(preset, canvas=CANVAS, mode=mode)
    captions = set_captions(words, Layout.of(mode).narrowed(look.line_characters(CANVAS)))

    document = ass.parse_string(write_ass(captions, look, CANVAS, "k", mode=mode))

    assert bool(document.events) == bool(captions)
    for event in document.events:
        assert "{" not in visible(event.text)


@settings(max_examples=30, deadline=None)
@given(passages())
def test_pysubs2_reads_the_same_times_and_text_back(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    read = pysubs2.SSAFile.from_string(written(captions, "kf"), format_="ass")

    assert [(e.start, e.end) for e in read] == [(10 * c.start_cs, 10 * c.end_cs) for c in captions]


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

    (_, grown), (_, expected) = (in_mode("pop", words)[1][:2] for words in (touching, whole))

    scale = re.compile(r"\\fscx[\d.]+")
    assert scale.findall(grown.text) == scale.findall(expected.text) != []
