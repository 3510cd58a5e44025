"""Gives each of several speakers a colour of their own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from wordlight.contract import Colour
from wordlight.subtitles.looks._composing import PLAIN
from wordlight.subtitles.looks._presets import PRESET_OF

CAST = ("#FFD54A", "#5CC8FF", "#7BEA9A", "#FF9BD2", "#FF9F5A", "#C9B0FF")
"""Text colours that the speakers get in turn. All are light enough to read on black."""
CAST_BOXES = ("#0B7A75", "#B4236B", "#1D5FD1", "#A24A00", "#3F6212", "#7C2BEF")
"""Colours for the box behind the spoken word. All are dark enough for white letters."""
MOST_STYLES = 50
"""The most speakers who get a style automatically. A request can style more."""
NEAR = 130
"""Two colours look alike if their red, green and blue values differ by at most this sum."""


def cast_style(
    style: Mapping[str, Any], speakers: Sequence[str], preset: str, karaoke: str
) -> Mapping[str, Any]:
    """The style with a colour for each of several speakers, in turn.

    The first speaker keeps the preset's colour. If a box marks the spoken word, the box gets the
    colours; otherwise the sung text gets them. Fields that ``style`` sets for a speaker are kept.
    If ``style`` sets the colour for all speakers, no speaker gets another one.

    >>> cast_style({}, ["Anna", "Ben"], "classic", "kf")["speakers"]["Anna"]["primary"]
    Colour(red=255, green=213, blue=74, opacity=255)
    """
    if len(speakers) < 2:
        return style
    look = PRESET_OF[preset]
    field, palette, usual = "primary", CAST, PLAIN if karaoke == "none" else look.primary
    if Colour.of(look.word_box).opacity and karaoke != "none":
        field, palette, usual = "word_box", CAST_BOXES, look.word_box
    first = Colour.of(usual)
    apart = [colour for colour in map(Colour.of, palette) if _distance(colour, first) > NEAR]
    colours = itertools.cycle([first, *apart])
    own = style.get("speakers", {})
    coloured = {
        speaker: ({} if field in style else {field: colour}) | own.get(speaker, {})
        for speaker, colour in zip(speakers[:MOST_STYLES], colours, strict=False)
    }
    return {**style, "speakers": own | coloured}


def _distance(one: Colour, other: Colour) -> int:
    return abs(one.red - other.red) + abs(one.green - other.green) + abs(one.blue - other.blue)
