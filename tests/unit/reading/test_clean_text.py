"""A script becomes text that can be cut: one form of each character, nothing invisible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processor_time import least_s

from wordlight.reading import is_read_from, read_script
from wordlight.reading._clean_text import clean, fold


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


@given(st.text(st.characters(exclude_categories=["Co"])))  # those are places of directions
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


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("<b>He was not</b> an ill man.", "he was not an ill man"),
        ("<i>So</i>, <EM class='x'>it</EM> is.", "so it is"),
        ('A <font color="#ff0000">red</font> car.', "a red car"),
        ("He said<br>so<br/>it is.", "he said so it is"),
        ("<speak>Hi <break time='1s'/> there</speak>", "hi there"),
        ("<prosody rate='slow'>So <say-as interpret-as='date'>it</say-as></prosody>", "so it"),
        ("<v Anna>Hello <00:00:01.000><c.loud>there</c>", "hello there"),
        (r"{\an8}{\i1}Hello{\i0} there", "hello there"),
        ("<!-- a note --> So <ruby>it<rt>mark</rt></ruby> is.", "so it is"),
    ],
)
def test_tags_are_neither_shown_nor_said(script: str, said: str) -> None:
    reading = read_script(script)

    assert " ".join(part for word in reading.words for part in word.said) == said
    assert not set(reading.text) & set("<>{}")
    assert is_read_from(reading, script)


@pytest.mark.parametrize(
    "script",
    [
        "Use the <b> tag.", "A List<String> is one.", "if a<b and c>d then", "5<6>4",
        "Write to <a@b.com> now.", "I <3 you.", "<applause> Yes.", r"So {\bf is} it.",
    ],
)  # fmt: skip
def test_angle_brackets_that_are_no_tags_stay(script: str) -> None:
    assert clean(script) == script


def test_a_tag_that_is_to_be_seen_is_written_with_entities() -> None:
    reading = read_script("The sign &lt;b&gt;so&lt;/b&gt; is bold.")

    assert reading.text == "The sign <b>so</b> is bold."
    assert is_read_from(reading, reading.text)


@pytest.mark.parametrize(
    "piece", ["<a ", "<a x=", "<!--", "<rt>", "<b", r"{\i1", "<a\n\n", "<i>x</i>", "-->", "</b >"]
)
@pytest.mark.alone
def test_no_text_keeps_the_search_for_tags_long(piece: str) -> None:
    assert least_s(lambda n: clean(piece * (40_000 // len(piece)) + str(n))) < 1.0
