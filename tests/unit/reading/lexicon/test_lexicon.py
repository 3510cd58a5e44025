"""A word's entry is found in a lexicon, and two lexicons are told apart."""

from __future__ import annotations

import pickle

import pytest

from wordlight.reading.lexicon import EMPTY, Entry, Lexicon, parse_text

NAMES = parse_text(
    "Nguyen = win\nlead = led\nAi = eye\niPhone = eye fone\nPolish = poh lish\nIT = I T"
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Nguyen", "win"), ("NGUYEN", "win"), ("nguyen", None), ("NGuyen", None),
        ("lead", "led"), ("Lead", "led"), ("LEAD", "led"),
        ("Ai", "eye"), ("AI", None), ("iPhone", "eye fone"), ("IPHONE", "eye fone"),
        ("polish", None), ("IT", "I T"), ("It", None), ("it", None),
    ],
)  # fmt: skip
def test_small_letters_match_any_case_and_capitals_as_written(
    written: str, said: str | None
) -> None:
    found = NAMES.lookup(written)

    assert (found and found.said) == said


def test_the_entry_that_is_written_so_comes_before_the_one_in_small_letters() -> None:
    both = parse_text("polish = shine\nPolish = poh lish")

    found = [both.lookup(word) for word in ("polish", "Polish", "POLISH")]

    assert [one and one.said for one in found] == ["shine", "poh lish", "shine"]


def test_letters_and_accents_apart_are_composed() -> None:
    composed, apart = parse_text("Zoë = zo ee"), parse_text("Zoe\u0308 = zo ee")

    assert composed == apart
    assert composed.lookup("Zoë") == Entry("Zoë", "zo ee")


def test_lexicons_are_equal_if_they_say_the_same() -> None:
    again = Lexicon.of(NAMES.entries)

    assert again == NAMES
    assert hash(again) == hash(NAMES)
    assert again != Lexicon.of(NAMES.entries, language="en")
    assert again != Lexicon.of([*NAMES.entries, Entry("a", "b")])
    assert len({again, NAMES, EMPTY, Lexicon()}) == 2
    assert pickle.loads(pickle.dumps(NAMES)) == NAMES
