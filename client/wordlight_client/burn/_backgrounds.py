"""The backgrounds of subtitles, as ffmpeg draws them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from wordlight.errors import InvalidInput
from wordlight_client.burn._aspects import pixel_shapes
from wordlight_client.burn._colours import BT709, TONE_MAPPERS, Colours
from wordlight_client.burn._ffmpeg import has_filters
from wordlight_client.burn._probe import Footage, Size
from wordlight_client.burn._shapes import fit

FRAME_RATE_HZ = 25
"""The frame rate of a film whose background does not move."""
BACKDROP = ("0x24335f", "0x0a0e1c")
"""The usual background's colours, from upper left to lower right: night blue to nearly black."""
GRAIN = 5
"""Strength of the usual background's grain, in 255 steps; the grain hides banding."""
SLOWEST_HZ, FASTEST_HZ = 20, 60
"""A video keeps a frame rate between these. Below, words would light up late. Above, the figure is
usually not a frame rate, but the clock of a recording that has none."""

_TO_YUV = f"format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{BT709}"
"""RGB converted as players convert it back: they guess BT.709 for films of this size."""
_STAND = f"loop=loop=-1:size=1,setpts=N/{FRAME_RATE_HZ}/TB"
"""Repeats one frame: drawing it again and again would take longer than everything else."""
_LOOP_BACK = (
    "-c:v", "rawvideo", "-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "null", "-",
    "-dec", "0:0",
)  # fmt: skip
"""Makes a first film of one size and format, which ffmpeg then reads as ``[dec:0]``.

When a video changes midway, ffmpeg rebuilds its filters, and these lose their state: the time, the
waveform, the sound. With the first film, only filters without state are rebuilt.
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """The arguments for the inputs, and the filters on the first input.

    The filters' output never ends, however short the input is. ``complaints`` name where the
    output is not as it should be.
    """

    inputs: tuple[str, ...]
    filters: str
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The usual background: plain and dark, so that every look can be read on it."""

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        colours = ":".join(f"c{index}={colour}" for index, colour in enumerate(BACKDROP))
        # For a point outside the picture ffmpeg takes a random one.
        corners = f"x0=0:y0=0:x1={size[0] - 1}:y1={size[1] - 1}"
        gradients = f"gradients={_once(size)}:{colours}:{corners}:seed=1"
        return _lavfi(gradients, f"{_TO_YUV},noise=alls={GRAIN}:allf=u,{_STAND}")


@dataclass(frozen=True, slots=True)
class Plain:
    """A background of one colour, ``#RRGGBB``.

    Raises:
        InvalidInput: The colour is not written like that.
    """

    colour: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.colour):
            raise InvalidInput("colour", f"is {self.colour[:40]!r}; it must be like #1B2A4A")

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        return _lavfi(f"color={_once(size)}:c=0x{self.colour[1:]}", f"{_TO_YUV},{_STAND}")


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that fills the film; if its shape differs, it is cut evenly on both sides.

    Transparent parts become black.
    """

    picture: Footage

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        width, height = size
        fill = (
            f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos,"
            f"crop={width}:{height}"
        )
        colours = self.picture.colours
        complaints, in_rgb = _hdr_complaints(colours), f"format=gbrap,{fill}"
        if colours.is_hdr and not complaints:
            in_rgb = f"{colours.to_film(fill, is_tone_mapped=True)},format=gbrap"
        filters = (
            f"color={_once(size)}:c=black,format=gbrp[black];"
            f"[0:V:0]scale=iw*sar:ih,{in_rgb},setsar=1[still];"
            f"[black][still]overlay=format=gbrp,{_TO_YUV},{_STAND}"
        )
        return Layer(("-i", f"file:{self.picture.path.resolve()}"), filters, complaints)


@dataclass(frozen=True, slots=True)
class Moving:
    """A whole video, with bars if its shape differs from the film's; its last frame stays.

    Its frame rate is made steady, so that words also light up between the frames of a screen
    recording. If its size or its pixels' shape, format or colours change midway, they are made
    alike.
    """

    video: Footage

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        width, height = size
        scale, complaints = fit(size, pixel_shapes(self.video)), _hdr_complaints(self.video.colours)
        alike = (
            f"{self.video.colours.to_film(scale, is_tone_mapped=not complaints)},"
            f"pad={width}:{height}:-1:-1:eval=frame,setsar=1"
        )
        inputs = ("-i", f"file:{self.video.path.resolve()}", "-map", "0:V:0", "-vf", alike)
        filters = (
            f"[dec:0]fps={_steady(self.video.rate_hz)}:start_time=0,tpad=stop=-1:stop_mode=clone"
        )
        return Layer((*inputs, *_LOOP_BACK), filters, complaints)


Background = Backdrop | Plain | Still | Moving


def _steady(rate_hz: Fraction) -> Fraction:
    """The frame rate of the film that is made from a video with this rate.

    >>> _steady(Fraction(24000, 1001)), _steady(Fraction(10)), _steady(Fraction(1000))
    (Fraction(24000, 1001), Fraction(30, 1), Fraction(60, 1))
    """
    if rate_hz < 1:
        return Fraction(FRAME_RATE_HZ)
    if rate_hz < SLOWEST_HZ:
        return math.ceil(FRAME_RATE_HZ / rate_hz) * rate_hz
    return min(rate_hz, Fraction(FASTEST_HZ))


def _hdr_complaints(colours: Colours) -> tuple[str, ...]:
    """The complaint about HDR; empty if the picture is SDR or can be converted to it."""
    if not colours.is_hdr or has_filters(*TONE_MAPPERS):
        return ()
    return (
        "the picture is HDR and this ffmpeg cannot make it SDR (it has no "
        f"{' or no '.join(TONE_MAPPERS)}): colours look washed out on many screens, and the "
        "subtitles too bright on an HDR one",
    )


def _once(size: Size) -> str:
    """The options of a source that draws a single frame."""
    return f"size={size[0]}x{size[1]}:rate={FRAME_RATE_HZ}:duration={1 / FRAME_RATE_HZ}"


def _lavfi(source: str, filters: str) -> Layer:
    return Layer(("-f", "lavfi", "-i", source), f"[0:v]{filters}")
