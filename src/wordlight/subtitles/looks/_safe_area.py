"""How much of a frame its viewers see uncovered, and how large type must be there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SQUAREST, WIDEST_SQUARE = 3 / 4, 6 / 5
"""Width by height. Between them lie 1:1 and the 4:5 of feeds; 4:3 is wide, 2:3 upright."""


class Shape(Enum):
    """How a video lies on the screen that shows it."""

    WIDE, SQUARE, UPRIGHT = "wide", "square", "upright"


@dataclass(frozen=True, slots=True)
class SafeArea:
    """Shares that stay empty: ``side`` of the width left and right, ``edge`` of the height."""

    side: float
    edge: float
    shape: Shape


WIDE = SafeArea(0.05, 0.06, Shape.WIDE)
"""Source: EBU R 95, graphics-safe area of 16:9: 5 % of width and height."""
SQUARE = SafeArea(0.06, 0.08, Shape.SQUARE)
"""Shown in feeds: on a phone, corners rounded, a progress bar and a mute button at the bottom."""
UPRIGHT = SafeArea(0.10, 0.18, Shape.UPRIGHT)
"""Shorts, Reels, TikTok: text and a sound bar cover the lowest 320 to 350 of 1,920 pixels, buttons
120 of 1,080 at the right; four fifths of the width are free on all. A phone is read from close by,
and its short side is the line's length."""


def safe_area(width: int, height: int) -> SafeArea:
    """The safe area of a video of that size.

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
