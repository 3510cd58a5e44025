"""One entry of a lexicon: a word or phrase, and what is said for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from wordlight.errors import InvalidInput, TooLong
from wordlight.reading._clean_text import fold
from wordlight.reading._marks import SYMBOLS

MOST_ENTRIES = 20_000
LONGEST_WORD, MOST_WORDS = 100, 8
"""Characters of a word or phrase, and the words of a phrase."""
LONGEST_RESPELLING, LONGEST_PHONEMES = 200, 400
"""Characters. The aligner refuses a word for which more than `LONGEST_RESPELLING` is said."""
_COMMENT = re.compile(r"(?:^|\s)#")
_KEPT_FORMATS = "\u200c\u200d"
"""Joiners, which change the shape of letters."""
_ASCII_MARKS = "".join(
    c for c in map(chr, range(128)) if not c.isalnum() and (c not in SYMBOLS or c.isspace())
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase as it is written, and its respelling or its phonemes (IPA)."""

    word: str
    respelling: str = ""
    phonemes: str = ""

    @property
    def said(self) -> str:
        """The right side of the entry's line: ``win``, ``/təmˈɑːtoʊ/``."""
        return self.respelling or f"/{self.phonemes}/"

    @property
    def key(self) -> str:
        """The word without the marks around it, by which the entry is found."""
        return bare(self.word)

    @classmethod
    def of(cls, word: str, said: str, field: str, where: str = "") -> Entry:
        """The entry with the two sides of a line. ``where`` is the line's place, for errors.

        Raises:
            InvalidInput, TooLong: One of the sides is wrong.
        """
        said = said.strip()
        if not said.startswith("/"):
            return cls.of_respelling(word, said, field, where)
        if len(said) < 2 or not said.endswith("/"):
            raise InvalidInput(field, f"has phonemes{_at(where)} that do not end with /")
        return cls.of_ipa(word, said[1:-1], field, where)

    @classmethod
    def of_respelling(cls, word: str, respelling: str, field: str, where: str = "") -> Entry:
        """The entry of a word that is said as if it were written as the respelling.

        Raises:
            InvalidInput, TooLong: The word or the respelling is wrong.
        """
        word, said = _checked_word(word, field, where), plain(respelling, field, where)
        if not any(map(str.isalnum, said)) or said.startswith("/"):
            raise InvalidInput(field, f"has {_shown(word)}{_at(where)}, for which nothing is said")
        if _COMMENT.search(said):
            raise InvalidInput(field, f"has {_shown(said)}{_at(where)}", "write what is said for #")
        if len(said) > LONGEST_RESPELLING:
            what = f"{field}: a respelling{_at(where)}"
            raise TooLong(what, len(said), LONGEST_RESPELLING, "characters")
        return cls(word, said)

    @classmethod
    def of_ipa(cls, word: str, phonemes: str, field: str, where: str = "") -> Entry:
        """The entry of a word that is said with these phonemes.

        Raises:
            InvalidInput, TooLong: The word or the phonemes are wrong.
        """
        word, ipa = _checked_word(word, field, where), plain(phonemes, field, where)
        if not any(map(str.isalpha, ipa)) or "/" in ipa:
            raise InvalidInput(field, f"has {_shown(ipa)}{_at(where)}, which are no phonemes")
        if len(ipa) > LONGEST_PHONEMES:
            raise TooLong(
                f"{field}: phonemes{_at(where)}", len(ipa), LONGEST_PHONEMES, "characters"
            )
        return cls(word, phonemes=ipa)


def _checked_word(word: str, field: str, where: str) -> str:
    word = plain(word, field, where)
    if len(word) > LONGEST_WORD:
        raise TooLong(f"{field}: a word{_at(where)}", len(word), LONGEST_WORD, "characters")
    if not any(map(str.isalnum, word)):
        raise InvalidInput(field, f"has {_shown(word)}{_at(where)}, which is no word")
    if "=" in word or word[0] in "#<":
        signs = "no word has = in it or begins with # or <"
        raise InvalidInput(field, f"has {_shown(word)}{_at(where)}; {signs}")
    if len(word.split()) > MOST_WORDS:
        raise TooLong(f"{field}: a phrase{_at(where)}", len(word.split()), MOST_WORDS, "words")
    return word


def plain(text: str, field: str, where: str) -> str:
    """The text in NFC, with single spaces.

    Raises:
        InvalidInput: The text has a control character, a private one or half a surrogate pair.
    """
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    shown = unicodedata.normalize("NFC", " ".join("".join(filter(_is_shown, text)).split()))
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in shown):
        what = f"has a character{_at(where)} that nobody can say"
        raise InvalidInput(field, f"{what}: {shown[:30]!a}")
    return shown


def bare(text: str) -> str:
    """The text without the marks around it, and with look-alikes as the usual characters.

    Signs that are said belong to a word.

    >>> bare("“Nguyen’s!”"), bare("(C++,"), bare("St. Louis.")
    ("Nguyen's", 'C++', 'St. Louis')
    """
    if text.isascii():
        return text.strip(_ASCII_MARKS)
    text = unicodedata.normalize("NFC", fold(text))
    first, stop = 0, len(text)
    while first < stop and not _is_of_word(text[first]):
        first += 1
    while first < stop and not _is_of_word(text[stop - 1]):
        stop -= 1
    return text[first:stop]


@lru_cache(maxsize=4_096)
def _is_of_word(character: str) -> bool:
    if character.isalnum() or character in SYMBOLS:
        return True
    return unicodedata.category(character)[0] == "M"


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) != "Cf" or character in _KEPT_FORMATS


def _at(where: str) -> str:
    return f" {where}" if where else ""


def _shown(text: str, most: int = 30) -> str:
    return repr(text if len(text) <= most else f"{text[:most]}…")
