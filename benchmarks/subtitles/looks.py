"""Measures what a viewer sees of every look in rendered frames, and prints Markdown tables.

    .venv/bin/python benchmarks/subtitles/looks.py [contrast|onset|still|safe|lines] \
        [--look NAME] [--captions 100] [--processes 2]

Without a name, it measures all five. Captions are spread over wide, square and upright video. It
ends with status 1 if an aim is missed; missed figures are bold. ``look_contrast.py``,
``look_onsets.py`` and ``look_places.py`` explain how each figure is measured.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import median
from typing import Protocol

from look_backgrounds import BACKGROUNDS
from look_contrast import AIM as AIM_CONTRAST
from look_contrast import Contrast, contrasts
from look_onsets import AIM_CS, onsets
from look_places import AIM_GAP_PX, least_gap_px, motions, overflow_px
from look_speech import EXTREMES, SHAPES, Scene, Shown, crowded, even, scene, speech

from wordlight.contract import LOOKS

Row = tuple[list[str], bool]
"""The cells of a row, and whether it misses an aim."""
ONSETS_AT, MOTION_AT, SAFE_AT = 3, 2, 3
"""How many times smaller than 1,080 pixels the frames are drawn. Tables are for the full size."""
MOST_CROWDED = 4


def contrast_row(look: str, n_captions: int) -> Row:
    """The lowest ratio of all shapes on each picture, for lit and for unlit words."""
    by_shape = [contrasts(look, size) for size in SHAPES.values()]
    cells, is_missed = [], False
    for state in (0, 1):
        for picture in BACKGROUNDS:
            least = min((found[picture][state] for found in by_shape), key=_ratio_of)
            cells.append(_marked(str(least), least.ratio < AIM_CONTRAST))
            is_missed |= least.ratio < AIM_CONTRAST
    return cells, is_missed


def _ratio_of(contrast: Contrast) -> float:
    return contrast.ratio


def onset_row(look: str, n_captions: int) -> Row:
    """A row on how late words change."""
    found = [
        onset
        for drawn, captions in random_scenes(look, n_captions, ONSETS_AT)
        for onset in onsets(drawn, captions)
    ]
    missed = [onset for onset in found if onset.is_missed]
    late = [onset.late_cs for onset in found]
    cells = [f"{min(late):+.1f}", f"{median(late):+.1f}", f"{max(late):+.1f}"]
    names = ", ".join(f"{one.word} {one.late_cs:+.1f}" for one in missed[:3])
    return [str(len(found)), *cells, _marked(str(len(missed)), bool(missed)), names], bool(missed)


def still_row(look: str, n_captions: int) -> Row:
    """A row on what moves but must not."""
    found = [
        motion
        for drawn, captions in random_scenes(look, n_captions, MOTION_AT)
        for motion in motions(drawn, captions)
    ]
    names = ", ".join(f"{one.moved} during {one.active} ({one.n_pixels} px)" for one in found[:2])
    return [_marked(str(len(found)), bool(found)), names], bool(found)


def safe_row(look: str, n_captions: int) -> Row:
    """A row on how far ink leaves the safe area, for each shape."""
    cells, is_missed, where = [], False, ""
    ordinary = random_scenes(look, n_captions, SAFE_AT)
    extreme = random_scenes(look, max(6, n_captions // 5), SAFE_AT, EXTREMES)
    for pair in zip(ordinary, extreme, strict=True):
        over, text = max(overflow_px(*one) for one in pair)
        cells.append(_marked(f"{SAFE_AT * over:+.0f}", over >= 1))
        where = where or (text if over >= 1 else "")
        is_missed |= over >= 1
    return [*cells, where], is_missed


def lines_row(look: str, n_captions: int) -> Row:
    """A row on the least distance between two lines, for each shape."""
    cells, is_missed = [], False
    for size in SHAPES.values():
        gap = line_gap_px(look, size, MOST_CROWDED)
        misses = gap is not None and gap < AIM_GAP_PX
        cells.append("one line" if gap is None else _marked(f"{gap:.1f}", misses))
        is_missed |= misses
    return cells, is_missed


def line_gap_px(look: str, size: tuple[int, int], n_captions: int) -> float | None:
    """The least distance in captions whose words all have accents above and descenders below."""
    drawn = scene(look, size, even(crowded(60)))
    tall = [caption for caption in drawn.captions if max(caption.lines)]
    return least_gap_px(drawn, tall[:n_captions])


def random_scenes(
    look: str, n_captions: int, smaller: int, vocabulary: Sequence[str] | None = None
) -> list[tuple[Scene, Sequence[Shown]]]:
    """For each shape, a scene of random speech, drawn ``smaller`` times smaller.

    It comes with the captions to measure, a third of ``n_captions``.
    """
    each = -(-n_captions // len(SHAPES))
    scenes: list[tuple[Scene, Sequence[Shown]]] = []
    for name, (width, height) in SHAPES.items():
        rng = random.Random(f"{look} {name}")
        timed = speech(rng, 14 * each, vocabulary) if vocabulary else speech(rng, 14 * each)
        drawn = scene(look, (width // smaller, height // smaller), timed)
        scenes.append((drawn, drawn.captions[:each]))
    return scenes


def _marked(cell: str, is_missed: bool) -> str:
    return f"**{cell}**" if is_missed else cell


class Measure(Protocol):
    """A function that measures a look in so many captions, and returns its row of a table."""

    def __call__(self, look: str, n_captions: int) -> Row: ...


PICTURES = tuple(BACKGROUNDS)
MEASURES: dict[str, tuple[str, tuple[str, ...], Measure]] = {
    "contrast": (
        f"Contrast, worst word of three shapes (aim {AIM_CONTRAST})",
        tuple(f"{state}, {picture}" for state in ("lit", "unlit") for picture in PICTURES),
        contrast_row,
    ),
    "onset": (
        f"Onset to change, in centiseconds (aim within {AIM_CS:g}, and a pixel of a sweep)",
        ("words", "earliest", "median", "latest", "missed", "such as"),
        onset_row,
    ),
    "still": ("What moved beside the active word (aim 0)", ("moved", "such as"), still_row),
    "safe": (
        "Beyond the safe area, in pixels of 1,080 (aim: none)", (*SHAPES, "such as"), safe_row,
    ),
    "lines": (
        f"Distance of lines, in pixels of 1,080 (aim {AIM_GAP_PX:g})", tuple(SHAPES), lines_row,
    ),
}  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Prints the tables and returns the exit status."""
    parser = argparse.ArgumentParser(description="Measures of looks in rendered frames.")
    parser.add_argument("measure", nargs="?", choices=tuple(MEASURES))
    parser.add_argument("--look", choices=LOOKS)
    parser.add_argument("--captions", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    looks = [asked.look] if asked.look else LOOKS
    is_missed = False
    with ProcessPoolExecutor(asked.processes) as pool:
        for name in [asked.measure] if asked.measure else MEASURES:
            title, columns, measure = MEASURES[name]
            rows = pool.map(partial(measure, n_captions=asked.captions), looks)
            is_missed |= print_table(title, columns, zip(looks, rows, strict=True))
    return int(is_missed)


def print_table(title: str, columns: Sequence[str], rows: Iterable[tuple[str, Row]]) -> bool:
    """Prints each row as soon as it is known; returns whether any row misses an aim."""
    print(f"\n{title}\n\n| look | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    is_missed = False
    for look, (cells, misses) in rows:
        print(f"| {look} | {' | '.join(cells)} |", flush=True)
        is_missed |= misses
    return is_missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
