"""What lies behind the subtitles, as ffmpeg draws it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wordlight.errors import InvalidInput
from wordlight_client._probe import Footage, Size, even

FRAME_RATE_HZ = 25
"""Of a film whose background does not move."""
BACKDROP = ("0x24335f", "0x0a0e1c")
"""The usual background's colours, upper left to lower right: night blue into nearly black."""
GRAIN = 5
"""Strength of its grain, of 255 steps; it hides banding."""
SLOWEST_HZ, FASTEST_HZ = 20, 60
"""Frame rates that a video keeps. Below, words would light up late; above, the rate is as a rule
no rate at all but the clock of a recording without one."""

_STEADY_RATE = (
    f"if(gt(source_fps,{FASTEST_HZ}),{FASTEST_HZ},if(lt(source_fps,1),{FRAME_RATE_HZ},"
    f"if(lt(source_fps,{SLOWEST_HZ}),ceil({FRAME_RATE_HZ}/source_fps)*source_fps,source_fps)))"
)
_TO_YUV = (
    "format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)
"""RGB as players take it back: they guess BT.709 for films of this size."""
_STAND = f"loop=loop=-1:size=1,setpts=N/{FRAME_RATE_HZ}/TB"
"""One frame, repeated: drawing it anew takes longer than all the rest."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The arguments that bring the inputs, and the filters on the first of them.

    What comes out never ends, whatever goes in.
    """

    inputs: tuple[str, ...]
    filters: str


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Plain and dark, so that every look can be read on it."""

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        colours = ":".join(f"c{index}={colour}" for index, colour in enumerate(BACKDROP))
        # A point outside the picture would be one at random.
        corners = f"x0=0:y0=0:x1={size[0] - 1}:y1={size[1] - 1}"
        gradients = f"gradients={_once(size)}:{colours}:{corners}:seed=1"
        return _lavfi(gradients, f"{_TO_YUV},noise=alls={GRAIN}:allf=u,{_STAND}")


@dataclass(frozen=True, slots=True)
class Plain:
    """One colour, ``#RRGGBB``.

    Raises:
        InvalidInput: It is something else.
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
    """A picture that fills the film, cut evenly where its shape is another.

    What is transparent in it becomes black.
    """

    picture: Footage

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        width, height = size
        fill = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos"
        filters = (
            f"color={_once(size)}:c=black,format=gbrp[black];"
            f"[0:V:0]scale=iw*sar:ih,format=gbrap,{fill},crop={width}:{height},setsar=1[still];"
            f"[black][still]overlay=format=gbrp,{_TO_YUV},{_STAND}"
        )
        return Layer(("-i", f"file:{self.picture.path.resolve()}"), filters)


@dataclass(frozen=True, slots=True)
class Moving:
    """A video, whole, with bars where its shape is another; its last frame stays.

    Its frame rate becomes steady: words light up between the frames of a screen recording too.
    """

    video: Footage

    def layer(self, size: Size) -> Layer:
        """The layer for a film of this size."""
        width, height = size
        fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=lanczos"
        if even(self.video.size) == size:
            fit = f"crop={width}:{height}"
        filters = (
            f"fps='{_STEADY_RATE}':start_time=0,scale=iw*sar:ih,{fit},"
            f"pad={width}:{height}:-1:-1,setsar=1,format=yuv420p,tpad=stop=-1:stop_mode=clone"
        )
        return Layer(("-i", f"file:{self.video.path.resolve()}"), f"[0:V:0]{filters}")


Background = Backdrop | Plain | Still | Moving


def _once(size: Size) -> str:
    """Options of a source that draws a single frame."""
    return f"size={size[0]}x{size[1]}:rate={FRAME_RATE_HZ}:duration={1 / FRAME_RATE_HZ}"


def _lavfi(source: str, filters: str) -> Layer:
    return Layer(("-f", "lavfi", "-i", source), f"[0:v]{filters}")
