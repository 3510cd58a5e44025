"""Contact sheets of the subtitle presets, one PNG an aspect ratio: ``docs/pictures/presets-*.png``.

    python build/contact_sheets.py [folder]

Every preset is drawn by libass (the ffmpeg of ``imageio-ffmpeg``) over the same drawn landscape, as
bright as video usually is, at a moment when some words are lit and some are not.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from wordlight.contract import PRESETS
from wordlight.subtitles import (
    Canvas,
    Layout,
    compose_look,
    fonts_folder,
    set_captions,
    write_ass,
)
from wordlight.words import Word

FOLDER = Path(__file__).parents[1] / "docs/pictures"
TEXT = (
    "The old lighthouse keeper climbed the narrow stairs every evening, before the sun went down."
)
SHAPES = {
    "16x9": (Canvas(1280, 720), 2),
    "1x1": (Canvas(720, 720), 3),
    "9x16": (Canvas(540, 960), 3),
}
"""The canvas drawn, and how many stand side by side."""
SHOWN_MODES = {"pop": "pop"}
"""Presets that are shown in the mode they are made for, not in captions."""
SHEET_WIDTH, GAP, LABEL_HEIGHT = 1000, 8, 22
MOMENT_S = 1.05
STEP = 3
"""Of 255: shades are so far apart, which no eye sees and PNG packs well."""
HILLS = (
    (0.60, 0.09, 4.2, (138, 146, 150)), (0.70, 0.07, 5.6, (118, 136, 116)),
    (0.84, 0.05, 3.4, (104, 122, 92)),
)  # fmt: skip
"""Height of a ridge, of its waves, and their pace across, all shares of the frame; colour."""


def main(folder: Path) -> None:
    """Nothing; the sheets are written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (canvas, columns) in SHAPES.items():
        pictures = {preset: draw(preset, canvas) for preset in PRESETS}
        file = folder / f"presets-{name}.png"
        sheet(pictures, columns).point(_coarse).save(file, optimize=True)
        print(f"{file}: {file.stat().st_size // 1000} kB")


def draw(preset: str, canvas: Canvas) -> Image.Image:
    """One frame with the captions of `TEXT`."""
    mode = SHOWN_MODES.get(preset, "sentence")
    look = compose_look(preset, canvas=canvas, mode=mode)
    words = [Word(one, 0.3 * k, 0.3 * k + 0.3) for k, one in enumerate(TEXT.split())]
    captions = set_captions(words, Layout.of(mode).narrowed(look.line_characters(canvas)))
    return burn(write_ass(captions, look, canvas, "k", mode=mode), landscape(canvas), MOMENT_S)


def burn(ass: str, picture: NDArray[np.uint8], time_s: float) -> Image.Image:
    """The picture, (height, width, 3), under the subtitles of that moment."""
    height, width, _ = picture.shape
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "captions.ass").write_text(ass, encoding="utf-8")
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-",
            "-vf", f"setpts=PTS+{time_s}/TB,ass=captions.ass:fontsdir={fonts_folder()}",
            "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=folder, input=picture.tobytes(), stdout=subprocess.PIPE, check=True
        )
    return Image.frombytes("RGB", (width, height), done.stdout)


def landscape(canvas: Canvas) -> NDArray[np.uint8]:
    """A sky at evening over hills and the sea: smooth, mid-bright, warm to cool."""
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width]
    down, right = y / canvas.height, x / canvas.width
    stops = [0.0, 0.45, 0.62, 0.63, 1.0]
    sky = [(96, 138, 190), (214, 190, 172), (246, 206, 150), (120, 148, 158), (92, 124, 132)]
    bands = [np.interp(down, stops, [colour[channel] for colour in sky]) for channel in range(3)]
    picture = np.stack(bands, axis=-1)
    sun = np.exp(-(((right - 0.68) / 0.16) ** 2) - ((down - 0.52) / 0.13) ** 2)
    picture += 60 * sun[..., None] * np.array([1.0, 0.85, 0.5])
    for base, height, pace, colour in HILLS:
        ridge = base - height * np.cos(pace * right + 9 * base) * (1.0 - 0.9 * right)
        picture = np.where((down > ridge)[..., None], np.array(colour), picture)
    return picture.clip(0, 255).astype(np.uint8)


def _coarse(shade: int) -> int:
    return min(255, STEP * round(shade / STEP))


def sheet(pictures: dict[str, Image.Image], columns: int) -> Image.Image:
    """The pictures side by side in rows, each with its name below."""
    first = next(iter(pictures.values()))
    width = (SHEET_WIDTH - GAP * (columns + 1)) // columns
    height = width * first.height // first.width
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (SHEET_WIDTH, rows * (height + LABEL_HEIGHT + GAP) + GAP), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(fonts_folder() / "Inter-Medium.ttf", 14)
    for index, (name, picture) in enumerate(pictures.items()):
        row, column = divmod(index, columns)
        corner = (GAP + column * (width + GAP), GAP + row * (height + LABEL_HEIGHT + GAP))
        page.paste(picture.resize((width, height), Image.Resampling.LANCZOS), corner)
        pen.text((corner[0], corner[1] + height + 3), name, fill="black", font=font)
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
