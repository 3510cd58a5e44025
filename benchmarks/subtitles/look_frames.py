"""Frames of an ASS file at chosen moments, drawn by libass with the package's fonts.

It needs the ffmpeg of ``imageio-ffmpeg``. Any complaint of libass ends the measurement.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles import fonts_folder

Frame = NDArray[np.uint8]
Mask = NDArray[np.bool_]
MOST_FRAMES = 1000
"""The most frames of one process: their times are an expression, evaluated for each frame."""
HARMLESS = (
    "Fontconfig error: Cannot load default config file",
    "Estimating duration from bitrate, this may be inaccurate",
    "failed to find any fallback with glyph",
    "Last message repeated",
)
"""Complaints that are ignored. The fonts are the package's, and boxes are measured elsewhere."""
TICKS_A_CS = 20


def frames_at(
    ass: str, times_cs: Sequence[int], size: tuple[int, int], ground: Frame | int = 0
) -> Iterator[Frame]:
    """A (height, width, 3) frame for each time. ``ground`` is a picture or a shade of grey."""
    width, height = size
    if isinstance(ground, int):
        ground = np.full((height, width, 3), ground, np.uint8)
    for first in range(0, len(times_cs), MOST_FRAMES):
        yield from _some(ass, times_cs[first : first + MOST_FRAMES], ground)


def _some(ass: str, times_cs: Sequence[int], ground: Frame) -> Iterator[Frame]:
    height, width, _ = ground.shape
    # Half a millisecond is added: the filter cuts off times, and floats may lie just below a cs.
    moments = _choice([TICKS_A_CS * cs + 1 for cs in times_cs])
    chain = (
        f"loop=loop={len(times_cs) - 1}:size=1,settb=1/{100 * TICKS_A_CS},setpts='{moments}',"
        f"ass=captions.ass:fontsdir={fonts_folder()},settb=1/25,setpts=N"
    )
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("w+b") as said:
        (Path(folder) / "captions.ass").write_text(ass, encoding="utf-8")
        (Path(folder) / "ground.rgb").write_bytes(ground.tobytes())
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "warning",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "ground.rgb",
            "-vf", chain, "-frames:v", str(len(times_cs)), "-fps_mode", "passthrough",
            "-threads", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ]  # fmt: skip
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=said) as process:
            assert process.stdout is not None
            for _ in times_cs:
                data = process.stdout.read(ground.size)
                if len(data) < ground.size:
                    break
                yield np.frombuffer(data, np.uint8).reshape(ground.shape)
        _listen(Path(folder) / "said", process.returncode)


def _choice(values: Sequence[int], first: int = 0) -> str:
    """ffmpeg's expression for the value of each frame. It is a tree, because depth is limited."""
    if len(values) == 1:
        return str(values[0])
    half = len(values) // 2
    lower, upper = _choice(values[:half], first), _choice(values[half:], first + half)
    return f"if(lt(N,{first + half}),{lower},{upper})"


def _listen(said: Path, status: int) -> None:
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    complaints = [
        line for line in lines if line.strip() and not any(one in line for one in HARMLESS)
    ]
    if status or complaints:
        raise RuntimeError(f"ffmpeg ended with {status}: " + "\n".join(complaints)[:500])


def spread(mask: Mask, reach: int) -> Mask:
    """The mask and everything within so many rows and columns of it."""
    for axis in (0, 1):
        wide = mask.copy()
        for step in range(1, min(reach, mask.shape[axis] - 1) + 1):
            near, far = [slice(None)] * 2, [slice(None)] * 2
            near[axis], far[axis] = slice(step, None), slice(None, -step)
            wide[tuple(near)] |= mask[tuple(far)]
            wide[tuple(far)] |= mask[tuple(near)]
        mask = wide
    return mask


def around(mask: Mask, reach: int) -> Mask:
    """The mask and everything within so many pixels of it, in a circle around each pixel."""
    found = mask.copy()
    for down in range(-reach, reach + 1):
        aside = int((reach**2 - down**2) ** 0.5)
        row = np.zeros_like(mask)
        if down >= 0:
            row[down:] = mask[: len(mask) - down]
        else:
            row[:down] = mask[-down:]
        wide = row.copy()
        for step in range(1, aside + 1):
            wide[:, step:] |= row[:, :-step]
            wide[:, :-step] |= row[:, step:]
        found |= wide
    return found


Box = tuple[int, int, int, int]
"""Top, bottom, left and right. Bottom and right are exclusive."""


def box_of(mask: Mask, reach: int = 0) -> Box | None:
    """The box around the mask, so many pixels wider on each side; None if the mask is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return (
        max(0, int(rows[0]) - reach),
        int(rows[-1]) + 1 + reach,
        max(0, int(columns[0]) - reach),
        int(columns[-1]) + 1 + reach,
    )


def widened(box: Box, reach: int) -> Box:
    """The box, so many pixels wider on each side."""
    top, bottom, left, right = box
    return max(0, top - reach), bottom + reach, max(0, left - reach), right + reach
