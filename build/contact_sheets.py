"""Contact sheets of the looks for docs/looks.md: ``docs/pictures/looks-16x9-light.jpg`` and so on.

    python build/contact_sheets.py [folder]

A sheet shows every look with the text of `TEXT`. There are sheets of three shapes of video over
three backgrounds. The code that draws `wordlight looks` draws them. Each sheet is saved at the best
quality that its `MOST_BYTES` allow.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import numpy as np
from backgrounds import BACKGROUNDS
from numpy.typing import NDArray
from PIL import Image
from wordlight_client.burn import behind
from wordlight_client.previews import Preview, draw_sheet, spoken

from wordlight.contract import LOOKS

FOLDER = Path(__file__).parents[1] / "docs/pictures"
TEXT = (
    "The old lighthouse keeper climbed the narrow stairs every evening, before the sun went down."
)
SHAPES = {"16x9": ((1280, 720), 2), "1x1": ((960, 960), 3), "9x16": ((720, 1280), 4)}
"""The size at which each frame is drawn, and how many frames stand side by side."""
WIDTH = 720
MOST_BYTES = {"light": 42_000, "dark": 48_000, "busy": 118_000}
"""The limit of one sheet; nine sheets come to less than 650 kB."""
BEST, WORST = 88, 12
"""The range of JPEG qualities that are tried."""


def main(folder: Path) -> None:
    """Writes the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    for shape, (size, columns) in SHAPES.items():
        previews = [Preview.of(look, {"look": look}, spoken(TEXT), size) for look in LOOKS]
        for name, draw in BACKGROUNDS.items():
            sheet = drawn(previews, draw(*size), columns)
            content, quality = packed(sheet, MOST_BYTES[name])
            file = folder / f"looks-{shape}-{name}.jpg"
            file.write_bytes(content)
            print(f"{file}: {len(content) // 1000} kB, quality {quality}")


def drawn(previews: list[Preview], ground: NDArray[np.uint8], columns: int) -> Image.Image:
    """The sheet of these previews over a background picture."""
    with tempfile.TemporaryDirectory() as desk:
        background, out = Path(desk) / "background.png", Path(desk) / "sheet.png"
        Image.fromarray(ground).save(background)
        size = ground.shape[1], ground.shape[0]
        complaints = draw_sheet(previews, out, behind(background), size, WIDTH, columns)
        if complaints:
            sys.exit("; ".join(complaints))
        with Image.open(out) as picture:
            return picture.convert("RGB")


def packed(picture: Image.Image, most_bytes: int) -> tuple[bytes, int]:
    """The picture as a JPEG of the best quality that fits into the bytes, and that quality."""
    for quality in range(BEST, WORST, -4):
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=quality, optimize=True, progressive=True)
        if packed.tell() <= most_bytes:
            break
    return packed.getvalue(), quality


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
