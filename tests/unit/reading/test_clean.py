"""A script becomes text that can be cut: one form of each character, nothing invisible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.reading import read_script
from wordlight.reading._clean import clean, fold


@pytest.mark.parametrize(
    ("script", "cleaned"),
    [
        ("Tom &amp; Jerry &#39;s &#x26; &eacute;", "Tom & Jerry 's & é"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("one\r\ntwo\rthree\u2028four\u0085five", "one\ntwo\nthree\nfour\nfive"),
        ("one\u2029two", "one\n\ntwo"),
        ("soft\u00adhyphen zero\ufeffwidth \u202abidi\u202c", "softhyphen zerowidth bidi"),
        ("bell\x07 escape\x1b nul\x00", "bell escape nul"),
        ("cafe\u0301", "café"),
        ("family 👩\u200d👧 ok", "family 👩\u200d👧 ok"),
        ("tab\tand  spaces", "tab\tand  spaces"),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_has_one_form(script: str, cleaned: str) -> None:
    assert clean(script) == cleaned


@given(st.text())
def test_a_cleaned_text_is_composed_and_has_no_control_characters(script: str) -> None:
    cleaned = clean(script)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(
        unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl") for c in cleaned if c not in "\n\t"
    )


@pytest.mark.parametrize(
    ("written", "folded"),
    [("donʼt don’t don`t", "don't don't don`t"), ("Hawaiʻi", "Hawai'i"), ("５０％", "50%"),
     ("10 kΩ", "10 kΩ"), ("5\u00a0km", "5 km"), ("−5", "-5"), ("ﬁne", "fine")],
)  # fmt: skip
def test_look_alikes_are_read_as_the_character_they_look_like(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_word_is_shown_as_it_was_written_and_said_as_it_is_meant() -> None:
    words = read_script("I donʼt know Hawaiʻi.").words

    assert [word.text for word in words] == ["I", "donʼt", "know", "Hawaiʻi."]
    assert [word.said for word in words] == [("i",), ("don't",), ("know",), ("hawai'i",)]


def test_only_whole_entities_are_resolved() -> None:
    assert clean("&copyright; &amp; &eacute; &#65; &notit;") == "&copyright; & é A &notit;"
