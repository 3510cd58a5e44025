"""A script is cut into words, and nothing of it is lost."""

from __future__ import annotations

import contextlib
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from processor_time import least_s

from wordlight.errors import EmptyText, WordlightError
from wordlight.reading import Ending, Reading, read_script
from wordlight.reading._clean_text import clean
from wordlight.reading._lines import paragraphs
from wordlight.reading._marks import is_said

LONGEST_S, LONGEST_OF_FORMS_S = 0.5, 12.0
"""Seconds of one core for 10,000 characters, a quarter of what a request may bring."""
PLAIN = "The river ran low, and nobody spoke of it until the wind rose again. "
MARKS = st.text(st.sampled_from("-–—*#•·>+.…\"“”'‘’()[]«»¿¡♪,;:!? \n\t\u200b"), max_size=12)
WORDS = st.sampled_from(["man", "a", "1999", "東京", "สวัสดี", "$5"])
ANY = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(MARKS, WORDS)).map("".join),
)


def texts(script: str, language: str | None = None) -> list[str]:
    return [word.text for word in read_script(script, language).words]


def lines(script: str) -> list[str]:
    """The words between the line ends that the script's writer meant."""
    found = [""]
    for word in read_script(script).words:
        found[-1] += word.text + word.glue
        if word.ends is not Ending.NONE:
            found.append("")
    return [line.strip() for line in found]


def joined(reading: Reading) -> str:
    return "".join(word.text + word.glue for word in reading.words)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("man—unless", ["man—", "unless"]),
        ("stop--now", ["stop--", "now"]),
        ("Paris–Dakar", ["Paris–", "Dakar"]),
        ("“Yes,”—he said", ["“Yes,”—", "he", "said"]),
        ("well...no", ["well...", "no"]),
        ("well…“no”", ["well…", "“no”"]),
        ("1999–2001", ["1999–2001"]),
        ("555-0199", ["555-0199"]),
        ("well-known", ["well-known"]),
    ],
)
def test_dashes_and_dots_between_words_part_them(script: str, words: list[str]) -> None:
    assert texts(script) == words
    assert read_script(script).text == script


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("He said ( see below )", ["He", "said", "( see", "below )"]),
        ("¿ Qué ?", ["¿ Qué ?"]),
        ("“ Open ” sky", ["“ Open ”", "sky"]),
        ("so « oui » it", ["so", "« oui »", "it"]),
        ("♪ la la ♪", ["♪ la", "la ♪"]),
        ("so « — oui", ["so", "« — oui"]),
    ],
)
def test_a_mark_that_opens_something_belongs_to_the_next_word(
    script: str, words: list[str]
) -> None:
    assert texts(script) == words


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("He paid $12 — twice!", ["He", "paid", "$12 —", "twice!"]),
        ("Wait a moment. —", ["Wait", "a", "moment. —"]),
        ("Well ... no", ["Well ...", "no"]),
        ("Hello 🎉 world!", ["Hello 🎉", "world!"]),
    ],
)
def test_a_lone_mark_belongs_to_the_word_before_it(script: str, words: list[str]) -> None:
    assert texts(script) == words


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("— Yes.", ["— Yes."]),
        ("So it is.\n- No.", ["So", "it", "is.", "- No."]),
        ("...and so", ["...and", "so"]),
        ("🎉 Hello", ["🎉 Hello"]),
        ("## Getting started", ["## Getting", "started"]),
    ],
)
def test_at_the_start_of_a_line_it_belongs_to_the_next_word(script: str, words: list[str]) -> None:
    assert texts(script) == words


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("50 % off", ["50", "%", "off"]),
        ("Tom & Jerry", ["Tom", "&", "Jerry"]),
        ("1 + 1 = 2", ["1", "+", "1", "=", "2"]),
    ],
)
def test_a_symbol_that_is_said_is_a_word(script: str, words: list[str]) -> None:
    assert texts(script) == words


@pytest.mark.parametrize(
    "written",
    [
        ["Roses are red", "Violets are blue"],
        ["- Did you hear it?", "- No."],
        ["Chapter One", "The storm came over the hills in the late afternoon."],
        ["## Getting started", "First we go home."],
        ["1. Flour", "2. Two eggs", "3. Salt"],
        ["• milk", "• bread"],
        [
            "It was a very long sentence that its writer ended here.",
            "And it was followed by another one that ended just there.",
        ],
    ],
)
def test_a_line_of_verse_a_list_a_dialogue_or_a_heading_ends_where_it_ends(
    written: list[str],
) -> None:
    assert lines("\n".join(written)) == written
    assert read_script("\n".join(written)).text == "\n".join(written)


def test_lines_that_an_editor_wrapped_are_one() -> None:
    wrapped = (
        "The storm came over the hills in the late afternoon, and by\n"
        "nightfall every boat in the small harbour was gone; nobody\n"
        "knew where to."
    )

    assert lines(wrapped) == [wrapped.replace("\n", " ")]


@pytest.mark.parametrize("mark", ["***", "* * *", "---", "⁂", "• • •"])
def test_a_section_break_ends_a_paragraph_and_is_no_word(mark: str) -> None:
    words = read_script(f"It ended.\n\n{mark}\n\nIt began.").words

    assert [word.text for word in words] == ["It", "ended.", "It", "began."]
    assert [word.ends for word in words] == [
        Ending.NONE,
        Ending.PARAGRAPH,
        Ending.NONE,
        Ending.NONE,
    ]


