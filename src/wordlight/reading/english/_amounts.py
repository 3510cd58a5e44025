"""Ways to read the digits of an English number: as an amount, a year, a rank or a code."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
"""The pattern of a whole or decimal number. It has to be put into a group."""
DASH = "[-–—−]"
LONGEST_COMPARED = 15
"""Digits of the longest numbers that are compared with each other. Longer ones are codes."""
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")


def amount(text: str) -> list[str]:
    """A whole or decimal number that counts something, never a year.

    >>> amount("1984")
    ['one', 'thousand', 'nine', 'hundred', 'and', 'eighty', 'four']
    """
    return numerals.number(text)


def span(text: str) -> list[str]:
    """A number, a range of two, or two sides: "10-15", "3x5".

    >>> span("10-15"), span("3x5"), span("2.5")
    (['ten', 'to', 'fifteen'], ['three', 'by', 'five'], ['two', 'point', 'five'])
    """
    ends = re.split("[-–x×]", text)
    if len(ends) != 2:
        return amount(text)
    return [*amount(ends[0]), "by" if re.search("[x×]", text) else "to", *amount(ends[1])]


def plain_number(text: str) -> list[str]:
    """A number by itself. Four digits from 1100 to 2099, without a comma, are a year.

    >>> plain_number("1984"), plain_number("500")
    (['nineteen', 'eighty', 'four'], ['five', 'hundred'])
    """
    return numerals.year(text) if _YEAR.fullmatch(text) else numerals.number(text)


def short_year(text: str) -> list[str]:
    """A year of two digits.

    >>> short_year("05"), short_year("99")
    (['oh', 'five'], ['ninety', 'nine'])
    """
    return ["oh", *digits(text[1])] if text[0] == "0" else numerals.cardinal(text)


def rank(text: str) -> list[str]:
    """A day or another rank. Zeros at its beginning do not count.

    >>> rank("07")
    ['seventh']
    """
    return numerals.ordinal(text.lstrip("0") or "0")


def digits(text: str) -> list[str]:
    """Every digit by itself.

    >>> digits("555-12")
    ['five', 'five', 'five', 'one', 'two']
    """
    return [word for digit in re.findall(r"\d", text) for word in numerals.cardinal(digit)]


def pairs(text: str) -> list[str]:
    """The digits of a code, grouped as people do: "747" is "seven forty seven".

    >>> pairs("747"), pairs("380"), pairs("305")
    (['seven', 'forty', 'seven'], ['three', 'eighty'], ['three', 'oh', 'five'])
    """
    if text.startswith("0") or len(text) > 4:
        return digits(text)
    if len(text) == 4 and text.endswith("00") and text[1] != "0":
        return [*numerals.cardinal(text[:2]), "hundred"]
    if len(text) < 3 or text.endswith("00"):
        return numerals.cardinal(text)
    return [*numerals.cardinal(text[:-2]), *short_year(text[-2:])]


def plural(words: list[str]) -> list[str]:
    """The plural of a number.

    >>> plural(["seven", "forty", "seven"]), plural(["six"]), plural(["twenty"])
    (['seven', 'forty', 'sevens'], ['sixes'], ['twenties'])
    """
    last = words[-1]
    many = last[:-1] + "ies" if last.endswith("y") else last + ("es" if last.endswith("x") else "s")
    return [*words[:-1], many]
