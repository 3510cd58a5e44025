"""The area of the video for text, in percent, for formats that do not use pixels."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles.looks import Canvas, Look

MOST_PERCENT = 45.0
"""The largest margin, so that some room for text remains."""


@dataclass(frozen=True, slots=True)
class Area:
    """The edges of an area, from the upper left corner, in percent of the width and height."""

    left: float
    top: float
    right: float
    bottom: float


def text_area(look: Look, canvas: Canvas) -> Area:
    """The video without the look's margins; the vertical margin applies above and below.

    >>> from wordlight.subtitles import compose_look
    >>> text_area(compose_look(), Canvas(1920, 1080))
    Area(left=5.0, top=6.02, right=95.0, bottom=93.98)
    """

    def percent(margin: float, side: int) -> float:
        return round(min(100 * margin / side, MOST_PERCENT), 2)

    vertical = percent(look.margin_v, canvas.height)
    right = percent(look.margin_r, canvas.width)
    return Area(
        left=percent(look.margin_l, canvas.width),
        top=vertical,
        right=round(100 - right, 2),
        bottom=round(100 - vertical, 2),
    )
