"""Numbers as they are read aloud, one spoken word per item."""

from __future__ import annotations

import re

from num2words import num2words

_MAX_DIGITS = 15
"""A longer run of digits is an identifier, and is read digit by digit."""
_MAX_GROUPED_DIGITS = 36
"""Digits of the longest number whose digits are grouped. Those of an identifier never are."""
_POINTS = {
    "en": "point",
    "de": "komma",
    "nl": "komma",
    "fr": "virgule",
    "es": "coma",
    "it": "virgola",
    "pt": "vírgula",
}
_POINT_AS_DECIMAL = frozenset({"en", "zh", "ja", "ko", "he", "th"})
"""Languages that write one and a half as 1.5. All others write 1,5."""


def cardinal(digits: str, language: str = "en") -> list[str]:
    """A whole number. It is read digit by digit if it starts with a zero or is very long.

    Raises:
        NotImplementedError: num2words does not know the numbers of that language.

    >>> cardinal("1250"), cardinal("007")
    (['one', 'thousand', 'two', 'hundred', 'and', 'fifty'], ['zero', 'zero', 'seven'])
    """
    if len(digits) > _MAX_DIGITS or (len(digits) > 1 and digits.startswith("0")):
        return [word for digit in digits for word in _read(int(digit), "cardinal", language)]
    return _read(int(digits), "cardinal", language)


def ordinal(digits: str, language: str = "en") -> list[str]:
    """A rank.

    >>> ordinal("22")
    ['twenty', 'second']
    """
    if len(digits) > _MAX_DIGITS:
        return cardinal(digits, language)
    return _read(int(digits), "ordinal", language)


def year(digits: str) -> list[str]:
    """An English year.

    >>> year("1999"), year("1905")
    (['nineteen', 'ninety', 'nine'], ['nineteen', 'oh', 'five'])
    """
    return _read(int(digits), "year", "en")


def number(text: str, language: str = "en") -> list[str]:
    """A whole or decimal number with the marks of its language: ``1,250.5`` or ``1.250,5``.

    >>> number("1,250.05")[-3:], number("3,5", "de")
    (['point', 'zero', 'five'], ['drei', 'komma', 'fünf'])
    """
    mark = "." if language in _POINT_AS_DECIMAL else ","
    group = "," if mark == "." else "."
    if mark == "," and re.fullmatch(r"\d+\.\d{1,2}", text):
        mark, group = ".", ","  # an English decimal in another language's text
    whole, _, part = text.replace(group, "").partition(mark)
    is_grouped = group in text and len(whole) <= _MAX_GROUPED_DIGITS
    words = []
    if whole:
        words = _read(int(whole), "cardinal", language) if is_grouped else cardinal(whole, language)
    if part:
        words = words + [_POINTS.get(language, "")] * (language in _POINTS)
        words += [word for digit in part for word in _read(int(digit), "cardinal", language)]
    return words


def decade(digits: str) -> list[str]:
    """An English decade: ``1990``, or ``90`` for short.

    >>> decade("1990"), decade("80")
    (['nineteen', 'nineties'], ['eighties'])
    """
    words = year(digits) if len(digits) == 4 else cardinal(digits)
    last = words[-1]
    return [*words[:-1], last[:-1] + "ies" if last.endswith("y") else last + "s"]


def fraction(above: str, below: str) -> list[str]:
    """A common fraction.

    >>> fraction("3", "4"), fraction("1", "2"), fraction("2", "3")
    (['three', 'quarters'], ['one', 'half'], ['two', 'thirds'])
    """
    parts = {"2": ["half"], "4": ["quarter"]}.get(below) or ordinal(below)
    if above != "1":
        last = parts[-1]
        parts = [*parts[:-1], "halves" if last == "half" else last + "s"]
    return [*cardinal(above), *parts]


def _read(value: int, kind: str, language: str) -> list[str]:
    spoken = str(num2words(value, to=kind, lang=language))
    return re.findall(r"[^\s,\-]+", spoken)
