"""Contact sheets as arrays, for tests."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from films import ffmpeg, streams
from wordlight_client.previews import Grid


def sheet(path: str) -> np.ndarray:
    size = re.search(r"Video: .*?, (\d+)x(\d+)", streams(Path(path)))
    assert size is not None
    raw = ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    return np.frombuffer(raw, np.uint8).reshape(int(size[2]), int(size[1]), 3).astype(int)


def cell(picture: np.ndarray, grid: Grid, index: int) -> np.ndarray:
    """One frame of a sheet, without its label."""
    (x, y), (wide, high) = grid.corner(index), grid.frame
    return picture[y : y + high, x : x + wide]


def n_red(picture: np.ndarray) -> int:
    return int(((picture[..., 0] > 150) & (picture[..., 1] < 100)).sum())


def n_green(picture: np.ndarray) -> int:
    return int(((picture[..., 1] > 150) & (picture[..., 0] < 100)).sum())
