"""Lexicons as lines of text: their entries, and the places of their mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import least_s

from wordlight.errors import InvalidInput, WordlightError
from wordlight.reading.lexicon import (
    EMPTY,
    MOST_ENTRIES,
    Entry,
    parse_lexicon,
    parse_text,
    with_entries,
    without_word,
    write_lexicon,
)

NAMES = """\
# names, by hand

Nguyen = win   # Vietnamese
New York=noo yawk
tomato = /təmˈɑːtoʊ/
C# = see sharp
"""


def test_a_line_is_a_word_and_what_is_said_for_it() -> None:
    found = parse_text("\ufeff" + NAMES.replace("\n", "\r\n"))

    assert found.entries == (
        Entry("Nguyen", "win"),
        Entry("New York", "noo yawk"),
        Entry("tomato", phonemes="təmˈɑːtoʊ"),
        Entry("C#", "see sharp"),
    )
    assert found.warnings == ()


def test_of_a_word_that_is_there_twice_the_later_line_holds_and_that_is_told() -> None:
    found = parse_text("Nguyen = win\nlead = led\n“Nguyen” = new yen\nlead = led")

    assert [entry.said for entry in found.entries] == ["new yen", "led"]
    assert found.warnings == ("LEXICON has '“Nguyen”' in line 1 and line 3; the later holds",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Nguyen", "has 'Nguyen' in line 2\n→ give each line as: word = respelling"),
        ("= win", "has '' in line 2, which is no word"),
        ("… = dots", "has '…' in line 2, which is no word"),
        ("Nguyen =", "has 'Nguyen' in line 2, for which nothing is said"),
        ("Nguyen = ?!", "for which nothing is said"),
        ("Nguyen = # win", "for which nothing is said"),
        ("tomato = /təm", "has phonemes in line 2 that do not end with /"),
        ("tomato = //", "has '' in line 2, which are no phonemes"),
        ("tomato = /a/b/", "has 'a/b' in line 2, which are no phonemes"),
        ("<b> = bold", "no word has = in it or begins with # or <"),
        ("a\x00b = c", "has a character in line 2 that nobody can say: 'a\\x00b'"),
        ("a = \ue000", "has a character in line 2"),
        (f"{'a' * 101} = b", "a word in line 2 is 101 characters long; at most 100 are allowed"),
        (f"a = {'b' * 201}", "a respelling in line 2 is 201 characters long; at most 200"),
        (f"a = /{'b' * 401}/", "phonemes in line 2 is 401 characters long; at most 400"),
        ("a b c d e f g h i = j", "a phrase in line 2 is 9 words long; at most 8"),
        (f"# {'a' * 1_000}", "line 2 is 1,002 characters long; at most 1,000"),
    ],
)
def test_what_is_no_entry_is_refused_with_its_line(line: str, says: str) -> None:
    with pytest.raises(InvalidInput, match="LEXICON") as caught:
        parse_text(f"Anna = ahna\n{line}")

    assert says in caught.value.told


def test_a_lexicon_has_a_size() -> None:
    lines = "".join(f"word{n} = said\n" for n in range(MOST_ENTRIES + 1))

    with pytest.raises(InvalidInput, match=r"LEXICON is 20,001 entries long; at most 20,000"):
        parse_text(lines)
    with pytest.raises(InvalidInput, match=r"LEXICON is 2,000,001 characters long"):
        parse_text(" " * 2_000_001)


def test_ten_thousand_lines_are_read_in_a_moment() -> None:
    lines = "".join(f"word{n} = said {n}\n" for n in range(10_000))

    assert least_s(lambda n: parse_text(f"{lines}last = {n}\n")) < 1.0


def test_an_entry_is_changed_in_its_place_and_comments_stay() -> None:
    changed = with_entries(NAMES, [Entry("Nguyen", "nwin"), Entry("Siobhan", "shivawn")])

    assert changed == NAMES.replace("win   #", "nwin   #") + "Siobhan = shivawn\n"


def test_a_word_is_taken_out_with_all_its_lines() -> None:
    twice = NAMES + "Nguyen = new yen\n"

    assert without_word(twice, " Nguyen ") == (
        NAMES.replace("Nguyen = win   # Vietnamese\n", ""),
        True,
    )
    assert without_word(NAMES, "nguyen") == (NAMES, False)


_WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.tuples(_WORDS, _WORDS)).map(
        lambda pairs: "\n".join(f"{word} = {said}" for word, said in pairs)
    )
)
def test_any_text_is_a_lexicon_or_is_refused_by_field(text: str) -> None:
    said, found = "LEXICON", EMPTY
    try:
        found = parse_lexicon(text)
    except WordlightError as error:
        said = str(error)

    assert said.startswith("LEXICON")
    assert parse_text(write_lexicon(found.entries)).entries == found.entries


@settings(deadline=None)
@given(_WORDS, _WORDS)
def test_what_can_be_added_is_there_and_can_be_taken_out(word: str, said: str) -> None:
    try:
        entry = Entry.of(word, said, "WORD")
    except WordlightError:
        return

    lines = with_entries(NAMES, [entry])

    assert parse_text(lines).lookup(entry.key) is not None
    assert without_word(lines, entry.word)[1]


def test_lines_of_spaces_are_read_at_once() -> None:
    lines = "a = b" + " " * 980 + "x  # c\n"

    def read(_: int) -> None:
        with pytest.raises(InvalidInput, match="'!' in line 1981"):
            parse_text(lines * 1_980 + "!")

    assert least_s(read) < 1.0
    assert [entry.said for entry in parse_text(lines).entries] == ["b x"]
