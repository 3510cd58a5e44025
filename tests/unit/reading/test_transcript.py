"""A transcript is read word by word, for an aligner that must follow it."""

from __future__ import annotations

import pytest

from wordlight.errors import EmptyText, InvalidInput, UnknownLanguage
from wordlight.reading import Alignable, check_reading_alone, read_script

HERE = Alignable(dict.fromkeys(("en", "de", "ru"), "."), "en")


@pytest.mark.parametrize(
    ("transcript", "asked", "language"),
    [
        ("So it goes.", None, "en"),
        ("Es regnet.", "de-AT", "de"),
        ("Привет.", None, "ru"),
        ("今天下雨。", None, "en"),  # nobody can align it: the default listens
    ],
)
def test_the_language_is_what_is_asked_for_or_what_the_letters_tell(
    transcript: str, asked: str | None, language: str
) -> None:
    reading = HERE.read(transcript, asked, None)

    assert reading.language == language
    assert HERE.aligner_of(reading, asked) == language


def test_a_given_reading_is_taken_and_its_aligner_is_the_default_if_it_has_none() -> None:
    given = read_script("Il pleut.", "fr")

    reading = HERE.read("Il pleut.", None, given.to_json())

    assert reading == given
    assert HERE.aligner_of(reading, None) == "en"
    with pytest.raises(UnknownLanguage, match="there are: de, en, ru"):
        HERE.aligner_of(reading, "fr")


def test_a_language_without_an_aligner_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnknownLanguage, match="'fr'"):
        HERE.read("...", "fr", None)
    with pytest.raises(EmptyText, match="TRANSCRIPT"):
        HERE.read("...", None, None)


@pytest.mark.parametrize(
    ("transcript", "asked", "says"),
    [("So it goes on.", None, "another text"), ("So it goes.", "de", "is in 'en', and LANGUAGE")],
)
def test_a_reading_of_something_else_is_refused(
    transcript: str, asked: str | None, says: str
) -> None:
    with pytest.raises(InvalidInput, match=f"READING .*{says}"):
        HERE.read(transcript, asked, read_script("So it goes.").to_json())


def test_a_reading_needs_its_transcript() -> None:
    check_reading_alone("So.", "{}")
    check_reading_alone(None, None)
    with pytest.raises(InvalidInput, match="READING needs the TRANSCRIPT"):
        check_reading_alone(None, "{}")
