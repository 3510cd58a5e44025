"""Decides whether a reading is right, by the rule of tables such as tests/data/readings.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CHOICE = re.compile(r"\{([^}]*)\}")
_PARTS = re.compile(r"[-–—_/]")
_MARKS = re.compile(r"[^\w\s]|_")
_BRITISH = re.compile(r"(met|lit)re(?=s?$)")


class Case(NamedTuple):
    """A written form, and what a reader says for it; ``{a|b}`` are alternatives."""

    written: str
    said: str


def read_cases(path: Path) -> list[Case]:
    """The cases of a table: written form, tab, spoken form. Lines with ``#`` are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Case(*line.split("\t")) for line in lines if "\t" in line and not line.startswith("#")]


def is_right(said: str, wanted: str) -> bool:
    """Whether a reading agrees with what a reader says.

    Case, punctuation, hyphens, spaces and "and" do not count. "oh" and "o" equal "zero", and
    "metre" equals "meter".

    >>> is_right("two hundred and five", "two hundred {oh five|five}")
    True
    >>> is_right("two oh five", "{two zero|twenty} five"), is_right("two five", "two fifty")
    (True, False)
    """
    plain = "".join(_words(said))
    return re.fullmatch("".join(_patterns(wanted)), plain) is not None


def _patterns(wanted: str) -> Iterator[str]:
    """A regular expression for each part. Every second part has the alternatives."""
    for index, part in enumerate(_CHOICE.split(wanted)):
        choices = part.split("|") if index % 2 else [part]
        yield "(?:" + "|".join(re.escape("".join(_words(choice))) for choice in choices) + ")"


def _words(text: str) -> Iterator[str]:
    lowered = re.sub("['’ʼ]", "", text.lower())
    for word in _MARKS.sub(" ", _PARTS.sub(" ", lowered)).split():
        if word != "and":
            yield "zero" if word in ("oh", "o") else _BRITISH.sub(r"\1er", word)
