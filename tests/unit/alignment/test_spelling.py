"""Spoken words in an aligner's letters."""

from __future__ import annotations

import pytest

from wordlight.alignment import Alphabet, spell_words
from wordlight.alignment._viterbi import WILDCARD

LETTERS = {letter: i + 4 for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
DICTIONARY = {"<pad>": 0, "<unk>": 1, "|": 2, "'": 3, **LETTERS}
ENGLISH = Alphabet.read(DICTIONARY)
TORCHAUDIO = Alphabet.read({"-": 0, "|": 1, "e": 2, "t": 3})


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("CAFÉ", "cafe"),
        ("don’t", "don't"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("a|b-c", "abc"),
    ],
)
def test_letters_that_the_aligner_lacks_are_folded_or_passed_over(word: str, spelled: str) -> None:
    assert ENGLISH.spell(word) == ENGLISH.spell(spelled)
    assert len(ENGLISH.spell(word)) == len(spelled)


def test_a_letter_that_the_aligner_has_keeps_its_accent() -> None:
    alphabet = Alphabet.read({"<pad>": 0, "|": 1, "é": 2, "e": 3})

    assert alphabet.spell("éÉe") == [2, 2, 3]
    assert alphabet.spell("e\N{COMBINING ACUTE ACCENT}") == [2]


@pytest.mark.parametrize(
    ("said", "spelled"),
    [("W", "doubleu"), ("H", "aitch"), ("A", "ay"), ("w", "w"), ("a", "a"), ("WWF", "wwf")],
)
def test_a_letter_that_is_said_by_its_name_is_spelled_by_it(said: str, spelled: str) -> None:
    by_name = Alphabet.read(DICTIONARY, "en")

    assert by_name.spell(said) == ENGLISH.spell(spelled)
    assert Alphabet.read(DICTIONARY, "de").spell(said) == ENGLISH.spell(said)


def test_torchaudios_blank_is_a_hyphen_and_no_letter() -> None:
    assert TORCHAUDIO.blank == 0
    assert TORCHAUDIO.spell("t-e") == [3, 2]


def test_a_word_of_no_known_letter_is_one_wildcard_between_separators() -> None:
    spelling = spell_words([["東京"], [], ["a", "山"]], ENGLISH)

    assert spelling.tokens.tolist() == [2, WILDCARD, 2, WILDCARD, 2, 4, 2]
    assert spelling.words == [range(1, 2), range(3, 4), range(5, 6)]
    assert spelling.is_separator.tolist() == [True, False, True, False, True, False, True]


def test_only_separators_between_written_words_must_be_heard() -> None:
    spelling = spell_words([["a"], ["b", "c"], ["d"]], ENGLISH)

    tokens = "".join("|" if token == 2 else "." for token in spelling.tokens)
    optional = "".join("?" if optional else "." for optional in spelling.is_optional)
    assert (tokens, optional) == ("|.|.|.|.|", "?...?...?")


def test_an_aligner_without_a_separator_has_none_between_words() -> None:
    alphabet = Alphabet.read({"[pad]": 5, "あ": 1, "い": 2})

    spelling = spell_words([["あ"], ["い", "あ"]], alphabet)

    assert alphabet.blank == 5
    assert spelling.tokens.tolist() == [1, 2, 1]
    assert not spelling.is_optional.any()
