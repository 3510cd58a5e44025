"""Unspoken words are shown if there is time to read them, and are never sung."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import MODES
from wordlight.reading import Reading, ReadWord, read_script
from wordlight.subtitles import (
    Layout,
    SubtitleAnswer,
    SubtitleCall,
    SubtitleEngine,
    displayable,
    is_spoken,
    set_captions,
    syllables,
)
from wordlight.subtitles.formats import Presentation, spotlights, write
from wordlight.subtitles.formats.ass import states
from wordlight.words import Ending, Origin, Word

from .notes import unspoken
from .passages import passages

LABELS = (
    "CHAPTER ONE\n\nNARRATOR: He was not an ill disposed young man,\n[pause]\n"
    "NARRATOR: unless to be rather cold hearted and rather selfish is to be ill disposed. "
    "(applause)"
)
READ_CHARACTER_S = 0.06
FORMS = ("ass", "srt", "vtt", "vtt_highlight", "ttml", "json", "lrc")


def labelled(begins_s: float, pause_s: float, rest_s: float) -> tuple[Reading, SubtitleCall]:
    """The script with labels, 0.3 s a word, so many seconds before, between and after."""
    reading = read_script(LABELS, "en")
    starts_s, ends_s = np.zeros(len(reading.words)), np.zeros(len(reading.words))
    now_s, free_s = begins_s, 0.0
    origins = []
    for index, word in enumerate(reading.words):
        is_said = bool(word.said) and word.speaker != ""
        origins.append("aligned" if is_said else "unspoken")
        if is_said:
            starts_s[index], ends_s[index] = now_s, now_s + 0.28
            now_s += 0.3 + (pause_s if word.text == "man," else 0)
        else:
            until_s = begins_s if word.speaker == "" else now_s
            until_s = now_s + rest_s if word.text == "(applause)" else until_s
            read_s = free_s + READ_CHARACTER_S * (len(word.text) + 1)
            starts_s[index], ends_s[index] = free_s, max(free_s, min(read_s, until_s))
        free_s = ends_s[index]
    shown = [word.text for word in reading.words]
    scores = np.array([0.9 if o == "aligned" else 0.0 for o in origins], np.float32)
    call = SubtitleCall(shown, starts_s, ends_s, scores, origins, reading=reading.to_json())
    return reading, replace(call, duration=now_s + rest_s)


def answer(call: SubtitleCall) -> SubtitleAnswer:
    (found,) = SubtitleEngine().run([call])
    assert isinstance(found, SubtitleAnswer), found
    return found


def test_headings_and_notes_stand_in_the_silence_where_they_are_written() -> None:
    _, call = labelled(4.22, 1.5, 0.5)

    assert answer(call).srt == (
        "1\n00:00:00,000 --> 00:00:00,840\nCHAPTER ONE\n\n"
        "2\n00:00:04,220 --> 00:00:06,510\nHe was not an ill disposed young man,\n\n"
        "3\n00:00:06,600 --> 00:00:07,440\n[pause]\n\n"
        "4\n00:00:08,120 --> 00:00:09,830\nunless to be rather cold hearted\n\n"
        "5\n00:00:09,920 --> 00:00:12,820\nand rather selfish\nis to be ill disposed. (applause)\n"
    )


def test_what_cannot_be_read_in_time_is_told_by_the_report_and_not_called_a_low_score() -> None:
    _, call = labelled(4.22, 1.5, 0.1)

    told = json.loads(answer(call).report)

    assert (told["n_words"], told["n_unspoken_words"], told["n_low_score_words"]) == (26, 4, 0)
    assert told["fixes"]["unspoken_words_not_shown"] == told["fixes"]["words_not_shown"] == 1
    assert told["warnings"] == ["a word that nobody says is not shown: there is no time to read it"]


def test_a_note_with_time_after_the_last_word_is_shown_to_the_end_of_the_clip() -> None:
    _, call = labelled(4.22, 1.5, 1.5)

    last = json.loads(answer(call).json)["captions"][-1]

    assert last["lines"] == ["(applause)"]
    assert last["end"] <= call.duration
    assert json.loads(answer(call).report)["warnings"] == []


def test_karaoke_sings_spoken_words_alone() -> None:
    _, call = labelled(4.22, 0.3, 1.5)

    lines = [row for row in answer(call).ass.splitlines() if row.startswith("Dialogue: 4")]

    assert lines[0].endswith(r"}{\kf0}CHAPTER {\kf0}ONE{\k84}")
    assert re.search(r",NARRATOR,0,0,0,,\{[^}]*\}\{\\kf0\}\[pause\]\{\\k", lines[2])


@pytest.mark.parametrize("form", FORMS)
def test_speakers_of_labels_show_up_as_those_that_the_caller_names(form: str) -> None:
    reading, call = labelled(4.22, 1.5, 1.5)
    nameless = tuple(replace(word, speaker="") for word in reading.words)
    named = replace(
        call,
        reading=replace(reading, words=nameless).to_json(),
        speakers=[word.speaker for word in reading.words],
    )

    assert getattr(answer(call), form) == getattr(answer(named), form)
    assert getattr(answer(call), form).count("NARRATOR:") == 0


def test_only_programs_are_told_which_words_nobody_says() -> None:
    _, call = labelled(4.22, 1.5, 1.5)

    words = [w for c in json.loads(answer(call).json)["captions"] for w in c["words"]]

    assert [w["text"] for w in words if w.get("unspoken")] == [
        "CHAPTER", "ONE", "[pause]", "(applause)",
    ]  # fmt: skip


@pytest.mark.parametrize("clip_s", [None, 9.0, 12.0])
def test_a_caption_that_nobody_says_goes_after_the_longest_time_though_its_words_last_longer(
    clip_s: float | None,
) -> None:
    words = [*unspoken("[long", 0.0, 1.0), *unspoken("pause]", 1.0, 9.0)]

    (caption,) = set_captions(words, Layout.of(), clip_s)

    assert caption.text == "[long pause]"
    assert caption.duration_ms == 10 * Layout.of().limits.longest_cs == 6_990


def test_a_recording_that_says_nothing_of_the_script_still_has_its_captions() -> None:
    words = unspoken("Nobody says a word of all this.", 0.0, 1.9)
    times = np.array([[word.start_s, word.end_s] for word in words])

    for mode in MODES:
        call = SubtitleCall([word.text for word in words], *times.T, mode=mode, duration=3.0,
                            origins=["unspoken"] * len(words))  # fmt: skip
        found = answer(call)

        assert "Nobody" in found.srt
        assert json.loads(found.report)["n_unspoken_words"] == len(words)


def test_a_list_of_origins_of_another_length_is_refused() -> None:
    (found,) = SubtitleEngine().run(
        [SubtitleCall(["one"], np.zeros(1), np.ones(1), origins=["aligned"] * 2)]
    )

    assert str(found) == "ORIGINS has 2 elements; WORDS has 1"


@st.composite
def mixed(draw: st.DrawFn) -> list[Word]:
    """Passages of which some words are unspoken and some end a line."""
    marks = st.tuples(st.booleans(), st.sampled_from([Ending.NONE, Ending.NONE, Ending.LINE]))
    words = []
    for word in draw(passages()):
        is_unsaid, ends = draw(marks)
        origin = Origin.UNSPOKEN if is_unsaid else Origin.ALIGNED
        words.append(replace(word, origin=origin, ends=ends))
    return words


@settings(max_examples=150, deadline=None)
@given(
    mixed(),
    st.sampled_from(MODES),
    st.sampled_from(["netflix", "bbc", "shorts"]),
    st.none() | st.floats(0.0, 9.0),
)
def test_spoken_words_are_all_shown_and_what_nobody_says_never_flashes(
    words: list[Word], mode: str, profile: str, rest_s: float | None
) -> None:
    layout = Layout.of(mode, profile=profile)
    last_s = words[-1].end_s if words else 0.0

    captions = set_captions(words, layout, None if rest_s is None else last_s + rest_s)

    shown = [word for caption in captions for word in caption.words]
    expected = displayable(words)
    assert list(filter(is_spoken, shown)) == list(filter(is_spoken, expected))
    in_order = iter(expected)
    assert all(word in in_order for word in shown)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(captions))
    for caption in captions:
        begins_ms = round(1000 * next(caption.words).start_s)
        if mode == "word" or any(map(is_spoken, caption.words)) or begins_ms != caption.start_ms:
            continue
        if mode != "roll-up":
            own_ms = max(1000 * word.duration_s for word in caption.words)  # no word is divided
            longest_ms = max(layout.limits.longest_ms, own_ms) + 10  # in whole centiseconds
            assert layout.limits.shortest_ms <= caption.duration_ms <= longest_ms


@settings(max_examples=60, deadline=None)
@given(mixed(), st.sampled_from(MODES))
def test_every_clock_adds_up_and_lights_spoken_words_alone(words: list[Word], mode: str) -> None:
    captions = set_captions(words, Layout.of(mode))

    for caption in captions:
        said = [is_spoken(word) for word in caption.words]
        clock = syllables(caption)
        assert sum(s.length_cs for s in clock) == caption.end_cs - caption.start_cs
        assert all(s.length_cs == 0 for s in clock if s.word and not is_spoken(s.word))
        assert all(said[s.word] for s in spotlights(caption) if s.word is not None)
        assert sum(s.end_ms - s.start_ms for s in spotlights(caption)) == caption.duration_ms
        told = states(caption)
        assert (told[0].start_cs, told[-1].end_cs) == (caption.start_cs, caption.end_cs)
        assert all(a.end_cs == b.start_cs for a, b in pairwise(told))
    assert write("vtt", Presentation(captions)).count("-->") == len(captions)
    assert write("lrc", Presentation(captions)).startswith("[re:Wordlight]")


def test_a_ttml_document_lights_no_unspoken_word() -> None:
    _, call = labelled(4.22, 1.5, 1.5)

    root = ElementTree.fromstring(answer(call).ttml)
    lit = ["".join(node.itertext()) for node in root.iter() if any("set" in c.tag for c in node)]

    assert len(lit) == 22
    assert not {"CHAPTER", "ONE", "[pause]", "(applause)"} & set(lit)


def test_pieces_are_spoken_if_one_of_them_is() -> None:
    reading = Reading((ReadWord("(sigh)", (), 0, glue=""), ReadWord("well.", ("well",), 1)))
    call = SubtitleCall(["(sigh)", "well."], np.array([0.0, 0.1]), np.array([0.1, 0.5]),
                        origins=["unspoken", "aligned"], reading=reading.to_json())  # fmt: skip

    assert json.loads(answer(call).json)["captions"][0]["lines"] == ["(sigh)well."]
