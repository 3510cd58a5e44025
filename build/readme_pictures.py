"""Makes README's picture and clip, ``docs/karaoke.jpg`` and ``docs/looks.mp4``, with a real server.

    ./run wordlight serve --http-port 0 --grpc-port 0 --metrics-port 0 --log out/server.log -- \
        .venv/bin/python build/readme_pictures.py --size 792x1080 \
        --look shorts --look card --look punch --look sweep

The clip has the first look and the voice. The picture shows a frame of each look side by side.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import backgrounds
from contact_sheets import packed
from PIL import Image
from wordlight_client import Client, Narration
from wordlight_client.burn import behind, burn
from wordlight_client.previews import Preview, draw_sheet

from wordlight.contract import LOOKS

DOCS = Path(__file__).parents[1] / "docs"
TEXT = "This voice never stood in a studio. Every word lights up the moment you hear it!"
WIDTH = 960
MOST_PICTURE_BYTES, MOST_CLIP_BYTES = 60_000, 100_000
QUALITIES = range(20, 44, 3)
"""The constant rate factors of x264 that are tried, the best first."""


def main() -> None:
    """Writes the picture and the clip."""
    asked = arguments()
    width, _, height = asked.size.partition("x")
    size = int(width), int(height)
    with Client(os.environ.get("WORDLIGHT_URL", "localhost:8001")) as client:
        made = client.narrate(
            asked.text, look=asked.look[0], width=size[0], height=size[1],
            voice=asked.voice, seed=asked.seed,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        ground = Path(folder) / "ground.png"
        Image.fromarray(getattr(backgrounds, asked.background)(*size)).save(ground)
        save_clip(made, ground, Path(folder), asked.out / "looks.mp4")
        previews = [Preview.of(look, {"look": look}, made.words, size) for look in asked.look]
        sheet = Path(folder) / "sheet.png"
        draw_sheet(previews, sheet, behind(ground), size, WIDTH, len(previews))
        with Image.open(sheet) as picture:
            content, quality = packed(picture.convert("RGB"), MOST_PICTURE_BYTES)
    (asked.out / "karaoke.jpg").write_bytes(content)
    print(f"{asked.out / 'karaoke.jpg'}: {len(content) // 1000} kB, quality {quality}")


def arguments() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--look", action="append", choices=LOOKS, required=True)
    parser.add_argument("--background", choices=("evening", *backgrounds.BACKGROUNDS),
                        default="evening")  # fmt: skip
    parser.add_argument("--size", default="720x1280")
    parser.add_argument("--text", default=TEXT)
    parser.add_argument("--voice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=DOCS)
    return parser.parse_args()


def save_clip(made: Narration, ground: Path, folder: Path, out: Path) -> None:
    """Burns the narration into a clip of the best quality that fits into `MOST_CLIP_BYTES`."""
    made.save(folder)
    for crf in QUALITIES:
        film = burn(
            folder / "subtitles.ass", out, behind(ground), audio=folder / "speech.wav", crf=crf,
            is_strict=True,
        )  # fmt: skip
        n_bytes = out.stat().st_size
        if n_bytes <= MOST_CLIP_BYTES:
            print(f"{out}: {film.duration_s:.1f} s, {n_bytes // 1000} kB, crf {crf}")
            return
    sys.exit(f"{out} is longer than {MOST_CLIP_BYTES // 1000} kB at every quality")


if __name__ == "__main__":
    main()
