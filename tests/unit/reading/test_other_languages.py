"""Other languages than English: their words stay theirs, and their numbers are read."""

from __future__ import annotations

import re

import pytest

from wordlight.reading import read_script


def said(written: str, language: str | None) -> str:
    return " ".join(part for word in read_script(written, language).words for part in word.said)


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "3,5 % & 1.250 €", "drei komma fünf prozent und eintausendzweihundertfünfzig euro"),
        ("de", "Um 14:30 Uhr kam er.", "um vierzehn uhr dreißig kam er"),
        ("fr", "l'an 21 & 2 €.", "l'an vingt et un et deux euros"),
        ("fr", "le 1er mai", "le premier mai"),
        ("es", "€20", "veinte euros"),
        ("es", "El 5 de mayo cuesta 20€.", "el cinco de mayo cuesta veinte euros"),
        ("it", "50% di 1.250 persone", "cinquanta per cento di milleduecentocinquanta persone"),
        ("pt-BR", "às 14:30", "às catorze horas e trinta"),
        ("nl", "3 mei", "drie mei"),
        ("ru", "12 слов", "двенадцать слов"),
        ("cs", "3 koně", "tři koně"),
        ("he", "3 ילדים", "שלוש ילדים"),
        ("ko", "사과 3개", "사과 세개"),
        ("th", "มี 3 คน", "มี สาม คน"),
        ("hi", "मेरे पास 3 सेब", "मेरे पास तीन सेब"),
        ("zh", "我有3个苹果。", "我 有 三 个 苹果"),
        ("ja", "10個買った。", "十 個 買った"),
        ("xx", "12 words", "12 words"),
    ],
)
def test_other_languages_read_their_numbers(language: str, written: str, spoken: str) -> None:
    assert said(written, language) == spoken


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "Dr. Straße IST da, am Main St.", "dr straße ist da am main st"),
        ("fr", "« Qu’est-ce ? », dit-elle.", "qu'est ce dit elle"),
        ("es", "¿Qué? ¡No!", "qué no"),
        ("hi", "नमस्ते दुनिया।", "नमस्ते दुनिया"),
        ("he", "שָׁלוֹם", "שָׁלוֹם"),
        ("ar", "مَرْحَبًا", "مَرْحَبًا"),
    ],
)
def test_words_are_said_as_they_are_written(language: str, written: str, spoken: str) -> None:
    assert said(written, language) == spoken


@pytest.mark.parametrize(
    ("script", "language"), [("我有3个苹果。", "zh"), ("10個買った。", "ja"), ("12 слов", "ru")]
)
def test_a_script_whose_letters_tell_its_language_needs_no_tag(script: str, language: str) -> None:
    assert read_script(script).language == language
    assert re.search(r"\d", said(script, None)) is None


def test_what_is_read_together_is_one_group() -> None:
    words = read_script("Um 14:30 Uhr kam er.", "de").words

    assert [word.group for word in words] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("PT_br", "pt"), (" ", "en")])
def test_a_tag_is_known_by_its_language(tag: str, language: str) -> None:
    assert read_script("so", tag).language == language
