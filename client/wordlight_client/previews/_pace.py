"""Turns a text into words at an even pace, so that subtitles can be seen without a voice."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from wordlight.errors import EmptyText, TooLong
from wordlight.words import Word

LONGEST_TEXT = 1_000
"""Characters: a little over a minute."""
WORD_S, LETTER_S, WIDE_S = 0.13, 0.06, 0.22
"""Seconds for each word, for each of its letters, and for each full-width one, which is a syllable.
English has 4.7 letters per word, so this is 150 words per minute with their pauses."""
PAUSES_S = {",": 0.2, ";": 0.3, ":": 0.3, ".": 0.5, "!": 0.5, "?": 0.5, "…": 0.5}
"""The pause after a word that ends in this mark."""
_OTHERS = {",": "、，،", ";": "；", ":": "：", ".": "。", "!": "！", "?": "？؟"}
SAME_MARKS = {other: mark for mark, others in _OTHERS.items() for other in others}
"""Marks of other scripts → the marks that mean the same."""

LANGUAGES = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "THAI": "th",
    "ARABIC": "ar", "HEBREW": "he", "DEVANAGARI": "hi",
}  # fmt: skip
"""Languages by the names that Unicode gives their letters. If most letters of a text are in this
table, the first of its names that the text has decides."""

_CLOSING = "\"'”’»)]}」』）"
_PIECE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff][^\w\s]*|[^\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
"""Chinese and Japanese have no spaces: there a character with the marks after it is a word."""


def spoken(text: str) -> list[Word]:
    """The text's words, the first at 0 s.

    Raises:
        EmptyText: The text has nothing to show.
        TooLong: The text has more than `LONGEST_TEXT` characters.

    >>> [(word.text, word.start_s, word.end_s) for word in spoken("So, it goes.")]
    [('So,', 0.0, 0.25), ('it', 0.45, 0.7), ('goes.', 0.7, 1.07)]
    """
    if len(text) > LONGEST_TEXT:
        raise TooLong("TEXT", len(text), LONGEST_TEXT, "characters")
    words, time_s = list[Word](), 0.0
    for piece in _pieces(text):
        end_s = time_s + _length_s(piece)
        words.append(Word(piece, round(time_s, 3), round(end_s, 3)))
        time_s = end_s + _pause_s(piece)
    if not any(map(_can_be_shown, "".join(word.text for word in words))):
        raise EmptyText("TEXT", "holds no letter, digit or symbol to show")
    return words


def _can_be_shown(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("S")


def told_language(text: str) -> str | None:
    """The ISO 639-1 code of the script of most letters, if it affects fonts, spaces or direction.

    >>> told_language("今日は"), told_language("今天"), told_language("Today")
    ('ja', 'zh', None)
    """
    scripts = Counter(
        unicodedata.name(character, "").split(" ")[0].split("-")[0]
        for character in text
        if character.isalpha()
    )
    known = {script: scripts[script] for script in LANGUAGES if scripts[script]}
    if 2 * sum(known.values()) <= scripts.total():
        return None
    return next(code for script, code in LANGUAGES.items() if script in known)


def _pieces(text: str) -> Iterator[str]:
    for word in text.split():
        yield from _PIECE.findall(word)


def _length_s(word: str) -> float:
    letters = [character for character in word if character.isalnum()]
    n_wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    if n_wide == len(letters) > 0:
        return WIDE_S * n_wide
    return WORD_S + LETTER_S * (len(letters) - n_wide) + WIDE_S * n_wide


def _pause_s(word: str) -> float:
    last = word.rstrip(_CLOSING)[-1:]
    return PAUSES_S.get(SAME_MARKS.get(last, last), 0.0)
