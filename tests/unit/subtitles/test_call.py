"""What a request states about its words: their spacing, their lines, their speakers."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from wordlight.errors import InvalidInput, TooLong, WordlightError
from wordlight.reading import Ending, Reading, ReadWord
from wordlight.subtitles import SubtitleAnswer, SubtitleCall, SubtitleEngine
from wordlight.subtitles._call import piece_glue
from wordlight.subtitles._given import words_of

ENGINE = SubtitleEngine()


def call(words: list[str], **fields: object) -> SubtitleCall:
    starts_s = 0.4 * np.arange(len(words))
    return replace(SubtitleCall(words, starts_s, starts_s + 0.35), **fields)  # type: ignore[arg-type]


def read(written: str, **fields: object) -> Reading:
    """A reading of that text: bars part words that touch, two line ends paragraphs."""
    words: list[ReadWord] = []
    for paragraph in written.split("\n\n"):
        for line in paragraph.split("\n"):
            for chunk in line.split(" "):
                parts = chunk.split("|")
                words += [_word(part, "", len(words) + k) for k, part in enumerate(parts[:-1])]
                words.append(_word(parts[-1], " ", len(words)))
            words[-1] = replace(words[-1], ends=Ending.LINE)
        words[-1] = replace(words[-1], ends=Ending.PARAGRAPH)
    words[-1] = replace(words[-1], ends=Ending.NONE)
    return replace(Reading(tuple(words)), **fields)  # type: ignore[arg-type]


def _word(text: str, glue: str, group: int) -> ReadWord:
    return ReadWord(text, (text.lower(),), group, glue=glue)


def asked(reading: Reading, **fields: object) -> SubtitleCall:
    return call([word.text for word in reading.words], reading=reading.to_json(), **fields)


def answer(one: SubtitleCall) -> SubtitleAnswer:
    (found,) = ENGINE.run([one])
    assert isinstance(found, SubtitleAnswer), found
    return found


def refused(one: SubtitleCall) -> WordlightError:
    (found,) = ENGINE.run([one])
    assert isinstance(found, WordlightError)
    return found


def captions(found: SubtitleAnswer) -> list[list[str]]:
    return [caption["lines"] for caption in json.loads(found.json)["captions"]]


VERSE = (
    "The tide came in\nand took the sand\n\nIt left a shell that nobody had ever seen before\n"
    "a string of weed\nand me"
)


@pytest.mark.parametrize("mode", ["sentence", "pop"])
def test_a_verse_is_a_caption_and_a_long_one_takes_two_lines(mode: str) -> None:
    found = answer(asked(read(VERSE), mode=mode))

    assert captions(found) == [
        ["The tide came in"],
        ["and took the sand"],
        ["It left a shell", "that nobody had ever seen before"],
        ["a string of weed"],
        ["and me"],
    ]


def test_rows_that_roll_up_end_with_the_verses() -> None:
    found = answer(asked(read(VERSE), mode="roll-up"))

    rows = [row for (row,) in captions(found)]
    assert rows[:2] == ["The tide came in", "and took the sand"]
    assert rows[-2:] == ["a string of weed", "and me"]


def test_a_row_of_lyrics_never_runs_over_a_verse() -> None:
    found = answer(asked(read(VERSE)))

    sung = [row.split("]", 1)[1] for row in found.lrc.splitlines() if ">" in row]
    starts = [row.split(">")[1].split("<")[0].strip() for row in sung]
    assert starts == ["The", "and", "It", "that", "a", "and"]


def test_two_verses_that_begin_at_once_are_two_lines() -> None:
    words = asked(read("Oh\nmy"), mode="word")

    found = answer(replace(words, starts=np.zeros(2), ends=np.array([0.0, 0.5])))

    assert captions(found) == [["Oh", "my"]]


def test_a_dialogue_has_a_caption_for_each_turn() -> None:
    found = answer(asked(read("— Who is there?\n— Nobody.\n— Then come in.")))

    assert [line for (line,) in captions(found)] == [
        "— Who is there?", "— Nobody.", "— Then come in.",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["srt", "ass", "vtt", "vtt_highlight", "ttml", "lrc", "json"])
def test_what_touches_in_the_script_touches_in_every_file(form: str) -> None:
    found = answer(asked(read("She left—|at once—|by train"), karaoke="none"))

    text = re.sub("<[^>]*>", "", getattr(found, form))
    assert "She left—at once—by train" in text


def test_the_speakers_of_a_reading_are_shown() -> None:
    reading = read("Come in.\nThank you.")
    named = [
        replace(w, speaker=s)
        for w, s in zip(reading.words, ["Ann", "Ann", "Ben", "Ben"], strict=True)
    ]

    found = answer(asked(replace(reading, words=tuple(named))))

    assert "<v Ann><c>Come</c>" in found.vtt
    assert "<v Ben><c>Thank</c>" in found.vtt


def test_speakers_that_the_caller_names_go_before_those_of_the_reading() -> None:
    reading = read("Come in.")
    named = tuple(replace(word, speaker="Ann") for word in reading.words)

    found = answer(asked(replace(reading, words=named), speakers=["Host", "Host"]))

    assert "<v Host>" in found.vtt
    assert "Ann" not in found.vtt


def test_what_a_reading_warns_of_is_in_the_report() -> None:
    found = answer(asked(read("Well then.", warnings=("“☃” is not said", "bell \x07"))))

    assert json.loads(found.report)["warnings"] == ["“☃” is not said", "bell"]
    found.report.encode()


@pytest.mark.parametrize("reading", [None, "", "  "])
def test_without_a_reading_there_is_nothing_to_warn_of(reading: str | None) -> None:
    assert json.loads(answer(call(["Well."], reading=reading)).report)["warnings"] == []


def test_the_language_is_the_reading_s_unless_the_caller_says_another() -> None:
    reading = read("ili", language="tr")

    languages = [
        json.loads(answer(one).json)["language"]
        for one in (asked(reading), asked(reading, language="az"), call(["ili"]))
    ]

    assert languages == ["tr", "az", "en"]


def test_a_reading_of_other_words_is_refused() -> None:
    error = refused(
        replace(asked(read("one two three")), words=["one"], starts=np.zeros(1), ends=np.ones(1))
    )

    assert isinstance(error, InvalidInput)
    assert str(error) == "READING has 3 words, WORDS has 1"


@pytest.mark.parametrize("reading", ["{", "[]", '{"version": 9}', "[" * 10_000])
def test_what_is_no_reading_is_refused(reading: str) -> None:
    error = refused(call(["one"], reading=reading))

    assert isinstance(error, InvalidInput)
    assert error.field == "READING"


def test_glue_that_could_be_read_as_a_tag_is_refused() -> None:
    reading = Reading((ReadWord("one", ("one",), 0, glue="{\\b1}"),))

    error = refused(asked(reading))

    assert isinstance(error, InvalidInput)
    assert error.field == "READING"


def test_white_space_of_any_kind_is_one_space() -> None:
    words = tuple(ReadWord(text, (text,), n, glue="\n\t") for n, text in enumerate(["one", "two"]))

    assert captions(answer(asked(Reading(words)))) == [["one two"]]


def test_a_speaker_s_name_in_a_reading_has_a_longest_length() -> None:
    error = refused(asked(Reading((ReadWord("one", ("one",), 0, speaker="A" * 65),))))

    assert isinstance(error, TooLong)
    assert error.field == "READING"


@pytest.mark.parametrize(
    ("texts", "glue"),
    [
        ([" S", "'il", " vous", " plaît"], ["", " ", " ", " "]),
        (["Rendez", "-vous", " demain"], ["", " ", " "]),
        (["so", "it", "goes"], [None, None, None]),
        ([], []),
    ],
)
def test_a_piece_without_a_space_goes_on_with_the_word_before_it(
    texts: list[str], glue: list[str | None]
) -> None:
    assert piece_glue(texts) == glue


def test_pieces_of_a_recogniser_are_written_as_its_transcript() -> None:
    heard = [
        " Est",
        "-ce",
        " qu",
        "'on",
        " l",
        "'a",
        " vu",
        " ce",
        " matin",
        "?",
        " Jusqu",
        "'ici,",
        " non.",
    ]

    found = answer(call(heard, language="fr"))

    assert [" ".join(lines) for lines in captions(found)] == [
        "Est-ce qu'on l'a vu ce matin?", "Jusqu'ici, non.",
    ]  # fmt: skip
    assert "".join(heard).strip() == " ".join(" ".join(lines) for lines in captions(found))


def test_a_reading_knows_better_than_spaces_in_the_words() -> None:
    one = replace(asked(read("one two")), words=[" one", "two"])

    assert [word.glue for word in words_of(one, read("one two"))] == [" ", " "]


def test_nine_thousand_pieces_of_one_word_are_answered_at_once() -> None:
    words = [" a", *["b"] * 8_999]

    lines = [line for lines in captions(answer(call(words))) for line in lines]

    assert max(map(len, lines)) <= 42
    assert "".join(lines) == "a" + "b" * 8_999
