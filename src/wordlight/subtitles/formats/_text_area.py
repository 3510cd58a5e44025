"""Where text may stand, as shares of the video: what formats without pixels ask for."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles.looks import Canvas, Look

MOST_PERCENT = 45.0
"""Of a side, the most that a margin takes: something is left to write on."""


@dataclass(frozen=True, slots=True)
class Area:
    """Edges in percent of the video's width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def text_area(look: Look, canvas: Canvas) -> Area:
    """The video less the look's margins; the vertical one counts above as it does below.

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
