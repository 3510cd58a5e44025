"""The part of a frame that no player control covers, for each shape of video."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SQUAREST, WIDEST_SQUARE = 3 / 4, 6 / 5
"""Ratios of width to height. Between the two a video is square, such as 1:1 and the 4:5 of feeds;
4:3 is wide, and 2:3 is upright."""


class Shape(Enum):
    """The shape of a video."""

    WIDE, SQUARE, UPRIGHT = "wide", "square", "upright"


@dataclass(frozen=True, slots=True)
class SafeArea:
    """Margins without text: ``side`` is a share of the width, ``edge`` is a share of the height."""

    side: float
    edge: float
    shape: Shape


WIDE = SafeArea(0.05, 0.06, Shape.WIDE)
"""Source: EBU R 95, graphics-safe area of 16:9: 5 % of width and height."""
SQUARE = SafeArea(0.06, 0.08, Shape.SQUARE)
"""For feeds on a phone, which round the corners and put a progress bar and a mute button at the
bottom."""
UPRIGHT = SafeArea(0.10, 0.18, Shape.UPRIGHT)
"""For Shorts, Reels and TikTok. Text and a sound bar cover the lowest 320 to 350 of 1,920 pixels,
and buttons cover 120 of 1,080 pixels on the right. Four fifths of the width are free on all three.
A phone is read from nearby, and its short side limits the line."""


def safe_area(width: int, height: int) -> SafeArea:
    """The safe area of a video of this size.

    >>> [safe_area(*size).side for size in ((1920, 1080), (1080, 1080), (1080, 1920))]
    [0.05, 0.06, 0.1]
    """
    ratio = width / height
    if ratio > WIDEST_SQUARE:
        return WIDE
    return SQUARE if ratio >= SQUAREST else UPRIGHT


def shape_of(width: int, height: int) -> str:
    """The name of a video's shape: wide, square or upright.

    >>> shape_of(1080, 1350)
    'square'
    """
    return safe_area(width, height).shape.value
