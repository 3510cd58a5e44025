"""Background pictures for subtitles, drawn by code: light, dark, busy, and an evening."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Field = NDArray[np.float64]
SEED = 24
HILLS = (
    (0.60, 0.09, 4.2, (138, 146, 150)), (0.70, 0.07, 5.6, (118, 136, 116)),
    (0.84, 0.05, 3.4, (104, 122, 92)),
)  # fmt: skip
"""Each ridge's place from the top and height of its waves, as shares of the frame; the waves'
pace from left to right; the colour."""


def light(width: int, height: int) -> Picture:
    """A (height, width, 3) picture of a hazy sky over the sea and pale sand, nearly all bright."""
    down, right = _shares(width, height)
    stops = [0.0, 0.48, 0.52, 0.53, 0.66, 0.68, 1.0]
    colours = [(176, 210, 238), (240, 243, 240), (250, 244, 228), (176, 214, 222),
               (204, 232, 230), (248, 242, 226), (236, 220, 190)]  # fmt: skip
    picture = _bands(down, stops, colours)
    sun = np.exp(-(((right - 0.72) / 0.22) ** 2) - ((down - 0.30) / 0.2) ** 2)
    cloud = _clouds(width, height, cells=5) * np.exp(-(((down - 0.22) / 0.16) ** 2))
    picture += 26 * sun[..., None] + 30 * cloud[..., None]
    return _as_picture(picture)


def dark(width: int, height: int) -> Picture:
    """A (height, width, 3) picture of a city at night, out of focus: lights on blue-black."""
    down, right = _shares(width, height)
    stops, colours = [0.0, 0.6, 1.0], [(10, 14, 30), (24, 22, 44), (8, 9, 16)]
    picture = _bands(down, stops, colours)
    chance, unit = np.random.default_rng(SEED), min(width, height)
    lamps = [(255, 178, 84), (255, 120, 70), (255, 226, 170), (96, 170, 255), (236, 84, 120)]
    for _ in range(46):
        x, y = chance.uniform(0, width), height * chance.normal(0.62, 0.16)
        radius, strength = unit * chance.uniform(0.02, 0.075), chance.uniform(0.12, 0.5)
        away = np.hypot(right * width - x, down * height - y) / radius
        disc = np.clip((1.0 - away) * radius / 7, 0, 1) * (0.75 + 0.25 * np.minimum(away, 1))
        colour = np.array(lamps[chance.integers(len(lamps))])
        picture += strength * disc[..., None] * colour
    return _as_picture(picture)


def busy(width: int, height: int) -> Picture:
    """A (height, width, 3) picture of leaves, petals and bright gaps, full of edges."""
    down, right = _shares(width, height)
    y, x = down * height, right * width
    picture = 40 + 70 * _clouds(width, height, cells=6)[..., None] * np.array([0.8, 1.2, 0.6])
    chance, unit = np.random.default_rng(SEED), min(width, height)
    greens = [(38, 92, 36), (86, 150, 48), (150, 196, 70), (18, 52, 30), (210, 226, 120)]
    petals = [(236, 60, 84), (255, 214, 60), (250, 250, 244), (240, 130, 190), (60, 110, 220)]
    n_leaves = round(720 * width * height / unit**2 / 1.78)
    for index in range(n_leaves):
        is_petal = index > 0.8 * n_leaves
        long = unit * chance.uniform(0.04, 0.07 if is_petal else 0.15)
        wide = long * (0.75 if is_petal else chance.uniform(0.22, 0.4))
        colours = petals if is_petal else greens
        leaf = np.array(colours[chance.integers(len(colours))]) * chance.uniform(0.75, 1.05)
        _lay_leaf(picture, (x, y), chance, long, wide, leaf)
    return _as_picture(picture)


def evening(width: int, height: int) -> Picture:
    """A (height, width, 3) picture of a low sun over hills and the sea, smooth and mid-bright."""
    down, right = _shares(width, height)
    stops = [0.0, 0.45, 0.62, 0.63, 1.0]
    colours = [(96, 138, 190), (214, 190, 172), (246, 206, 150), (120, 148, 158), (92, 124, 132)]
    picture = _bands(down, stops, colours)
    sun = np.exp(-(((right - 0.68) / 0.16) ** 2) - ((down - 0.52) / 0.13) ** 2)
    picture += 60 * sun[..., None] * np.array([1.0, 0.85, 0.5])
    for base, wave, pace, colour in HILLS:
        ridge = base - wave * np.cos(pace * right + 9 * base) * (1.0 - 0.9 * right)
        picture = np.where((down > ridge)[..., None], np.array(colour), picture)
    return _as_picture(picture)


BACKGROUNDS: dict[str, Callable[[int, int], Picture]] = {"light": light, "dark": dark, "busy": busy}
"""The backgrounds that every look is shown on."""


def _lay_leaf(
    picture: Field, grid: tuple[Field, Field], chance: np.random.Generator, long: float,
    wide: float, colour: Field,
) -> None:  # fmt: skip
    """Draws a leaf with a dark edge and a light rib at a random place and angle."""
    height, width, _ = picture.shape
    x, y, angle = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(0, np.pi)
    rows = slice(max(0, int(y - long)), int(y + long) + 1)
    columns = slice(max(0, int(x - long)), int(x + long) + 1)
    off_x, off_y = grid[0][rows, columns] - x, grid[1][rows, columns] - y
    along = (off_x * np.cos(angle) + off_y * np.sin(angle)) / long
    across = (off_y * np.cos(angle) - off_x * np.sin(angle)) / wide
    inside = np.abs(across) / np.maximum(1 - along**2, 1e-6)
    shade = np.where(inside > 0.84, 0.45, 1.0 - 0.25 * across)
    shade = np.where(np.abs(across) < 0.07, 1.35, shade)
    there = (inside < 1) & (np.abs(along) < 1)
    picture[rows, columns][there] = (shade[..., None] * colour)[there]


def _shares(width: int, height: int) -> tuple[Field, Field]:
    """Each pixel's place from the top and from the left, as shares of the picture."""
    y, x = np.mgrid[0:height, 0:width]
    return y / height, x / width


def _bands(down: Field, stops: list[float], colours: list[tuple[int, int, int]]) -> Field:
    return np.stack(
        [np.interp(down, stops, [colour[k] for colour in colours]) for k in range(3)], axis=-1
    )


def _clouds(width: int, height: int, cells: int) -> Field:
    """Smooth (height, width) noise of about 0 to 1. Each octave has twice the last one's detail."""
    chance, total = np.random.default_rng(SEED), np.zeros((height, width))
    for octave in range(4):
        n = cells * 2**octave
        knots = chance.uniform(0, 1, (n + 1, n + 1))
        rows, columns = np.linspace(0, n, height), np.linspace(0, n, width)
        across = np.stack([np.interp(columns, np.arange(n + 1), row) for row in knots])
        smooth = np.stack([np.interp(rows, np.arange(n + 1), column) for column in across.T])
        total += smooth.T / 2 ** (octave + 1)
    return total


def _as_picture(picture: Field) -> Picture:
    return picture.clip(0, 255).astype(np.uint8)
