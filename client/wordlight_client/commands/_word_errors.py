"""The word error rate of a transcript against its script, regardless of spelling."""

from __future__ import annotations

import re
import unicodedata

import jiwer
from num2words import num2words

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?\b", re.IGNORECASE)
_MONEY = re.compile(r"([$€£])\s?(\d[\d,]*(?:\.\d+)?)")
_APOSTROPHES = re.compile("['’ʼ]")
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds"}
_SYMBOLS = {"%": " percent ", "&": " and "}


def word_error_rate(written: str, transcribed: str) -> float:
    """Substitutions, insertions and deletions per written word; numbers are compared as words.

    >>> word_error_rate("It's 12 o'clock.", "its twelve oclock")
    0.0
    >>> word_error_rate("one two three four", "one too three four")
    0.25
    """
    return float(jiwer.wer(spoken_form(written), spoken_form(transcribed)))


def spoken_form(text: str) -> str:
    """The text as lower-case words without punctuation; numbers are written as they are said.

    >>> spoken_form("On the 2nd she paid $12 — 50% of 1,024!")
    'on the second she paid twelve dollars fifty percent of one thousand and twenty four'
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _MONEY.sub(lambda m: f"{m[2]} {_UNITS[m[1]]}", plain)
    for symbol, name in _SYMBOLS.items():
        plain = plain.replace(symbol, name)
    plain = _NUMBER.sub(lambda m: f" {_number(m[0])} ", plain)
    plain = _APOSTROPHES.sub("", plain)
    return " ".join(re.findall(r"\w+", plain))


def _number(digits: str) -> str:
    plain = digits.replace(",", "")
    if plain[-1].isdigit():
        return str(num2words(float(plain) if "." in plain else int(plain)))
    whole = plain[:-2]
    return str(num2words(int(whole), to="ordinal")) if whole.isdigit() else whole
