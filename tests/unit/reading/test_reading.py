"""A reading travels as JSON, and only a whole one arrives."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.errors import InvalidInput, WordlightError
from wordlight.reading import (
    Ending,
    Reading,
    ReadWord,
    guess_language,
    is_read_from,
    plain_words,
    read_script,
)

SCRIPT = "Dr. Lee paid $5 million.\n\n- 你好，世界！\n- 🎉 don’t"
WORD = {"text": "so", "said": ["so"], "group": 0}
WHOLE = {"version": 1, "language": "en", "words": [WORD], "warnings": []}
SHOWN = st.characters(exclude_categories=["Cs", "Cc"])
WORDS = st.builds(
    ReadWord,
    text=st.text(SHOWN, min_size=1, max_size=8),
    said=st.lists(st.text(SHOWN, min_size=1, max_size=8), max_size=3).map(tuple),
    group=st.just(0),
    glue=st.sampled_from([" ", ""]),
    ends=st.sampled_from(Ending),
    speaker=st.sampled_from(["", "Ann"]),
)

MARKED = st.lists(
    st.sampled_from([
        *"_:-*#>~|'\"“•—.…,/@$%°½²：第章一", *"[](){}<>", *"\n\t ", "\n\n", "\u0301", "\u200b",
        "ANNA", "Anna", "小明", "it is so.", "1", "2.", "XIV", "Dr.", "p.m.", "www.", ".com", "<b>",
        "</b>", "&amp;", "&#0;", "ſ", "ß", "İ", "١",
    ])
    | st.characters(),
    max_size=14,
).map("".join)  # fmt: skip
"""Text of what rules look for, next to each other as nobody would write it."""


@settings(deadline=None, max_examples=500)
@given(st.text() | MARKED, st.sampled_from([None, "en", "de", "zh", "ja"]))
def test_any_text_is_read_or_refused_in_one_sentence(script: str, language: str | None) -> None:
    try:
        reading = read_script(script, language)
    except WordlightError:
        return

    assert Reading.from_json(reading.to_json()) == reading
    assert is_read_from(reading, script)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=6), st.lists(st.text(SHOWN), max_size=2))
def test_what_was_written_is_read_back(words: list[ReadWord], warnings: list[str]) -> None:
    reading = Reading(tuple(words), "de", tuple(warnings))

    assert Reading.from_json(reading.to_json()) == reading


def test_a_script_of_everything_is_read_back() -> None:
    reading = read_script(SCRIPT)

    assert Reading.from_json(reading.to_json()) == reading
    assert reading.text == SCRIPT


def test_its_form_is_what_programs_are_promised() -> None:
    record = json.loads(read_script("$5\nso").to_json())

    assert record == {
        "version": 1,
        "language": "en",
        "words": [
            {"text": "$5", "said": ["five", "dollars"], "group": 0, "ends": "line"},
            {"text": "so", "said": ["so"], "group": 1},
        ],
        "warnings": [],
    }


def test_its_json_is_small_and_plain() -> None:
    text = read_script("你好").to_json()

    assert "你好" in text
    assert "\\u" not in text
    assert ", " not in text


@pytest.mark.parametrize(
    "changed",
    [
        {"words": [{**WORD, "group": 1}]},
        {"words": [WORD, {**WORD, "group": 2}]},
        {"words": [WORD, {**WORD, "group": 1}, WORD]},
        {"words": [{**WORD, "group": -1}]},
    ],
)
def test_groups_that_are_not_in_order_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="READING has groups that are not numbered"):
        Reading.from_json(json.dumps({**WHOLE, **changed}))


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused_by_its_number(version: object) -> None:
    with pytest.raises(InvalidInput, match="READING has version"):
        Reading.from_json(json.dumps({**WHOLE, "version": version}))


def test_a_long_version_is_not_sent_back_whole() -> None:
    with pytest.raises(InvalidInput, match="READING has version") as refused:
        Reading.from_json(json.dumps({**WHOLE, "version": "7" * 100_000}))

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "{}", '"text"', "1", "[" * 100_000,
        *(json.dumps({**WHOLE, **changed}) for changed in (
            {"words": 3}, {"words": [3]}, {"words": None}, {"language": 5}, {"warnings": [5]},
            {"warnings": None},
            {"words": [{**WORD, "said": "so"}]}, {"words": [{**WORD, "said": [5]}]},
            {"words": [{**WORD, "text": 5}]}, {"words": [{**WORD, "group": True}]},
            {"words": [{**WORD, "group": 0.0}]}, {"words": [{**WORD, "ends": "page"}]},
            {"words": [{**WORD, "glue": None}]}, {"words": [{**WORD, "speaker": 5}]},
            {"words": [{**WORD, "speaker": "An\x07n"}]}, {"words": [{**WORD, "said": None}]},
            {"words": [{"text": "so", "group": 0}]}, {"words": [{"said": ["so"], "group": 0}]},
        )),
    ],
    ids=lambda text: text[:90],
)  # fmt: skip
def test_what_is_no_reading_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Reading.from_json(text, "READING")

    assert caught.value.field == "READING"
    assert "is not the JSON of a reading" in str(caught.value)


def test_a_word_may_have_a_speaker_and_nothing_to_say() -> None:
    word = {**WORD, "text": "[so]", "said": [], "speaker": "Ann Lee"}

    reading = Reading.from_json(json.dumps({**WHOLE, "words": [word]}))

    assert reading.words == (ReadWord("[so]", (), 0, speaker="Ann Lee"),)


@pytest.mark.parametrize(
    ("script", "transcript", "is_of_it"),
    [
        ("ANNA: So [laughs] it is.", "ANNA: So [laughs] it is.", True),
        ("ANNA: So it is.", "So it is.", True),
        ("Anna: Hello.\nBob: Hi!", "**Anna:** Hello.\n\n**Bob:** Hi!", True),
        ("So it is.", "ANNA: So it is.", True),
        ("So it is.", "NOTE: So it is.", False),
        ("ANNA: So it is.", "ANNA: So it was.", False),
        ("So it is. [laughs]", "So it is.", False),
    ],
)
def test_a_reading_is_of_a_transcript_with_or_without_labels(
    script: str, transcript: str, is_of_it: bool
) -> None:
    assert is_read_from(read_script(script), transcript) is is_of_it


def test_a_reading_whose_words_are_the_labels_too_is_of_the_transcript() -> None:
    words = (ReadWord("ANNA:", ("anna",), 0), ReadWord("So", ("so",), 1))

    assert is_read_from(Reading(words), "ANNA: So")


def test_a_warning_is_kept_once() -> None:
    reading = read_script("🎉 so")

    warned = reading.warned("new", *reading.warnings, "new")

    assert warned.warnings == (*reading.warnings, "new")
    assert "🎉" in warned.warnings[0]


@pytest.mark.parametrize(
    ("script", "language"),
    [
        ("It is so.", None),
        ("Größe", None),
        ("Go to 東京 now", None),
        ("東京へ行く", "ja"),
        ("カメラ", "ja"),
        ("你好", "zh"),
        ("안녕", "ko"),
        ("Привет", "ru"),
        ("مرحبا", "ar"),
        ("שלום", "he"),
        ("Ελλάδα", "el"),
        ("नमस्ते", "hi"),
        ("สวัสดี", "th"),
        ("123 🎉", None),
        ("ខ្ញុំ", "km"),
    ],
)
def test_letters_tell_the_language_where_only_one_has_them(
    script: str, language: str | None
) -> None:
    assert guess_language(script) == language


@pytest.mark.parametrize(
    ("text", "words"),
    [("“Twenty-two—don’t!”", ["twenty", "two", "don't"]), ("dogs'", ["dogs"]), ("***", []),
     ("rock'n'roll", ["rock'n'roll"]), ("สวัสดี", ["สวัสดี"]), ("नमस्ते", ["नमस्ते"])],
)  # fmt: skip
def test_plain_words_are_letters_and_what_belongs_to_them(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ({**WORD, "text": "Hi\ud800"}, "not the JSON of a reading"),
        ({**WORD, "text": "Hi\x07"}, "not the JSON of a reading"),
        ({**WORD, "said": ["a" * 5_000]}, "says 5,000 characters for 'so', "),
        ({**WORD, "glue": "{\\b1}"}, "glue that is no white space behind word 0"),
    ],
)
def test_a_word_that_no_reading_has_is_refused(word: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(reason)):
        Reading.from_json(json.dumps({**WHOLE, "words": [word]}))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"language": "en\n[la:x]"}, "the language 'en\\\\n[la:x]'; it must be a code"),
        ({"language": "en" + "-ab" * 5}, "it must be a code like en"),
        ({"warnings": ["so"] * 1_001}, "READING: warnings is 1,001 elements long; at most 1,000"),
        ({"warnings": ["s" * 1_001]}, "READING: a warning is 1,001 characters long; at most 1,000"),
        ({"words": [WORD] * 40_001}, "READING: words is 40,001 elements long; at most 40,000"),
        ({"more": 1}, "READING has a member 'more'"),
        ({"words": [{**WORD, "spaeker": "Ann"}]}, "READING has a member 'spaeker'"),
        ({"words": [{**WORD, "": "[" * 900}]}, "READING has a member ''"),
    ],
)
def test_what_no_reading_holds_is_refused_by_name(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Reading.from_json(json.dumps({**WHOLE, **changed}))

    assert says.replace("\\\\", "\\") in str(refused.value)


def test_a_reading_with_more_warnings_than_it_may_have_is_read_back() -> None:
    words = Reading.from_json(json.dumps(WHOLE)).words
    written = Reading(words, "en", ("x" * 1_001, *map(str, range(5_000)))).to_json()

    warnings = Reading.from_json(written).warnings

    assert len(warnings) == 1_000
    assert warnings[:2] == ("x" * 1_000, "0")
