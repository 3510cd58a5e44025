"""The shape of a video's pixels, read from its headers without decoding a picture.

Broadcasts switch between 4:3 and 16:9 by changing that shape, while the picture keeps its size.
ffmpeg's filters know only the first shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from wordlight_client.burn._ffmpeg import ask
from wordlight_client.burn._probe import Footage

ONE_SHAPE = ("matroska", "mov")
"""Containers with one shape for all pictures, whatever the headers inside them state."""
HEADERS = {"h264": 7, "hevc": 33, "mpeg2video": 0xB3}
"""The type of the unit that states the shape, for each codec."""
NAMED = [
    Fraction(*shape)
    for shape in (
        (1, 1), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11),
        (80, 33), (18, 11), (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
    )
]  # fmt: skip
"""Shapes by their ``aspect_ratio_idc``; 0 means unspecified. (Source: ITU-T H.273, table 5)"""
SCREENS = {2: Fraction(4, 3), 3: Fraction(16, 9), 4: Fraction(221, 100)}
"""Shapes of the picture by ``aspect_ratio_information``. (Source: ITU-T H.262, table 6-3)"""

_LINE = re.compile(
    r"\[trace_headers @ \w+\] (?:Packet: .* pts (-?\d+),|"
    r"\d+ +(aspect_ratio_\w+|sar_(?:width|height)|(?:horizontal|vertical)_size_value) .* = (\d+))"
)


@dataclass(frozen=True, slots=True)
class PixelShape:
    """A pixel's width divided by its height, from ``start_s`` of the video on."""

    start_s: float
    aspect: Fraction


def pixel_shapes(footage: Footage) -> list[PixelShape]:
    """The shapes of a video's pixels in order; empty if there is only one, or none is found."""
    unit = HEADERS.get(footage.codec)
    if unit is None or footage.container.startswith(ONE_SHAPE):
        return []
    log = ask(
        "-i", f"file:{footage.path}", "-map", "0:V:0", "-c", "copy",
        "-bsf:v", f"filter_units=pass_types={unit},trace_headers", "-f", "null", "-",
    ).stderr.decode(errors="replace")  # fmt: skip
    shapes: list[PixelShape] = []
    for pts, header in _headers(log):
        aspect = _aspect(header)
        if not shapes or shapes[-1].aspect != aspect:
            shapes.append(PixelShape(float(pts * footage.tick_s), aspect))
    return shapes if len(shapes) > 1 else []


def _headers(log: str) -> Iterator[tuple[int, dict[str, int]]]:
    """The time of each header, in ticks, and its fields that state a shape."""
    pts, header = None, dict[str, int]()
    for found in _LINE.finditer(log):
        if found[1] is None:
            header[found[2]] = int(found[3])
            continue
        if pts is not None and header:
            yield pts, header
        pts, header = int(found[1]), {}
    if pts is not None and header:
        yield pts, header


def _aspect(header: dict[str, int]) -> Fraction:
    """The shape of pixels by a header; square if the header names none.

    >>> _aspect({"aspect_ratio_idc": 255, "sar_width": 64, "sar_height": 45})
    Fraction(64, 45)
    >>> _aspect({"horizontal_size_value": 720, "vertical_size_value": 576,
    ...          "aspect_ratio_information": 2})
    Fraction(16, 15)
    """
    if header.get("sar_width") and header.get("sar_height"):
        return Fraction(header["sar_width"], header["sar_height"])
    if screen := SCREENS.get(header.get("aspect_ratio_information", 0)):
        return screen * header["vertical_size_value"] / header["horizontal_size_value"]
    code = header.get("aspect_ratio_idc", 0)
    return NAMED[code] if code < len(NAMED) else Fraction(1)
