"""Contrast of letters with the background that is really behind them: WCAG 2's ratio, in frames.

*Fill* is the median colour of the pixels well inside a word's strokes: those that a probe covers
wholly, with all their neighbours. *Ground* is the part of the same frame, with outline, shadow,
glow and box, that is within 0.08 em of the strokes. Letters and a pixel around them are left out,
so that no antialiased edge counts. A word's ratio is the least favourable quartile over its ground.
A look's ratio is the lowest of its words: lit words late in their time, unlit ones at that moment.

Blind spots: outlines thinner than a pixel, and anything farther away than 0.08 em, such as a bright
spot just beyond a thin outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from look_backgrounds import BACKGROUNDS
from look_frames import Box, Frame, Mask, around, box_of, frames_at, spread
from look_letters import Probe, em_px, letters
from look_speech import Scene, Shown, even, scene
from numpy.typing import NDArray

AIM = 4.5
"""Source: WCAG 2.2, success criterion 1.4.3 (AA)."""
TEXT = (
    "The old lighthouse keeper climbed the narrow stairs every evening, before the sun went down."
)
GROUND_EM = 0.08
MOST_UNLIT = 2
"""The number of words that are measured before their turn at each moment."""
_LEAST_GROUND = 8


@dataclass(frozen=True, slots=True)
class Contrast:
    """The lowest ratio of any word, and which word it was."""

    ratio: float
    word: str

    def __str__(self) -> str:
        return f"{self.ratio:.2f}"


NONE = Contrast(float("inf"), "")


def contrasts(
    look: str, size: tuple[int, int], n_moments: int = 4
) -> dict[str, tuple[Contrast, Contrast]]:
    """For each background picture, the lowest contrast of lit words and of unlit words."""
    drawn = scene(look, size, even(TEXT.split(), pitch_s=0.5, spoken_s=0.5))
    moments = _moments(drawn.captions, n_moments)
    words = list(_measured(drawn, moments))
    found = {}
    for name in BACKGROUNDS:
        times_cs = [cs for _, cs, _ in moments]
        frames = list(frames_at(drawn.ass, times_cs, size, _picture(name, *size)))
        least = {True: NONE, False: NONE}
        for one in words:
            ratio = Contrast(
                word_ratio(one.cut(frames[one.moment]), one.fill, one.ground), one.text
            )
            least[one.is_lit] = min(least[one.is_lit], ratio, key=lambda each: each.ratio)
        found[name] = least[True], least[False]
    return found


@cache
def _picture(name: str, width: int, height: int) -> Frame:
    return BACKGROUNDS[name](width, height)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A word at a moment: its fill and its ground in a box of the frame."""

    moment: int
    text: str
    is_lit: bool
    box: Box
    fill: Mask
    ground: Mask

    def cut(self, frame: Frame) -> Frame:
        top, bottom, left, right = self.box
        return frame[top:bottom, left:right]


def _measured(drawn: Scene, moments: Sequence[tuple[Shown, int, int]]) -> Iterator[_Measured]:
    """For each moment, the lit word and some words that are still unlit."""
    every = letters(drawn, [Probe(one, cs, range(len(one.words))) for one, cs, _ in moments])
    wanted = [
        (n, caption, word, word == lit)
        for n, (caption, _, lit) in enumerate(moments)
        for word in range(lit, min(lit + 1 + MOST_UNLIT, len(caption.words)))
    ]
    alone = letters(drawn, [Probe(one, moments[n][1], [word]) for n, one, word, _ in wanted])
    inks = list(every)
    reach = max(2, round(GROUND_EM * em_px(drawn)))
    for (n, caption, word, is_lit), mask in zip(wanted, alone, strict=True):
        box = box_of(mask > 0, reach + 2)
        if box is None:
            raise ValueError(f"{caption.words[word]!r} is nowhere in the frame")
        top, bottom, left, right = box
        own, ink = mask[top:bottom, left:right], inks[n][top:bottom, left:right]
        ground = around(own >= 128, reach) & ~spread((ink > 0) | (own > 0), 1)
        yield _Measured(n, caption.words[word], is_lit, box, _fill_of(own), ground)


def _moments(captions: Sequence[Shown], n: int) -> list[tuple[Shown, int, int]]:
    """Moments: caption, time and lit word. They are spread over all words but captions' last."""
    every = [
        (caption, cs, word)
        for caption in captions
        for word, cs in enumerate(caption.lates_cs)
        if word + 1 < len(caption.words)
    ]
    return every[:: max(1, len(every) // n)][:n]


def _fill_of(coverage: Frame) -> Mask:
    """The pixels well inside the strokes; for thin strokes, all that are covered wholly."""
    whole = coverage >= 250
    inside = ~spread(~whole, 1)
    return inside if inside.sum() >= _LEAST_GROUND else whole


def word_ratio(frame: Frame, fill: Mask, ground: Mask) -> float:
    """The ratio of a word's fill to the least favourable quartile of its ground."""
    if fill.sum() < _LEAST_GROUND or ground.sum() < _LEAST_GROUND:
        raise ValueError("a word has no fill or no ground to be measured")
    colour = np.median(frame[fill], axis=0).astype(np.uint8)
    ratios = ratio(luminance(colour), luminance(frame[ground]))
    return float(np.quantile(ratios, 0.25))


def luminance(colours: Frame) -> NDArray[np.float64]:
    """WCAG 2's relative luminance of sRGB colours, which are the last axis.

    >>> luminance(np.array([[0, 0, 0], [255, 255, 255]], np.uint8)).round(3).tolist()
    [0.0, 1.0]
    """
    shares = np.asarray(colours) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    light: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return light


def ratio(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """WCAG 2's contrast ratio of luminances, from 1 to 21."""
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
