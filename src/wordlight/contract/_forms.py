"""Checks of a text's form.

Each function takes the name of a tensor and its text, and raises if the text has another form.
"""

from __future__ import annotations

from wordlight.contract._limits import read_limits
from wordlight.contract._style import read_style
from wordlight.errors import EmptyText
from wordlight.storage import check_key, parse_place


def not_blank(name: str, text: str) -> None:
    """Accepts a text that has something to say.

    Raises:
        EmptyText: The text is empty or white space.
    """
    if not text.strip():
        raise EmptyText(name)


def limits(name: str, text: str) -> None:
    """Accepts a text that `read_limits` can read."""
    read_limits(text, name)


def style(name: str, text: str) -> None:
    """Accepts a text that `read_style` can read."""
    read_style(text, name)


def destination(name: str, text: str) -> None:
    """Accepts ``s3://bucket/prefix``, made of plain parts.

    Raises:
        InvalidInput: The text has another form.
    """
    place = parse_place(name, text)
    if place.key:
        check_key(name, place.key)


def key(name: str, text: str) -> None:
    """Accepts a key made of plain parts.

    Raises:
        InvalidInput: The text has another form.
    """
    check_key(name, text)
