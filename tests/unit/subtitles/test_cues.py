"""SRT and WebVTT."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pysubs2
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import MODES
from wordlight.subtitles import Layout, clock, set_captions
from wordlight.subtitles.formats import Presentation, write
from wordlight.words import Word

from .passages import passages


def test_no_caption_is_an_empty_srt_and_a_bare_vtt() -> None:
    assert (write("srt", Presentation([])), write("vtt", Presentation([]))) == ("", "WEBVTT\n")


def test_every_word_of_a_cue_has_its_time() -> None:
    words = [Word("R&D", 1.0004, 1.3), Word("won", 1.5678, 2.0)]

    text = write("vtt", Presentation(set_captions(words, Layout.of())))

    header, _, times, rows, _ = text.split("\n")
    assert (header, times) == ("WEBVTT", "00:00:01.000 --> 00:00:02.000")
    assert rows == "<c>R&amp;D</c> <00:00:01.568><c>won</c>"


def test_a_cue_names_its_speakers_voice() -> None:
    words = [Word("Hello", 1.0, 1.3, speaker="R&D"), Word("you.", 1.5, 2.0, speaker="R&D")]

    text = write("vtt", Presentation(set_captions(words, Layout.of())))

    assert text.splitlines()[3] == "<v R&amp;D><c>Hello</c> <00:00:01.500><c>you.</c>"


@settings(max_examples=40, deadline=None)
@given(passages())
def test_pysubs2_reads_the_same_cues_back(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())
    times = [(c.start_ms, c.end_ms) for c in captions]

    srt = pysubs2.SSAFile.from_string(write("srt", Presentation(captions)), format_="srt")

    assert [(e.start, e.end) for e in srt] == times


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(MODES), passages())
def test_no_two_cues_overlap_by_a_millisecond(mode: str, words: list[Word]) -> None:
    captions = set_captions(words, Layout.of(mode))

    assert all(a.end_ms <= b.start_ms for a, b in pairwise(captions))


@settings(max_examples=40, deadline=None)
@given(passages())
def test_a_vtt_cue_is_a_line_of_times_and_lines_of_text(words: list[Word]) -> None:
    """pysubs2 cannot read it: a text line with two times inside is a line of times to it."""
    captions = set_captions(words, Layout.of())

    header, *cues = write("vtt", Presentation(captions)).split("\n\n")

    assert header.strip() == "WEBVTT"
    for cue, caption in zip(cues, captions, strict=True):
        times, *rows = cue.rstrip("\n").split("\n")
        assert times == f"{clock(caption.start_ms)} --> {clock(caption.end_ms)}"
        plain = [html.unescape(re.sub(r"<[\d:.]+>|</?c>", "", row)) for row in rows]
        assert plain == [line.text for line in caption.lines]


@settings(max_examples=40, deadline=None)
@given(passages())
def test_times_inside_a_vtt_cue_grow_and_stay_inside(words: list[Word]) -> None:
    text = write("vtt", Presentation(set_captions(words, Layout.of())))

    for cue in text.split("\n\n")[1:]:
        stamps = re.findall(r"\d\d:\d\d:\d\d\.\d\d\d", cue)
        edges, inner = stamps[:2], stamps[2:]
        ordered = [edges[0], *inner, edges[1]]
        assert ordered == sorted(set(ordered))
