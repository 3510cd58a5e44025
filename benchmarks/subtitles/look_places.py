"""Measures places: what moves but should not, what leaves the safe area, how far lines are apart.

The background is grey, so that shadows are seen as well as lights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from look_frames import Box, Frame, Mask, box_of, frames_at, spread, widened
from look_letters import Probe, letters, resting_boxes, type_size
from look_onsets import ENTRANCE_CS
from look_speech import Scene, Shown
from numpy.typing import NDArray

GREY = 118
FAINT = 4
"""A difference below this, of 255, is invisible on video."""
STRONG, WEAK = 0.6, 0.12
"""As shares of the steepest edge in a place: the edges that must have a counterpart, and the
weakest counterpart that counts."""
LEAST_EDGE = 12
MOST_STRAY = 2
"""So many pixels of edges without a counterpart are attributed to antialiasing."""
ACTIVE_EM, LETTERS_EM = 0.4, 0.1
"""How far the active word's box and growth may reach, and how far a word's outline does."""
AIM_GAP_PX = 4.0
"""The distance between the letters of two lines, with outlines, if the shorter side is 1,080 px."""
SAFE = {"wide": (0.05, 0.06), "square": (0.06, 0.08), "upright": (0.10, 0.18)}
"""Margins: left and right as shares of the width, below of the height. Source: docs/looks.md."""

Steepness = NDArray[np.int16]
"""How much each pixel differs from the next one below and beside it, (height, width)."""
Element = TypeVar("Element", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Motion:
    """A word, or the rest of the caption, whose edges moved while another word was active."""

    moved: str
    active: str
    n_pixels: int


def motions(scene: Scene, captions: Sequence[Shown]) -> list[Motion]:
    """Everything that moved by more than a pixel after a caption's first complete frame."""
    times_cs = [cs for caption in captions for cs in _times_cs(caption)]
    frames = frames_at(scene.ass, times_cs, scene.size, GREY)
    rests = resting_boxes(scene, captions)
    found: list[Motion] = []
    for caption in captions:
        boxes = [next(rests) for _ in caption.words]
        drawn = [next(frames) for _ in _times_cs(caption)]
        top, bottom, left, right = _ink_box(drawn)
        edges = [_edges(frame[top:bottom, left:right]) for frame in drawn]
        inside = [(a - top, b - top, c - left, d - left) for a, b, c, d in boxes]
        found += _caption_motions(caption, inside, edges, type_size(scene))
    return found


def _times_cs(caption: Shown) -> list[int]:
    """The times of the first complete frame, each word late in its time, and the last frame."""
    first = caption.start_cs + ENTRANCE_CS
    if len(caption.words) > 1:
        first = min(first, max(caption.start_cs, round(100 * caption.onsets_s[1]) - 1))
    last = caption.end_cs - 1
    return [min(cs, last) for cs in (first, *caption.lates_cs, last)]


def _ink_box(frames: Sequence[Frame]) -> Box:
    """The box around everything that any of the frames shows, a pixel wider on each side."""
    height, width, _ = frames[0].shape
    boxes = [box for box in map(_ink, frames) if box is not None]
    tops, bottoms, lefts, rights = zip(*boxes, strict=True)
    top, bottom, left, right = widened((min(tops), max(bottoms), min(lefts), max(rights)), 1)
    return top, min(bottom, height), left, min(right, width)


def _ink(frame: Frame) -> Box | None:
    """The box around everything that differs from the grey by more than `FAINT`."""
    return box_of(((frame > GREY + FAINT) | (frame < GREY - FAINT)).any(axis=2))


def _caption_motions(
    caption: Shown, boxes: Sequence[Box], edges: Sequence[Steepness], size: float
) -> Iterator[Motion]:
    """The motions of each word in its box, and of the rest of the caption."""
    n = len(caption.words)
    outer, inner = round(ACTIVE_EM * size), round(LETTERS_EM * size)
    active = [0, *range(n), n - 1]
    words = {word: widened(box, inner) for word, box in enumerate(boxes)}
    whole = (0, len(edges[0]), 0, len(edges[0][0]))
    rest = np.zeros(edges[0].shape, dtype=bool)
    for box in words.values():
        _cut(rest, box)[:] = True
    for place, box in [*words.items(), (n, whole)]:
        moments = [k for k in range(n + 2) if active[k] != place]
        for now in moments[1:]:
            left_out = rest.copy() if place == n else np.zeros_like(rest)
            for word in {active[moments[0]], active[now]}:
                _cut(left_out, widened(words[word], outer))[:] = True
            n_pixels = _stray(edges[moments[0]], edges[now], left_out, box)
            if n_pixels > MOST_STRAY:
                moved = caption.words[place] if place < n else "the rest"
                yield Motion(moved, caption.words[active[now]], n_pixels)


