"""A look for each of several speakers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from wordlight.contract import Colour
from wordlight.subtitles.looks._composing import PLAIN
from wordlight.subtitles.looks._presets import PRESET_OF

CAST = ("#FFD54A", "#5CC8FF", "#7BEA9A", "#FF9BD2", "#FF9F5A", "#C9B0FF")
"""Colours that speakers take in turn, each of them light enough to be read on black."""
CAST_BOXES = ("#0B7A75", "#B4236B", "#1D5FD1", "#A24A00", "#3F6212", "#7C2BEF")
"""The same for the boxes that mark words, each of them dark enough for white letters."""
MOST_STYLES = 50
"""Speakers with a style of their own, unless a request gives them one."""
NEAR = 130
"""Sum of the differences in red, green and blue, of which two colours look alike."""


def cast_style(
    style: Mapping[str, Any], speakers: Sequence[str], preset: str, karaoke: str
) -> Mapping[str, Any]:
    """The style with fields for each of several speakers: colours of their own, in turn.

    The first one has the preset's. Where a box marks the word that is spoken, the colours are the
    box's; else those of sung words. What ``style`` says of a speaker stays; where it has a colour
    for all, nobody gets another.

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
