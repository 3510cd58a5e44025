"""Forms of texts beyond their length: functions (tensor's name, text) that refuse any other."""

from __future__ import annotations

from wordlight.contract._limits import read_limits
from wordlight.contract._style import read_style
from wordlight.errors import EmptyText
from wordlight.storage import check_key, parse_place


def not_blank(name: str, text: str) -> None:
    """A text to say.

    Raises:
        EmptyText: It is white space.
    """
    if not text.strip():
        raise EmptyText(name)


def limits(name: str, text: str) -> None:
    """What `read_limits` reads."""
    read_limits(text, name)


def style(name: str, text: str) -> None:
    """What `read_style` reads."""
    read_style(text, name)


def destination(name: str, text: str) -> None:
    """``s3://bucket/prefix``, of plain parts.

    Raises:
        InvalidInput: Something else.
    """
    place = parse_place(name, text)
    if place.key:
        check_key(name, place.key)


def key(name: str, text: str) -> None:
    """A key of plain parts.

    Raises:
        InvalidInput: Something else.
    """
    check_key(name, text)
