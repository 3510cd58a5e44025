"""Unspoken words become a caption, join one, or are left out."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from wordlight.subtitles import (
    Layout,
    SubtitleCall,
    SubtitleEngine,
    report,
    set_captions,
)
from wordlight.words import Word

from .notes import ended, later, texts, unspoken
from .passages import even


def test_a_heading_right_before_the_speech_joins_its_caption_as_a_line_of_its_own() -> None:
    heading = ended(unspoken("CHAPTER ONE", 0.0, 0.2))
    speech = [replace(word, speaker="NARRATOR") for word in later(even("He was a man."), 0.2)]

    (caption,) = set_captions([*heading, *speech], Layout.of())

    assert [line.text for line in caption.lines] == ["CHAPTER ONE", "He was a man."]
    assert (caption.start_ms, caption.speaker) == (0, "NARRATOR")


def test_a_note_shares_a_line_where_there_is_no_room_for_its_own() -> None:
    note = ended(unspoken("[pause]", 1.2, 1.25))
    one = ended(even("So it went on."))
    other = later(even("and on until nobody could say when it had all begun, or why."), 1.25)

    captions = set_captions([*one, *note, *other], Layout.of())

    assert texts(captions)[1][0].startswith("[pause] and on until")


def test_a_note_that_does_not_fit_the_next_caption_joins_the_one_before() -> None:
    note = ended(unspoken("[pause]", 1.2, 1.25))
    one = ended(even("So it went on."))
    other = later(even("abcdefghijklm " * 6), 1.25)

    captions = set_captions([*one, *note, *other], Layout.of())

    assert texts(captions)[0] == ["So it went on.", "[pause]"]


def test_a_note_of_one_speaker_never_joins_the_words_of_another() -> None:
    one = [replace(word, speaker="ANNA") for word in even("So it went on.")]
    note = unspoken("[door slams]", 1.2, 1.25, speaker="BOB")
    other = [replace(word, speaker="CLEO") for word in later(even("Who is that?"), 1.25)]

    captions = set_captions([*one, *note, *other], Layout.of())

    assert texts(captions) == [["So it went on."], ["Who is that?"]]


def test_a_sentence_that_the_recording_leaves_out_does_not_spoil_those_around_it() -> None:
    one = even("Nobody had seen it coming.")
    left_out = unspoken("There was a word that somebody had crossed out in haste.", 1.5, 1.6)
    other = later(even("It was gone for good."), 1.6)
    words = [*one, *left_out, *other]

    captions = set_captions(words, Layout.of())
    told = json.loads(report(captions, Layout.of(), words))

    assert texts(captions) == [["Nobody had seen it coming."], ["It was gone for good."]]
    assert told["fixes"]["unspoken_words_not_shown"] == 11
    assert told["conformity"]["characters_per_s"] == 1.0


def test_the_time_of_a_caption_that_goes_is_the_one_s_before_it() -> None:
    run = [*ended(unspoken("one " * 16, 0.0, 2.0)), *ended(unspoken("two " * 16, 2.0, 4.0))]

    captions = set_captions([*run, *later(even("So it goes."), 4.0)], Layout.of())

    assert len(captions) == 2
    assert texts(captions)[0][0].startswith("one one")
    assert captions[0].duration_ms > 3000


def test_a_note_waits_until_the_caption_before_it_is_read() -> None:
    speech = ended(later(even("He was not an ill disposed young man,", 0.24), 0.14))  # 37 in 1.92 s
    joined = ended(unspoken("[pause]", 2.06, 2.26))
    alone = ended(unspoken("[pause]", 2.06, 2.54))
    rest = even("unless to be rather cold hearted.", 0.4)

    for note, rest_at_s in ((joined, 2.26), (alone, 4.0)):
        captions = set_captions([*speech, *note, *later(rest, rest_at_s)], Layout.of())
        told = json.loads(report(captions, Layout.of()))

        assert [word.text for c in captions for word in c.words][8] == "[pause]"
        assert set(told["conformity"].values()) == {1.0}


def test_the_lines_of_a_language_that_is_read_slowly_take_the_silence_they_need() -> None:
    lines = [
        "静かな夜でした。誰もいません。",
        "雪が降っていました。寒い日です。",
        "そして朝になりました。",
    ]
    words = [
        word for k, line in enumerate(lines) for word in ended(unspoken(line, float(k), k + 1.0))
    ]
    layout = Layout.of(language="ja")

    captions = set_captions([*words, Word("朝。", 30.0, 31.0)], layout)

    assert [line for (line,) in texts(captions)] == [*lines, "朝。"]
    assert json.loads(report(captions, layout))["misses"] == []


def test_a_note_at_a_caption_s_end_makes_it_no_longer_than_the_limit() -> None:
    speech = even("one two three four five six seven", 0.98)
    note = unspoken("(applause)", 6.86, 7.52)
    words = [*speech[:-1], replace(speech[-1], glue=""), *note]

    captions = set_captions(words, Layout.of())

    assert all(caption.duration_ms <= 7000 for caption in captions)


def test_one_word_at_a_time_leaves_out_what_would_flash() -> None:
    speech = even("So it goes.")

    flashing = set_captions([*unspoken("CHAPTER ONE", 0.0, 0.2), *later(speech, 0.2)],
                            Layout.of("word"))  # fmt: skip
    readable = set_captions([*unspoken("CHAPTER ONE", 0.0, 0.8), *later(speech, 0.8)],
                            Layout.of("word"))  # fmt: skip

    assert [text for (text,) in texts(flashing)] == ["So", "it", "goes."]
    assert [text for (text,) in texts(readable)] == ["CHAPTER", "ONE", "So", "it", "goes."]


def test_rows_that_roll_up_take_a_note_along() -> None:
    note = ended(unspoken("[pause]", 0.0, 0.1))

    captions = set_captions([*note, *later(even("So it goes."), 0.1)], Layout.of("roll-up"))

    assert texts(captions) == [["[pause] So it goes."]]


def test_a_note_is_painted_on_with_the_word_before_it() -> None:
    words = [*even("So it goes"), *unspoken("(applause)", 0.9, 1.6)]
    times = np.array([[word.start_s, word.end_s] for word in words])
    call = SubtitleCall([word.text for word in words], *times.T, mode="roll-up", karaoke="none",
                        origins=[str(word.origin) for word in words])  # fmt: skip

    events = [
        row for row in SubtitleEngine().answer(call).ass.splitlines() if row.startswith("Dialogue")
    ]

    assert events[-1].endswith("}So it goes (applause)")
