"""A script read with lexicons: words are said differently, but shown as written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import least_s

from wordlight.errors import WordlightError
from wordlight.reading import Lexicon, Reading, is_read_from, parse_lexicon, read_script
from wordlight.reading.lexicon import EMPTY

NAMES = parse_lexicon("""\
Nguyen = win
New York = noo yawk
new york times = the daily paper
York = yohrk
St. Louis = saint loo iss
tomato = /təmˈɑːtoʊ/
St. Kitts = /seɪnt kɪts/
C# = see sharp
C = sea
""")


def read(script: str, lexicon: Lexicon = NAMES, language: str = "en") -> Reading:
    return read_script(script, language, lexicon=lexicon)


def said(reading: Reading) -> str:
    return " ".join(part for word in reading.words for part in word.said)


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("Ask Nguyen.", "ask win"),
        ("“Nguyen,” said (Nguyen); *Nguyen* — Nguyen!", "win said win win win"),
        ("Nguyen's cat, NGUYEN’S dog", "win's cat win's dog"),
        ("# Nguyen\n\n- Nguyen", "win win"),
        ("In New York, not York.", "in noo yawk not yohrk"),
        ("NEW YORK'S mayor", "noo yawk's mayor"),
        ("The New York Times", "the the daily paper"),
        ("It is new. York is old.", "it is new yohrk is old"),
        ("“St. Louis!” he said", "saint loo iss he said"),
        ("C# and C, not C++", "see sharp and sea not C plus plus"),
        ("the Nguyen-Smith/Nguyen's case", "the win smith win's case"),
        ("[Nguyen](say:new yen) and Nguyen", "new yen and win"),
        ("[New](say:old) York", "old yohrk"),
        ("New [pause:1s] York", "new yohrk"),
        ("<speak><sub alias='him'>Nguyen</sub> Nguyen</speak>", "him win"),
        ("nguyen and Nguyens", "nguyen and nguyens"),
        ("Nguyen [Nguyen laughs] left", "win left"),
    ],
)
def test_a_word_of_the_lexicon_is_said_as_it_says(script: str, spoken: str) -> None:
    assert said(read(script)) == spoken


def test_what_is_shown_stays_as_it_is_written() -> None:
    script = "“Nguyen’s” New York — a tomato, C#."

    reading = read(script)

    assert reading.text == script
    assert is_read_from(reading, script)
    assert [word.group for word in reading.words] == [0, 1, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("script", "phonemes"),
    [
        ("A tomato.", ["", "təmˈɑːtoʊ"]),
        ("Tomato's red", ["təmˈɑːtoʊz", ""]),
        ("In St. Kitts’s sun", ["", "seɪnt kɪtsɪz", "", ""]),
        ("[tomato](/foo/) [tomato](say:bar)", ["foo", ""]),
        ("tomatoes", [""]),
    ],
)
def test_phonemes_are_those_of_the_group_that_a_word_begins(
    script: str, phonemes: list[str]
) -> None:
    reading = read(script)

    assert [word.phonemes for word in reading.words] == phonemes


def test_a_phrase_with_phonemes_is_one_group() -> None:
    reading = read("In St. Kitts now")

    assert [word.group for word in reading.words] == [0, 1, 1, 2]


def test_the_scripts_lexicon_comes_before_the_shelfs_of_its_language() -> None:
    shelf = {"en": parse_lexicon("Nguyen = new yen\nAnna = ahna"), "de": parse_lexicon("so = zoh")}

    reading = read_script(
        "So Anna Nguyen", "en-GB", lexicon=NAMES, shelf=lambda code: shelf.get(code, EMPTY)
    )

    assert said(reading) == "so ahna win"


def test_what_a_lexicon_warns_of_is_told_with_the_reading() -> None:
    broken = Lexicon.of((), warnings=["the volume's lexicon is broken"])

    reading = read_script("So.", shelf=lambda _: broken)

    assert reading.warnings == ("the volume's lexicon is broken",)


def test_a_lexicon_for_another_language_is_passed_over_with_a_warning() -> None:
    german = Lexicon.of(NAMES.entries, language="de")

    reading = read("Ask Nguyen.", german)

    assert said(reading) == "ask nguyen"
    assert reading.warnings == ("LEXICON is for 'de' and the text is in 'en'; it is passed over",)


def test_words_without_spaces_are_found_however_they_are_cut() -> None:
    lexicon = parse_lexicon("重庆火锅 = 崇庆火锅")

    assert said(read("我们吃重庆火锅吧。", lexicon, "zh")).replace(" ", "") == "我们吃崇庆火锅吧"


def test_a_reading_is_never_that_of_another_lexicon() -> None:
    script = "Ask Nguyen again."

    readings = [read(script, parse_lexicon(f"Nguyen = {way}")) for way in ("win", "new yen", "win")]

    assert [said(reading) for reading in readings] == [
        "ask win again",
        "ask new yen again",
        "ask win again",
    ]
    assert readings[0] is readings[2]
    assert said(read(script, EMPTY)) == "ask nguyen again"


def test_ten_thousand_words_and_entries_meet_in_a_moment() -> None:
    words = [f"w{chr(97 + n % 26)}{n:05d}" for n in range(10_000)]
    lexicon = parse_lexicon("\n".join(f"{word} = so" for word in words))
    chosen = random.Random(1).choices(words + ["the", "old"] * 5_000, k=10_000)
    read(" ".join(chosen), EMPTY)

    reading = read(" ".join(chosen), lexicon)

    assert reading.words[0].said in (("so",), ("the",), ("old",))
    assert (
        least_s(lambda n: read(" ".join([*chosen[n + 1 :], "so"]), lexicon)) < 3.0
    )  # most of it for reading


_PARTS = st.sampled_from(
    ["Nguyen", "New", "York", "’s", "'s", " ", " ", "-", "/", "#", "C", "tomato", "St.", "Kitts",
     "[", "]", "(say:so)", "[pause:1s]", "\n", ".", "😀", "重庆", "—"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=20).map("".join))
def test_a_lexicon_changes_nothing_that_is_shown(script: str) -> None:
    try:
        plain = read(f"So {script}", EMPTY)
    except WordlightError:
        return

    reading = read(f"So {script}")

    assert [word.text for word in reading.words] == [word.text for word in plain.words]
    assert Reading.from_json(reading.to_json()).words == reading.words
