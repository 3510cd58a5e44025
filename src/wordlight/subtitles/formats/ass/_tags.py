r"""ASS override tags as text: ``{\an5\pos(960,540)}``."""

from __future__ import annotations

from wordlight.contract import Colour

HIDDEN = r"\alpha&HFF&"
"""Makes text fully transparent."""


def block(tags: str) -> str:
    r"""The tags in braces; nothing without tags.

    >>> block(r"\k12"), block("")
    ('{\\k12}', '')
    """
    return f"{{{tags}}}" if tags else ""


def number(value: float, digits: int = 1) -> str:
    """The shortest text of a number.

    >>> number(12.0), number(3.14159, 2)
    ('12', '3.14')
    """
    text = repr(round(value, digits))
    return text.removesuffix(".0")


def fill(colour: Colour) -> str:
    r"""The tag for the colour of letters or of a drawing, without opacity.

    >>> fill(Colour.of("#FF8000"))
    '\\1c&H0080FF&'
    """
    return rf"\1c&H{colour.blue:02X}{colour.green:02X}{colour.red:02X}&"


def border(colour: Colour) -> str:
    """The tags for the colour and transparency of an outline."""
    digits = f"{colour.blue:02X}{colour.green:02X}{colour.red:02X}"
    return rf"\3c&H{digits}&\3a&H{255 - colour.opacity:02X}&"


def seen_through(colour: Colour) -> str:
    """The tag for the transparency of the fill."""
    return rf"\1a&H{255 - colour.opacity:02X}&"


def position(x: float, y: float) -> str:
    """The tag for the position of the event's anchor, in pixels of the video."""
    return rf"\pos({number(x)},{number(y)})"
