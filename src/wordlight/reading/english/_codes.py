"""What is said for an English piece that mixes letters, digits and marks, whatever is beside it."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import digits, pairs, plain_number
from wordlight.reading.english._code_parts import capitals_or_word, read_parts
from wordlight.reading.english._forms import Form, form, read_form
from wordlight.reading.english._forms_powers import FORMULA, LETTERS_RAISED
from wordlight.reading.english._letters import letters, plain
from wordlight.reading.english._numbers import read_number
from wordlight.reading.english._tables_calendar import DAYS, MONTH_NAMES, MONTHS
from wordlight.reading.english._tables_symbols import KEYS, READ_ANYWHERE
from wordlight.reading.english._units import unit
from wordlight.reading.english._web import ADDRESS, FILE

_NAMES = {
    **DAYS,
    **MONTHS,
    **{name: name for name in (*DAYS.values(), *MONTH_NAMES)},
}
_KEY = "Ctrl|Alt|Shift|Cmd|Command|Control|Option|Win|Fn"
_MONTH_AND_NUMBERS = re.compile(r"[A-Za-z]{2,}-\d{1,2}(?:-\d+)?")
_WORD = r"[^\W\d_]+"


def read_code(text: str) -> list[str] | None:
    """What is said for such a piece; None if it has none of the known forms.

    >>> read_code("B-52"), read_code("COVID-19"), read_code("2+2=4")
    (['B', 'fifty', 'two'], ['covid', 'nineteen'], ['two', 'plus', 'two', 'equals', 'four'])
    """
    is_date = _MONTH_AND_NUMBERS.fullmatch(text) and text[:3].lower() in MONTHS
    return None if is_date else read_form(_FORMS, text)  # the grammars know dates better


def _keys(match: re.Match[str]) -> list[str]:
    """Keys to press together: "Ctrl+C"."""
    names = [KEYS.get(key.lower(), key.lower()) for key in match[0].split("+")]
    return [name.upper() if len(name) == 1 and name.isalpha() else name for name in names]


def _tone(match: re.Match[str]) -> list[str]:
    return [match[0][0], "flat" if match[0][1] == "♭" else "sharp"]


def _release(match: re.Match[str]) -> list[str]:
    """A name with the number of its version: "GPT4.5"."""
    return [*capitals_or_word(match["name"]), *numerals.number(match["n"])]


def _unit_alone(match: re.Match[str]) -> list[str] | None:
    return unit(match[0], "2")


def _hash(match: re.Match[str]) -> list[str]:
    """A number after a hash: "#5", "#A12"."""
    return ["number", *(read_number(match["rest"]) or read_parts(match["rest"]))]


def _handle(match: re.Match[str]) -> list[str]:
    """Somebody's handle, or a hashtag: "@wordlight", "#throwbackThursday"."""
    return ["at" if match[0][0] == "@" else "hashtag", *read_parts(match["rest"])]


def _days(match: re.Match[str]) -> list[str] | None:
    """A range of days or months: "Mon-Fri", "Jan.–March"."""
    a, b = match["a"].lower(), match["b"].lower()
    return [_NAMES[a], "to", _NAMES[b]] if a in _NAMES and b in _NAMES else None


def _prefixed(match: re.Match[str]) -> list[str]:
    """A word before a number: "mid-1990s", "COVID-19", "post-9/11"."""
    rest = match["rest"]
    tail = None if re.fullmatch(r"\d+[A-Z]", rest) else read_number(rest)
    if tail is None:
        tail = READ_ANYWHERE[rest].split() if rest in READ_ANYWHERE else read_parts(rest)
    return [*capitals_or_word(match["head"]), *tail]


def _free_call(match: re.Match[str]) -> list[str]:
    """A free telephone number: "1-800-FLOWERS"."""
    said = ["one", *pairs(match["prefix"])]
    for part in match["rest"].split("-"):
        said += digits(part) if part.isdecimal() else [part.lower()]
    return said


