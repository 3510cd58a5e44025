"""English powers, roots and formulas in one piece: "10²", "6.02×10^23", "2+2=4"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import NUMBER, amount
from wordlight.reading.english._forms import form
from wordlight.reading.english._tables_symbols import GREEK, OPERATORS, SHORT_POWERS

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_AS_FIGURES = str.maketrans(_SUPERSCRIPTS, "0123456789-")
_TERM = r"-?(?:\d+(?:\.\d+)?|\.\d+|[A-Za-z])[²³]?"
_FORMULA = rf"(?=.*[+=×÷<>≤≥≈±*]){_TERM}(?:[-+=×*÷<>≤≥−–/≈±]{_TERM})+"
_SYMBOL = re.compile(r"\d+(?:\.\d+)?|\.\d+|[A-Za-z]|[²³]|[^\w\s]")


def _root(match: re.Match[str]) -> list[str]:
    return ["square", "root", "of", *amount(match["n"])]


def _power(match: re.Match[str]) -> list[str]:
    base = match["base"]
    power = (match["power"] or match["raised"]).translate(_AS_FIGURES)
    said = amount(base) if base[0].isdecimal() else [base.upper()]
    return [*said, *([SHORT_POWERS[power]] if power in SHORT_POWERS else _exponent(power))]


def _times_ten(match: re.Match[str]) -> list[str]:
    power = (match["power"] or match["raised"]).translate(_AS_FIGURES)
    return [*amount(match["n"]), "times", "ten", *_exponent(power.lstrip("+"))]


def _exponential(match: re.Match[str]) -> list[str]:
    return [*amount(match["n"]), "times", "ten", *_exponent(match["power"].lstrip("+"))]


def _exponent(text: str) -> list[str]:
    """The words for an exponent: "to the ninth", "to the minus six", "to the N"."""
    minus, number = ["minus"] if text.startswith("-") else [], text.lstrip("+-")
    if not number.isdecimal():
        return ["to", "the", *(letter for letter in number.upper() if letter.isalnum())]
    return [
        "to",
        "the",
        *minus,
        *(numerals.cardinal(number) if minus else numerals.ordinal(number)),
    ]


def _formula(match: re.Match[str]) -> list[str]:
    said: list[str] = []
    for symbol in _SYMBOL.findall(match[0]):
        if symbol[-1].isdecimal():
            said += numerals.number(symbol)
        elif symbol.isalpha():
            said.append(symbol.upper())
        else:
            said += (SHORT_POWERS.get(symbol) or OPERATORS.get(symbol, "")).split()
    return said


def _letters_raised(match: re.Match[str]) -> list[str]:
    """Letters, of which the last one has an exponent: "mc²", "λ²"."""
    names = [GREEK.get(letter.lower(), letter.upper()) for letter in match["names"]]
    return [*names, SHORT_POWERS[match["raised"]]]


POWERS = (
    form(r"√(?P<n>\d+)", _root),
    form(
        rf"(?P<n>{NUMBER})[x×*·]10(?:\^(?P<power>[-+]?\d+)|(?P<raised>[{_SUPERSCRIPTS}]+))",
        _times_ten,
    ),
    form(r"(?P<n>\d+(?:\.\d+)?)[eE](?P<power>[-+]?\d+)", _exponential),
    form(
        r"(?P<base>\d+(?:\.\d+)?|[A-Za-z])"
        rf"(?:\^(?P<power>[-+]?\w+)|(?P<raised>[{_SUPERSCRIPTS}]+))",
        _power,
    ),
)
"""The forms of powers and roots of numbers."""
FORMULA = form(_FORMULA, _formula)
LETTERS_RAISED = form(r"(?P<names>[a-zA-Zα-ωΑ-Ω]{1,4})(?P<raised>[²³])", _letters_raised)
