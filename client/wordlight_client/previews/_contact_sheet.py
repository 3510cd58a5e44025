"""A contact sheet: one frame of each of many looks, side by side, drawn by one run of ffmpeg."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wordlight_client.burn import (
    Background,
    Complaints,
    Moving,
    Size,
    lay_out_fonts,
    run_ffmpeg,
    whole,
)
from wordlight_client.previews._preview import Preview

WIDTH = 1800
GAP = 12
"""In pixels of a sheet of that width, like the numbers below."""
LABEL_HEIGHT, LABEL_SIZE = 40, 26
SMALLEST_LABEL = 0.75
"""Labels are at least this share of that size, however narrow the sheet is."""
COLUMNS = {"wide": 3, "square": 4, "upright": 5}
SEEN_AT = 1 / 3
"""The moment that is shown, as a share of a video's length: its first picture is often black."""
QUALITY = 3
"""Quality of JPEG as ffmpeg counts it: 2 is best."""

_LABELS = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Label,Inter Medium,{size},&H00101010,&H00FFFFFF,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Text
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the frames stand on a sheet of that width, row by row from the top left."""

    n: int
    columns: int
    frame: Size
    width: int

    @classmethod
    def of(cls, n: int, size: Size, width: int = WIDTH, columns: int | None = None) -> Grid:
        """The grid for ``n`` frames of that size."""
        across = size[0] / size[1]
        from wordlight.subtitles.previews import shape_of

        most = columns or COLUMNS[shape_of(*size)]
        gap = GAP * width // WIDTH
        wide = min((width - gap * (most + 1)) // most // 2 * 2, size[0])
        return cls(n, min(n, most), (wide, round(wide / across / 2) * 2), width)

    @property
    def gap(self) -> int:
        """Pixels between frames, and around all of them."""
        return GAP * self.width // WIDTH

    @property
    def label_scale(self) -> float:
        """The factor by which labels are scaled."""
        return max(self.width / WIDTH, SMALLEST_LABEL)

    @property
    def cell(self) -> Size:
        """The size of a frame with its label."""
        return self.frame[0], self.frame[1] + round(LABEL_HEIGHT * self.label_scale / 2) * 2

    @property
    def rows(self) -> int:
        """The number of rows."""
        return -(-self.n // self.columns)

    @property
    def sheet(self) -> Size:
        """The size of the whole sheet."""
        wide, high = (
            number * (side + self.gap) + self.gap
            for number, side in zip((self.columns, self.rows), self.cell, strict=True)
        )
        return wide, high

    def corner(self, index: int) -> tuple[int, int]:
        """The upper left corner of a cell."""
        row, column = divmod(index, self.columns)
        wide, high = self.cell
        return self.gap + column * (wide + self.gap), self.gap + row * (high + self.gap)


def draw_sheet(
    previews: Sequence[Preview],
    out: Path,
    background: Background,
    size: Size,
    width: int = WIDTH,
    columns: int | None = None,
    fonts: Path | None = None,
) -> list[str]:
    """Draws the sheet, a PNG or JPEG, into ``out``; returns complaints about how it is drawn.

    Raises:
        InvalidInput: The background cannot be read.
        BurnFailed: ffmpeg failed.
    """
    grid = Grid.of(len(previews), size, width, columns)
    with tempfile.TemporaryDirectory(prefix="wordlight-looks-") as folder:
        desk = Path(folder)
        lay_out_fonts(fonts, desk / "fonts")
        for index, preview in enumerate(previews):
            (desk / f"{index}.ass").write_text(preview.ass, "utf-8")
        (desk / "labels.ass").write_text(_labels(previews, grid), "utf-8")
        reader, layer = Complaints(desk / "fonts"), background.layer(size)
        with whole(out) as part:
            arguments = [
                *_seek(background), *layer.inputs,
                "-filter_complex", f"{layer.filters},{_graph(previews, grid)}",
                "-map", "[sheet]", "-frames:v", "1", *_form(out), "-f", "image2", "-update", "1",
                str(part),
            ]  # fmt: skip
            run_ffmpeg(arguments, desk, lambda done_s: None, reader.read)
    return [*layer.complaints, *reader.sentences()]


def _seek(background: Background) -> list[str]:
    """Arguments before the background's input, which skip the beginning of a video."""
    if not isinstance(background, Moving):
        return []
    return ["-ss", f"{background.video.duration_s * SEEN_AT:.3f}", "-t", "1"]


def _graph(previews: Sequence[Preview], grid: Grid) -> str:
    """The filters that make ``[sheet]`` from the background's picture."""
    (wide, high), (_, cell_high) = grid.frame, grid.cell
    n = len(previews)
    copies, cells = ("".join(f"[{kind}{k}]" for k in range(n)) for kind in ("copy", "cell"))
    frames = [
        f"[copy{k}]setpts={preview.moment_s:.3f}/TB,ass={k}.ass:fontsdir=fonts,"
        f"scale={wide}:{high}:flags=lanczos,format=gbrp,pad={wide}:{cell_high}:0:0:white,setsar=1,"
        f"setpts=0[cell{k}]"
        for k, preview in enumerate(previews)
    ]
    tile = f"tile={grid.columns}x{grid.rows}:margin={grid.gap}:padding={grid.gap}:color=white"
    joined = f"{cells}concat=n={n}," if n > 1 else cells
    return ";".join([
        f"trim=end_frame=1,split={n}{copies}", *frames,
        f"{joined}{tile},setpts=0,ass=labels.ass:fontsdir=fonts[sheet]",
    ])  # fmt: skip


def _labels(previews: Sequence[Preview], grid: Grid) -> str:
    """An ASS file that writes each name below its frame."""
    header = _LABELS.format(
        width=grid.sheet[0], height=grid.sheet[1], size=round(LABEL_SIZE * grid.label_scale)
    )
    below = grid.frame[1] + grid.gap // 3
    rows = [
        f"Dialogue: 0,0:00:00.00,0:01:00.00,Label,{{\\pos({x},{y + below})}}{_plain(preview.name)}"
        for preview, (x, y) in ((one, grid.corner(k)) for k, one in enumerate(previews))
    ]
    return header + "\n".join(rows) + "\n"


def _plain(name: str) -> str:
    """A name as ASS text, without braces and backslashes, which would be override tags."""
    return "".join(" " if character in "{}\\\n\r" else character for character in name)


def _form(out: Path) -> list[str]:
    if out.suffix.lower() == ".png":
        return ["-c:v", "png", "-pix_fmt", "rgb24"]
    return ["-c:v", "mjpeg", "-q:v", str(QUALITY), "-pix_fmt", "yuvj444p"]