def _quarter(match: re.Match[str]) -> list[str]:
    """A quarter of a year: "1Q", "3Q24", "4Q2024"."""
    said, year = ["the", *numerals.ordinal(match["n"]), "quarter"], match["year"]
    if not year:
        return said
    return [*said, "of", *(plain_number(year) if len(year) == 4 else numerals.cardinal(year))]


def _mixed(match: re.Match[str]) -> list[str]:
    """Letters and digits: "B-52", "MP3"."""
    return read_parts(match[0])


def _hyphened(match: re.Match[str]) -> list[str] | None:
    """Parts with hyphens between, each read by itself: "2-for-$5"."""
    said: list[str] = []
    for part in filter(None, re.split("[-–]", match[0])):
        known = _between_hyphens(part)
        if known is None:
            return None
        said += known
    return said


def _between_hyphens(part: str) -> list[str] | None:
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]?", part):
        return letters(part)
    if part.isalpha():
        return letters(part) if len(part) == 1 and part not in "aI" else plain(part)
    return read_number(part) or read_code(part)


def _alternatives(match: re.Match[str]) -> list[str] | None:
    """Alternatives, of which the slash is said too: "A/B", "his/her"."""
    parts = match[0].split("/")
    if any(part[0].isdecimal() for part in parts):
        return None
    said: list[str] = []
    for part in parts:
        said += [
            *(["slash"] if said else []),
            *(letters(part) if len(part) == 1 else read_parts(part)),
        ]
    return said


def _partners(match: re.Match[str]) -> list[str]:
    """Names or letters with "&" between: "R&D", "Marks&Spencer"."""
    said: list[str] = []
    for part in match[0].split("&"):
        is_short = part.isupper() and len(part) < 4
        said += [*(["and"] if said else []), *(letters(part) if is_short else plain(part))]
    return said


def _link(match: re.Match[str]) -> list[str] | None:
    """The last word of a link in Markdown. The link's target is not said."""
    return plain(match["text"]) if match["text"].isalpha() else read_number(match["text"]) or []


_FORMS: tuple[Form, ...] = (
    form(r"(?P<text>[^\]]*)\]\([^\s]*", _link),
    form(rf"(?:{_KEY})(?:\+\w+)+", _keys, any_case=True),
    form(r"[A-G][♭♯]", _tone),
    form(r"(?P<name>[A-Za-z]+)(?P<n>\d+\.\d+)", _release),
    LETTERS_RAISED,
    form(r"m/s|km/h|km/s|m/s²|ft/s|g/mol|mg/dL|kg/m³", _unit_alone, any_case=True),
    FORMULA,
    ADDRESS,
    form(r"#(?P<rest>[A-Z]{0,3}-?\d[\w-]*)", _hash),
    form(r"[#@](?P<rest>[^\W_][\w.]*)", _handle),
    form(r"(?P<a>[A-Z][a-z]+)\.?[-–](?P<b>[A-Z][a-z]+)\.?", _days),
    form(r"(?P<head>[^\W\d_]{2,})[-–/](?P<rest>(?:the-)?['’]?\d.*)", _prefixed),
    FILE,
    form(r"1-(?P<prefix>8\d\d)-(?P<rest>[A-Z0-9]+(?:-[A-Z0-9]+)*)", _free_call),
    form(r"(?P<n>[1-4])Q(?P<year>(?:\d\d){0,2})", _quarter),
    form(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]+(?:[-–][A-Za-z0-9]+)*", _mixed),
    form(r"(?=.*[\d.])(?!\d+(?:[-–]\d+)*$)-*[^-].*-.*[^-]-*", _hyphened),
    form(r"[^\W_]+(?:['’]\w+)?(?:/[^\W_]+(?:['’]\w+)?)+", _alternatives),
    form(rf"{_WORD}(?:&{_WORD})+", _partners),
)
"""The forms of codes. A piece is read by the first form that can."""