def _cut(frame: NDArray[Element], box: Box) -> NDArray[Element]:
    top, bottom, left, right = box
    return frame[top:bottom, left:right]


def _edges(frame: Frame) -> Steepness:
    """How steep the edge at each pixel is, whatever its colour."""
    steps = frame.astype(np.int16)
    steep = np.zeros(frame.shape[:2], dtype=np.int16)
    for axis in (0, 1):
        step = np.abs(np.diff(steps, axis=axis)).max(axis=-1)
        near = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        steep[near] = np.maximum(steep[near], step)
    return steep


def _stray(one: Steepness, other: Steepness, is_left_out: Mask, box: Box) -> int:
    """The number of pixels on strong edges that have no edge within a pixel in the other frame."""
    left_out = _cut(is_left_out, box)
    first, second = _cut(one, box), _cut(other, box)
    n = 0
    for strong, weak in ((first, second), (second, first)):
        steepest = max(LEAST_EDGE, int(np.where(left_out, 0, strong).max(initial=0)))
        known = max(LEAST_EDGE / 2, WEAK * int(np.where(left_out, 0, weak).max(initial=0)))
        n += int(((strong > STRONG * steepest) & ~spread(weak > known, 1) & ~left_out).sum())
    return n


def overflow_px(scene: Scene, captions: Sequence[Shown]) -> tuple[float, str]:
    """How far ink leaves the safe area, in pixels, with side and text; negative if it does not."""
    width, height = scene.size
    ratio = width / height
    side, below = SAFE["wide" if ratio > 6 / 5 else "square" if ratio >= 3 / 4 else "upright"]
    worst = (float("-inf"), "")
    times = [(caption, cs) for caption in captions for cs in _times_cs(caption)]
    frames = frames_at(scene.ass, [cs for _, cs in times], scene.size, GREY)
    for (caption, _), frame in zip(times, frames, strict=True):
        box = _ink(frame)
        if box is None:
            continue
        top, bottom, left, right = box
        over = {
            "left": side * width - left,
            "right": right - (1 - side) * width,
            "below": bottom - (1 - below) * height,
            "above": below * height - top,
        }
        edge = max(over, key=lambda one: over[one])
        worst = max(worst, (over[edge], f"{edge} of {' '.join(caption.words)[:40]!r}"))
    return worst


def least_gap_px(scene: Scene, captions: Sequence[Shown]) -> float | None:
    """The least distance between the letters of two lines, with outlines; None if none has two.

    Every word is grown in turn. Shadows, glows and boxes do not count. A negative distance means
    that letters overlap.
    """
    probes = []
    for caption in captions:
        lines = [[n for n, of in enumerate(caption.lines) if of == line] for line in (0, 1, 2)]
        for cs in caption.lates_cs:
            for upper, lower in pairwise(line for line in lines if line):
                probes += [Probe(caption, cs, words, has_edges=True) for words in (upper, lower)]
    masks = letters(scene, probes)
    gaps = [_gap(upper > 100, next(masks) > 100) for upper in masks]
    return min(gaps, default=None)


_ASIDE = 12


def _gap(upper: Mask, lower: Mask) -> float:
    """The least distance in pixels, measured from each column to its neighbours."""
    height, _ = upper.shape
    floor = np.where(upper.any(axis=0), height - 1 - np.argmax(upper[::-1], axis=0), -(10**6))
    ceiling = np.where(lower.any(axis=0), np.argmax(lower, axis=0), 10**6)
    least = float("inf")
    for aside in range(-_ASIDE, _ASIDE + 1):
        shifted = np.roll(ceiling, aside)
        down = float((shifted - floor - 1).min())
        least = min(least, down if down < 0 else float(np.hypot(down, max(abs(aside) - 1, 0))))
    return least
