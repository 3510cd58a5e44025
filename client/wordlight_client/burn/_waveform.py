"""The sound drawn as bars behind the words; the bars light up as it plays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight_client.burn._backgrounds import FRAME_RATE_HZ
from wordlight_client.burn._probe import LOUDNESS_HZ, Size

SPAN, HEIGHT = 0.86, 0.36
"""Width of the whole row, as a share of the film's width, and height of the tallest bar, as a share
of the film's shorter side."""
MIDDLE, MIDDLE_PORTRAIT = 0.44, 0.40
"""Where the middle of the bars is, as a share of the film's height from the top: clear of captions
at the bottom."""
PITCH, FILL = 1 / 72, 0.6
"""Distance from one bar to the next, as a share of the film's shorter side, and the share of that
distance that the bar fills."""
BAR_S = 0.2
"""Most seconds that one bar stands for: about a syllable."""
LIT, UNLIT, HALO = 0.95, 0.4, 0.5
"""Opacities of lit bars, of unlit bars, and of the dark halo that sets bars off from a bright
picture."""
SOFTNESS = 0.7
"""Exponent of the loudness, so that quiet syllables are visible beside loud ones."""

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Waveform:
    """A row of bars on a film of this size; it shows ``page_s`` seconds at a time."""

    size: Size
    page_s: float
    n_pages: int

    @classmethod
    def of(cls, size: Size, duration_s: float) -> Waveform:
        """The waveform of a sound of that length, divided into pages of equal length."""
        n_bars = cls(size, 0.0, 0).n_bars
        n_pages = max(1, math.ceil(duration_s / (n_bars * BAR_S)))
        return cls(size, duration_s / n_pages, n_pages)

    @property
    def pitch(self) -> int:
        """Pixels from one bar to the next."""
        return max(4, round(PITCH * min(self.size)))

    @property
    def n_bars(self) -> int:
        """How many bars stand side by side."""
        return max(1, int(SPAN * self.size[0]) // self.pitch)

    @property
    def band(self) -> Size:
        """The size of the row in pixels; both numbers are even."""
        width = self.n_bars * self.pitch
        return width + width % 2, max(4, round(HEIGHT * min(self.size)) // 2 * 2)

    @property
    def corner(self) -> tuple[int, int]:
        """The upper left corner of the row in the film; both numbers are even."""
        (width, height), (film_width, film_height) = self.band, self.size
        middle = MIDDLE_PORTRAIT if film_height > film_width else MIDDLE
        left, top = (film_width - width) // 2, round(middle * film_height - height / 2)
        return left // 2 * 2, max(0, top // 2 * 2)

    def pages(self, samples: NDArray[np.float32]) -> Iterator[Mask]:
        """The masks of the bars for samples of `read_sound`: (height, width), 255 inside a bar."""
        levels = loudness(samples, self.n_bars * self.n_pages)
        for page in levels.reshape(self.n_pages, self.n_bars):
            yield self._mask(page)

    def write(self, samples: NDArray[np.float32], path: Path) -> None:
        """Writes the pages as a lossless video of one frame each."""
        import imageio_ffmpeg

        writer = imageio_ffmpeg.write_frames(
            str(path), self.band, "gray", "gray", fps=FRAME_RATE_HZ, codec="ffv1", quality=None,
            macro_block_size=1,
        )  # fmt: skip
        writer.send(None)
        for page in self.pages(samples):
            writer.send(page.tobytes())
        writer.close()

    def filters(self, source: str, lit: str, unlit: str) -> str:
        """The filters that make ``[above]`` from ``[below]`` and the input ``source``.

        Colours are ``RRGGBB``. A strip twice as wide as the row, one half of it lit, slides past
        and is seen through the bars.
        """
        (width, height), (left, top) = self.band, self.corner
        slide = f"{width}*(1-mod(t,{self.page_s:.6f})/{self.page_s:.6f})"
        return (
            f"{self._sheet(lit, LIT)}[lit];{self._sheet(unlit, UNLIT)}[unlit];[lit][unlit]hstack,"
            f"crop={width}:{height}:'{slide}':0,split[strip][veil];[veil]alphaextract[veil];"
            f"[{source}]settb=1/1000000,setpts=N*{self.page_s:.6f}/TB,format=gray,split[bars][soft];"
            f"[soft]gblur=sigma={self.pitch / 2},lut=y=val*{HALO}[soft];"
            f"{self._sheet('000000', 1)}[dark];[dark][soft]alphamerge[halo];"
            f"[below][halo]overlay={left}:{top}[dimmed];"
            f"[veil][bars]blend=all_mode=multiply[seen];[strip][seen]alphamerge[wave];"
            f"[dimmed][wave]overlay={left}:{top}[above]"
        )

    def _sheet(self, colour: str, opacity: float) -> str:
        width, height = self.band
        source = f"color=c=0x{colour}@{opacity}:size={width}x{height}:rate={FRAME_RATE_HZ}"
        return f"{source},format=gbrap"

    def _mask(self, levels: NDArray[np.float32]) -> Mask:
        """Upright bars with round ends and smooth edges; the bar of silence is a dot."""
        width, height = self.band
        radius = FILL * self.pitch / 2
        x = (np.arange(self.pitch) + 0.5 - self.pitch / 2)[None, None, :]
        y = np.abs(np.arange(height) + 0.5 - height / 2)[:, None, None]
        tallest = height / 2 - self.pitch  # room for the halo
        straight = np.maximum(levels * tallest - radius, 0.0)[None, :, None]
        distance = np.hypot(x, np.maximum(y - straight, 0.0)) - radius
        bars = np.clip(0.5 - distance, 0.0, 1.0).reshape(height, self.n_bars * self.pitch)
        mask = np.zeros((height, width), np.uint8)
        mask[:, : bars.shape[1]] = np.rint(255 * bars)
        return mask


def loudness(samples: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    """The loudness of n equal parts of the sound, each relative to the loudest part.

    The result is (n,) float32 in [0, 1].

    >>> loudness(np.array([0.0, 0.0, 0.5, -0.5], np.float32), 2)
    array([0., 1.], dtype=float32)
    """
    edges = np.linspace(0, len(samples), n + 1).astype(int)
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    power = np.diff(energy[edges]) / np.maximum(np.diff(edges), 1)
    loudest = float(power.max(initial=0.0)) or 1.0
    levels: NDArray[np.float32] = ((power / loudest) ** (SOFTNESS / 2)).astype(np.float32)
    return levels


def duration_s(samples: NDArray[np.float32]) -> float:
    """Seconds that samples of `read_sound` last."""
    return len(samples) / LOUDNESS_HZ