@pytest.mark.parametrize(
    ("script", "language", "n_words"),
    [
        ("今天下雨。我们在家，看书写字！明天呢？", "zh", range(8, 16)),
        ("東京へ行く。天気は、晴れ。", "ja", range(4, 9)),
        ("สวัสดีครับผมชื่อสมชาย", "th", range(3, 9)),
        ("ខ្ញុំទៅផ្ទះ", "km", range(2, 6)),
        ("今天我用iPhone打了3次电话。", "zh", range(7, 14)),
    ],
)
def test_unspaced_scripts_are_cut_into_words_that_join_to_the_text_again(
    script: str, language: str, n_words: range
) -> None:
    reading = read_script(script)

    assert reading.language == language
    assert len(reading.words) in n_words
    assert {word.glue for word in reading.words[:-1]} == {""}
    assert joined(reading).strip() == script
    assert all(not unicodedata.category(word.text[0]).startswith("M") for word in reading.words)


def test_no_line_of_an_unspaced_script_begins_with_a_mark_that_closes() -> None:
    script = "「今日は、いい天気ですね。」と彼は言った。（本当に？）"

    assert all(text[0] not in "、。」）？" for text in texts(script))


def test_a_zero_width_space_parts_words_and_is_no_space() -> None:
    reading = read_script("ខ្ញុំ\u200bទៅ\u200bផ្ទះ today \u200b we go")

    words = [(word.text, word.glue) for word in reading.words]
    assert words[:4] == [("ខ្ញុំ", ""), ("ទៅ", ""), ("ផ្ទះ", " "), ("today", " ")]


@settings(max_examples=120, deadline=None)
@given(ANY)
def test_no_character_is_lost_but_white_space_what_is_invisible_lines_of_marks_and_labels(
    script: str,
) -> None:
    seen = "".join(c for c in script if unicodedata.category(c) != "Co")  # places of directions
    kept = "\n".join(line for line in clean(seen).split("\n") if any(map(str.isalnum, line)))
    unlabelled = "".join(line.text for lines in paragraphs(kept) for line in lines)

    try:
        reading = read_script(kept)
    except EmptyText:
        return

    expected = "".join(unlabelled.replace("\u200b", "").split())
    assert "".join(joined(reading).split()) == expected


@settings(max_examples=120, deadline=None)
@given(ANY, st.sampled_from([None, "en", "zh", "ja", "th", "de", "fr-CA", "xx"]))
def test_any_text_is_cut_or_refused_and_no_word_is_white_space(
    script: str, language: str | None
) -> None:
    try:
        reading = read_script(script, language)
    except EmptyText:
        return

    assert all(word.text == word.text.strip() != "" for word in reading.words)
    assert {word.glue for word in reading.words} <= {"", " "}
    assert all(any(map(is_said, word.text.split())) for word in reading.words)
    assert reading.words[-1].ends is Ending.NONE


@settings(max_examples=80, deadline=None)
@given(ANY.map(lambda script: re.sub(r"[\u200b\[\]*:：]", "", script)))
@example(").•“\n!\n'¡;.·\t“;;;¿–—…;;;;;;;;;;;;;;;;;;;;;;;;;;;;man\n; >")
def test_reading_what_was_read_gives_the_same_words(script: str) -> None:
    """Without signs that make a label or a note of lines that have been joined."""
    try:
        once = read_script(script, "en")
    except EmptyText:
        return

    assert [word.text for word in read_script(once.text, "en").words] == [
        word.text for word in once.words
    ]


def test_the_longest_plain_script_is_read_in_a_moment() -> None:
    script = (PLAIN * 200)[:9_998]

    assert len(read_script(script).words) > 1_800
    assert least_s(lambda n: read_script(f"{script} {n}")) < LONGEST_S


@pytest.mark.parametrize("end", ["", " 0", "a"])
@pytest.mark.parametrize("piece", ["名：", "!", "?!", ".", "'", "(", "a", "1", "a.", "-"])
@pytest.mark.alone
def test_a_script_without_spaces_is_read_or_refused_in_a_moment(piece: str, end: str) -> None:
    script = (piece * 10_000)[:9_990]

    def read(number: int) -> None:
        with contextlib.suppress(WordlightError):
            read_script(f"So {number} {script}{end}")

    assert least_s(read) < LONGEST_S


def test_a_line_of_emoji_is_shown_with_its_neighbour() -> None:
    assert texts("❤️\nI love it\n😍😍\nBye\n***\nnow") == [
        "❤️ I",
        "love",
        "it 😍😍",
        "Bye",
        "now",
    ]
    assert texts("❤️\n😍\nI see\n:\t…") == ["❤️ 😍 I", "see : …"]


GERMAN = "Am {}.{}.20{} um 14:{} Uhr. "
FORMS = [
    ("en", "".join(f"[a{n}](b{n}) a=b{n}+c/2 a{n}://b " for n in range(300))),
    (
        "de",
        "".join(
            GERMAN.format(n % 28 + 1, n % 12 + 1, n % 90 + 10, n % 50 + 10) for n in range(300)
        ),
    ),
]


@pytest.mark.parametrize(("language", "script"), FORMS)
@pytest.mark.alone
def test_a_script_of_forms_alone_takes_seconds_at_most(language: str, script: str) -> None:
    assert least_s(lambda n: read_script(f"{n} {script[:9_998]}", language)) < LONGEST_OF_FORMS_S
