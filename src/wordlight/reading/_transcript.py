"""Transcripts that are to be aligned: how they are read, and which language's aligner is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.contract import check_script
from wordlight.errors import InvalidInput, UnknownLanguage, WeightsMissing
from wordlight.reading._reading import Reading
from wordlight.reading._script import base_language, guess_language, is_read_from, read_script
from wordlight.reading.directions import take_directions
from wordlight.reading.lexicon import Shelf, no_shelf, parse_lexicon


@dataclass(frozen=True, slots=True)
class Alignable:
    """The languages that have an aligner, each with the aligner's folder.

    ``default`` is the language to use if nothing else decides. ``lexicons`` has a lexicon for each
    language.
    """

    languages: Mapping[str, Path | str]
    default: str
    lexicons: Shelf = no_shelf

    def check(self, language: str) -> None:
        """Checks that there is an aligner for that language.

        Raises:
            UnknownLanguage: There is no aligner for it.
        """
        if language not in self.languages:
            raise UnknownLanguage(language, tuple(sorted(self.languages)))

    def check_here(self, language: str) -> None:
        """Checks that the aligner of a language is on this machine.

        Raises:
            WeightsMissing: The aligner's folder is not there.
        """
        if not Path(self.languages[language]).is_dir():
            raise aligner_missing(language)

    def aligner_of(self, reading: Reading, asked: str | None) -> str:
        """The language whose aligner times a reading. ``asked`` is the request's LANGUAGE.

        Raises:
            UnknownLanguage: The request asks for a language, and there is no aligner for it.
        """
        is_known = reading.language in self.languages or asked is not None
        language = reading.language if is_known else self.default
        self.check(language)
        return language

    def read(
        self, transcript: str, asked: str | None, given: str | None, lexicon: str | None = None
    ) -> Reading:
        """The reading of a transcript: the one that is ``given`` as JSON, or else a new one.

        ``lexicon`` is the request's LEXICON.

        Raises:
            InvalidInput: The given reading is not of this transcript, or LEXICON is invalid.
            EmptyText: The transcript has nothing to say.
            UnknownLanguage: There is no aligner for the language.
        """
        language = base_language(asked)
        if given is not None and given.strip():
            return _checked(Reading.from_json(given), transcript, language)
        if language is None:
            shown = take_directions(transcript, "TRANSCRIPT").plain
            guessed = guess_language(shown) or ""
            language = guessed if guessed in self.languages else self.default
        self.check(language)  # before the reading, which may take seconds
        own = parse_lexicon(lexicon or "")
        return read_script(transcript, language, "TRANSCRIPT", own, self.lexicons)


def _checked(given: Reading, transcript: str, language: str | None) -> Reading:
    if not any(word.said for word in given.words):
        raise InvalidInput("READING", "holds no words that are said")
    if not is_read_from(given, transcript):
        raise InvalidInput("READING", "is of another text than TRANSCRIPT")
    if language not in (None, given.language):
        raise InvalidInput("READING", f"is in {given.language!r}, and LANGUAGE is {language!r}")
    return given


def aligner_missing(language: str) -> WeightsMissing:
    """The error to raise if a language's aligner is not on this machine."""
    return WeightsMissing(
        f"aligner for {language}",
        "a wav2vec2 CTC model",
        f"fetch it where the server runs: `wordlight volume pull --language {language}`",
    )


def check_reading_alone(transcript: str | None, reading: str | None) -> None:
    """Checks that a reading comes with its transcript.

    Raises:
        InvalidInput: The reading comes alone.
    """
    if transcript is None and reading is not None:
        raise InvalidInput("READING", "needs the TRANSCRIPT that it is a reading of")


def check_lexicon_alone(transcript: str | None, lexicon: str | None) -> None:
    """Checks that a lexicon comes with a transcript: it has no use for what Whisper transcribes.

    Raises:
        MissingInput: The lexicon comes alone.
    """
    if lexicon is not None:
        check_script(None, transcript)
