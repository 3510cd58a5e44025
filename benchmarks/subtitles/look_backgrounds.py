"""Three background pictures for captions, drawn by code: light, dark and busy.

Each is (height, width, 3) uint8, sRGB, and the same every time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
_SKY, _HAZE, _SAND = (196, 224, 250), (250, 250, 246), (236, 218, 184)
_NIGHT, _STREET, _LAMPS = (8, 10, 26), (22, 22, 30), 14
_PAINTS = ((230, 30, 50), (250, 220, 20), (20, 90, 220), (240, 245, 250), (15, 15, 20),
           (30, 170, 70), (240, 120, 200), (40, 210, 230))  # fmt: skip


def light(width: int, height: int) -> Picture:
    """A bright sky over bright sand, with ripples."""
    down, right = _grid(width, height)
    picture = _bands(down, [0.0, 0.55, 0.56, 1.0], [_SKY, _HAZE, _SAND, _SAND])
    ripples = np.sin(90 * down + 6 * np.sin(7 * right)) * (down > 0.56)
    return _finish(picture + 10 * ripples[..., None])


def dark(width: int, height: int) -> Picture:
    """A street at night with some dim lamps."""
    down, right = _grid(width, height)
    picture = _bands(down, [0.0, 0.6, 1.0], [_NIGHT, _NIGHT, _STREET])
    rng = np.random.default_rng(1)
    for x, y in rng.uniform((0, 0.3), (1, 0.95), (_LAMPS, 2)):
        glow = np.exp(-(((right - x) * width) ** 2 + ((down - y) * height) ** 2) / 400)
        picture += 45 * glow[..., None] * np.array([1.0, 0.8, 0.5])
    return _finish(picture)


def busy(width: int, height: int) -> Picture:
    """A crowd of saturated shards, from black to white, with grain and fine stripes."""
    rng = np.random.default_rng(2)
    shorter = min(width, height)
    down, right = _grid(width, height)
    x, y = right * width / shorter, down * height / shorter
    sheets = [
        np.floor(pace * (np.cos(turn) * x + np.sin(turn) * y) + 0.35 * np.sin(pace * y + turn))
        for pace, turn in ((9, 0.4), (14, 1.9), (23, 2.7))
    ]
    shards = (3 * sheets[0] + 5 * sheets[1] + 7 * sheets[2]).astype(int) % len(_PAINTS)
    picture = np.array(_PAINTS, dtype=np.float64)[shards]
    stripes = np.sign(np.sin(2 * np.pi * (x + y) * 60))
    picture += 22 * stripes[..., None]
    return _finish(picture + rng.normal(0, 18, (height, width, 1)))


BACKGROUNDS: dict[str, Callable[[int, int], Picture]] = {"light": light, "dark": dark, "busy": busy}
"""The pictures by name."""


def _grid(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far down and how far to the right each pixel is, from 0 to 1."""
    down, right = np.mgrid[0:height, 0:width]
    return down / height, right / width


def _bands(
    down: NDArray[np.float64], stops: list[float], colours: list[tuple[int, int, int]]
) -> NDArray[np.float64]:
    channels = [np.interp(down, stops, [colour[c] for colour in colours]) for c in range(3)]
    return np.stack(channels, axis=-1)


def _finish(picture: NDArray[np.float64]) -> Picture:
    return picture.clip(0, 255).astype(np.uint8)
