"""How wide a line will be on screen, without opening a font.

Printable ASCII is measured as in DejaVu Sans, a wide face: a line that fits here fits in most
others. Other scripts are taken for wider than they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._look import LINE_EM, Canvas, Look

_TOLERANCE = 0.02
"""Of the width: how far a line may reach into the margins, so that type seldom changes size."""

# Hundredths of an em. Source: table hmtx of DejaVu Sans and DejaVu Sans Bold 2.37.
_REGULAR = (
    (28, "'ijl"), (30, "IJ ,."), (34, "/:;\\|"), (36, "f-"), (39, "()[]t!"), (41, "r"),
    (48, '"*_`'), (53, "sz?"), (56, "cL"), (59, "Fkvxy"), (62, "PTYaoe"),
    (64, "ESbdghnpqu$0123456789{}"), (69, "KAVBRXZC"), (75, "UHN"), (79, "DG&OQ"),
    (84, "w#+<=>^~"), (86, "M"), (99, "%mW@"),
)  # fmt: skip
_BOLD = (
    (33, "'ijl"), (36, " /IJ\\|"), (39, ",.:;"), (44, "f-"), (48, "!()[]tr"), (52, '_`"*'),
    (59, "?zcs"), (65, "Lvxy"), (68, "akEFTeo"), (71, "$0123456789hnu{}SYbdgpq"),
    (77, "CPZBAKRVX"), (83, "UGDHN"), (86, "#+<=>^~OQ&"), (92, "w"), (103, "%@Mm"), (110, "W"),
)  # fmt: skip
_LOWER_EM, _UPPER_EM = 0.66, 0.80


def _by_character(groups: tuple[tuple[int, str], ...]) -> Mapping[str, float]:
    return {character: width / 100 for width, characters in groups for character in characters}


_ADVANCES_EM = {False: _by_character(_REGULAR), True: _by_character(_BOLD)}


def fitting_size(caption: Caption, look: Look, canvas: Canvas) -> float:
    """The font size at which every line stays inside the margins: the look's, or a smaller one.

    Lines are never wrapped by the player, so a word longer than a line has to be set smaller.
    """
    lines = [display_text(line.text, look) for line in caption.lines]
    widest_em = max(advance_em(line, look.bold) for line in lines)
    room = max(look.room(canvas) - look.spacing * max(map(len, lines)), 1.0)
    needed = widest_em * look.size / LINE_EM
    if needed <= room + _TOLERANCE * canvas.width:
        return look.size
    return max(1.0, int(10 * look.size * room / needed) / 10)


def display_text(text: str, look: Look) -> str:
    """The text as this look writes it."""
    if not look.uppercase:
        return text
    if look.has_dotted_i:
        text = text.replace("i\u0307", "i").replace("i", "İ")
    return text.upper()


@lru_cache(maxsize=8192)  # each format asks for the same lines, two hours of them at most
def advance_em(text: str, bold: bool) -> float:
    """How wide the text is, in em."""
    known = _ADVANCES_EM[bold]
    return sum(known.get(character) or _other_em(character) for character in text)


def _other_em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return LINE_EM  # faces for these scripts fill the line's height
    return _UPPER_EM if character.isupper() else _LOWER_EM
