"""The properties of languages that matter for captions."""

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
"""Languages written without spaces between words."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "iw", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})
DOTTED_I = frozenset({"tr", "az", "crh", "gag"})
"""Languages with two letters i: the capital of i is İ, and the capital of ı is I."""
FULL_WIDTH = frozenset({"zh", "yue", "ja", "ko"})
"""Languages whose line limit counts every character as one. Elsewhere a full-width character counts
as two."""

# Source: Netflix Timed Text Style Guides, "Character Limitation" and "Reading Speed Limits".
LINE_CHARACTERS = 42
LINE_CHARACTERS_OF = {"zh": 16, "yue": 16, "ko": 16, "ja": 23, "th": 35}
CHARACTERS_PER_S, CHARACTERS_PER_S_OF = 20.0, {
    "zh": 9.0, "yue": 9.0, "ko": 12.0, "ja": 4.0,
    **dict.fromkeys(("cs", "da", "de", "es", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv"), 17.0),
}  # fmt: skip

_DEJAVU = "DejaVu Sans"
_IN_DEJAVU = frozenset({"ar", "fa", "ps", "sd", "ug", "he", "yi", "hy", "ka"})
"""Languages whose letters are in this bundled font and in no other bundled font."""
FONT_OF = dict.fromkeys(_IN_DEJAVU, _DEJAVU) | {
    code: font.family for font in SCRIPT_FONTS for code in font.languages if code not in _IN_DEJAVU
}
"""The face for each language whose script is missing in the faces of the looks."""


@dataclass(frozen=True, slots=True)
class Language:
    """The spacing, direction, limits and function words of one language."""

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
        """The code if it has the form of a language tag, else nothing. The code is user input."""
        return self.code if re.fullmatch("[a-z]{2,8}", self.code) else ""

    @property
    def has_learned_looseness(self) -> bool:
        """Whether the places where lines readily end have been learned from people's subtitles."""
        return self.code == "en"

    @property
    def has_dotted_i(self) -> bool:
        """Whether the capital of i keeps the dot."""
        return self.code in DOTTED_I

    def between(self, left: Word, right: Word) -> str:
        """The text between two words of a line: the left word's own glue, or else `glue`."""
        return self.glue(left.text, right.text) if left.glue is None else left.glue

    def glue(self, left: str, right: str) -> str:
        """The text between two successive words of a line: a space or nothing.

        A language without spaces between words still puts them between Latin words and numbers.

        >>> find_language("ja").glue("東", "京"), find_language("ja").glue("New", "York")
        ('', ' ')
        """
        if self.is_unspaced and not (_is_latin(left[-1:]) and _is_latin(right[:1])):
            return ""
        return " "

    def width(self, text: str) -> int:
        """The width of the text in characters of the line limit; combining marks have no width.

        >>> find_language("en").width("naïve 東"), find_language("ja").width("東京")
        (8, 2)
        """
        if text.isascii():
            return len(text)
        return sum(_cells(character, self.is_full_width) for character in text)


def find_language(code: str) -> Language:
    """The language of an ISO 639-1 code without its region; an unknown one gets the English limits.

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
