"""Fits a video's pictures, whose shape may change midway, into the film."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wordlight_client.burn._aspects import PixelShape
from wordlight_client.burn._probe import Size

SLACK = 2
"""Pixels: a picture that would leave a bar no wider than this is stretched over it."""
GROWTH = 1.05
"""A picture whose area is larger than the film's by this factor loses detail in the film."""
_EARLY_S = 0.0005
"""A shape begins so much earlier, so that a picture at its time has it despite rounding."""

_FITTED = re.compile(r"\[scale@fit @ \w+\] \[verbose\] w:(\d+) h:(\d+) fmt:.* sar:(\d+)/(\d+) -> ")


def fit(size: Size, shapes: Sequence[PixelShape] = ()) -> str:
    """Filters that make each picture, whatever its shape, as large as fits into that size.

    A picture with an odd side loses its last row or column, because H.264 needs even sides.
    ``shapes`` are the shapes of pixels, if ffmpeg does not notice by itself that they change.
    """
    width, height = size
    pixel = _aspect_at(shapes)
    wide = _side(f"{height}*iw*({pixel})/ih", width)
    high = _side(f"{width}*ih/(iw*({pixel}))", height)
    even_wide, even_high = (f"max(min({side},2),trunc({side}/2)*2)" for side in ("iw", "ih"))
    return (
        f"crop=w='if(eq(sar,1),{even_wide},iw)':h='{even_high}':exact=1,"
        f"scale@fit=w='{wide}':h='{high}':eval=frame:flags=lanczos"
    )


def _side(length: str, most: int) -> str:
    return f"if(lt({length},{most - SLACK}),max(2,trunc(({length})/2)*2),{most})"


def _aspect_at(shapes: Sequence[PixelShape]) -> str:
    """An expression for a pixel's shape at the time ``t``; ``sar`` is the shape known to ffmpeg."""
    if len(shapes) < 2:
        return "sar"
    first, *later = shapes
    terms = [str(first.aspect)]
    for before, after in zip(shapes, later, strict=False):
        step = after.aspect - before.aspect
        terms.append(f"({step})*gte(t,{after.start_s - _EARLY_S:.6f})")
    return "+".join(terms)


class Growth:
    """Finds in ffmpeg's log whether the video's pictures grow larger than a film of that size."""

    def __init__(self, film: Size) -> None:
        self._film = self._largest = film

    def read(self, line: str) -> None:
        """Takes in one line of the log."""
        if found := _FITTED.search(line):
            width, height, across, down = (int(number) for number in found.groups())
            aspect = across / down if across and down else 1.0
            self._largest = max(self._largest, (round(width * aspect), height), key=_area)

    def sentences(self) -> list[str]:
        """The complaint, if there is one."""
        if _area(self._largest) <= GROWTH * _area(self._film):
            return []
        large, film = (f"{width}x{height}" for width, height in (self._largest, self._film))
        return [
            f"the video's picture grows to {large} midway and is made smaller for a film of "
            f"{film}; a larger --size keeps its detail"
        ]


def _area(size: Size) -> int:
    return size[0] * size[1]
