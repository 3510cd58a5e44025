"""What setting captions needs to know about a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wordlight.contract import SCRIPT_FONTS
from wordlight.subtitles.languages._function_words import (
    ADJECTIVE_ENDINGS,
    FIRST_OF_PAIRS,
    LEANING,
    OPENING,
    PARTICLES,
    PHRASES,
)
from wordlight.words import Word

UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})
"""Written without spaces between words."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "iw", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})
DOTTED_I = frozenset({"tr", "az", "crh", "gag"})
"""Languages with two letters i: the capitals of i and ı are İ and I."""
FULL_WIDTH = frozenset({"zh", "yue", "ja", "ko"})
"""Languages whose line limit counts every character as one; elsewhere a full-width one is two."""

# Source: Netflix Timed Text Style Guides, "Character Limitation" and "Reading Speed Limits".
LINE_CHARACTERS = 42
LINE_CHARACTERS_OF = {"zh": 16, "yue": 16, "ko": 16, "ja": 23, "th": 35}
CHARACTERS_PER_S, CHARACTERS_PER_S_OF = 20.0, {
    "zh": 9.0, "yue": 9.0, "ko": 12.0, "ja": 4.0,
    **dict.fromkeys(("cs", "da", "de", "es", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv"), 17.0),
}  # fmt: skip

_DEJAVU = "DejaVu Sans"
_IN_DEJAVU = frozenset({"ar", "fa", "ps", "sd", "ug", "he", "yi", "hy", "ka"})
"""Languages whose letters this bundled font has, and the other bundled ones lack."""
FONT_OF = dict.fromkeys(_IN_DEJAVU, _DEJAVU) | {
    code: font.family for font in SCRIPT_FONTS for code in font.languages if code not in _IN_DEJAVU
}
"""The face for each language whose script the looks' own faces lack."""


@dataclass(frozen=True, slots=True)
class Language:
    """Spacing, direction, limits and small words of one language."""

    code: str
    is_unspaced: bool
    is_right_to_left: bool
    is_full_width: bool
    line_characters: int
    characters_per_s: float
    font: str
    leaning: Mapping[str, float]
    opening: frozenset[str]
    particles: frozenset[str]
    adjective_endings: tuple[str, ...]
    first_of_pairs: frozenset[str]
    phrases: frozenset[tuple[str, str]]

    @property
    def tag(self) -> str:
        """The code where it has the form of a language tag, else nothing: it came from outside."""
        return self.code if re.fullmatch("[a-z]{2,8}", self.code) else ""

    @property
    def has_learned_looseness(self) -> bool:
        """Whether people's own subtitles have taught where its lines readily end."""
        return self.code == "en"

    @property
    def has_dotted_i(self) -> bool:
        """Whether the capital of i keeps its dot."""
        return self.code in DOTTED_I

    def between(self, left: Word, right: Word) -> str:
        """What stands between two words in a line: what the left one says, or else `glue`."""
        return self.glue(left.text, right.text) if left.glue is None else left.glue

    def glue(self, left: str, right: str) -> str:
        """What stands between two words that follow each other in a line.

        Without spaces between words, Latin words and numbers still keep theirs.

        >>> find_language("ja").glue("東", "京"), find_language("ja").glue("New", "York")
        ('', ' ')
        """
        if self.is_unspaced and not (_is_latin(left[-1:]) and _is_latin(right[:1])):
            return ""
        return " "

    def width(self, text: str) -> int:
        """Characters of the line limit that a text takes; marks that join others take none.

        >>> find_language("en").width("naïve 東"), find_language("ja").width("東京")
        (8, 2)
        """
        if text.isascii():
            return len(text)
        return sum(_cells(character, self.is_full_width) for character in text)


def find_language(code: str) -> Language:
    """The language of an ISO 639-1 code, region ignored; unknown ones get English limits.

    >>> find_language("zh-TW").line_characters, find_language("xx").line_characters
    (16, 42)
    """
    code = code.replace("_", "-").split("-")[0].strip().lower()
    return Language(
        code=code,
        is_unspaced=code in UNSPACED,
        is_right_to_left=code in RIGHT_TO_LEFT,
        is_full_width=code in FULL_WIDTH,
        line_characters=LINE_CHARACTERS_OF.get(code, LINE_CHARACTERS),
        characters_per_s=CHARACTERS_PER_S_OF.get(code, CHARACTERS_PER_S),
        font=FONT_OF.get(code, ""),
        leaning=LEANING.get(code, {}),
        opening=OPENING.get(code, frozenset()),
        particles=PARTICLES.get(code, frozenset()),
        adjective_endings=ADJECTIVE_ENDINGS.get(code, ()),
        first_of_pairs=FIRST_OF_PAIRS.get(code, frozenset()),
        phrases=PHRASES.get(code, frozenset()),
    )


def _is_latin(character: str) -> bool:
    return character.isalnum() and ord(character) < 0x250


@lru_cache(maxsize=4096)
def _cells(character: str, is_full_width: bool) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    wide = unicodedata.east_asian_width(character) in ("W", "F")
    return 2 if wide and not is_full_width else 1
