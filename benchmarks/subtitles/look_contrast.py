"""Contrast of letters against what is really behind them: WCAG 2's ratio, in rendered frames.

*Fill* is the median colour of the pixels well inside a word's strokes: those that a probe covers
wholly, with all their neighbours. *Ground* is what the same frame, with outline, shadow, glow and
box, has within 0.08 em of the strokes; letters and a pixel around them are left out, so that no
antialiased edge counts. A word's ratio is the least favourable quartile over its ground, a look's
the lowest of its words: lit ones late in their time, unlit ones at the same moment.

Blind spots: outlines thinner than a pixel, and what lies farther off than 0.08 em, such as a bright
spot just beyond a thin outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from backgrounds import BACKGROUNDS
from look_frames import Frame, Mask, around, frames_at, spread
from look_letters import Probe, letters, type_size
from look_speech import Scene, Shown, even, scene
from numpy.typing import NDArray

AIM = 4.5
"""Source: WCAG 2.2, success criterion 1.4.3 (AA)."""
TEXT = (
    "The old lighthouse keeper climbed the narrow stairs every evening, before the sun went down."
)
GROUND_EM = 0.08
EM_OF_SIZE = 1 / 1.164
"""libass scales a font so that ascent and descent fill the size."""
MOST_UNLIT = 3
"""Words that are measured before their turn, at each moment."""
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
    look: str, size: tuple[int, int], n_moments: int = 6
) -> dict[str, tuple[Contrast, Contrast]]:
    """For each picture, lit and unlit."""
    shown = scene(look, size, even(TEXT.split(), pitch_s=0.5, spoken_s=0.5))
    moments = _moments(shown.captions, n_moments)
    every = [Probe(caption, cs, range(len(caption.words))) for caption, cs, _ in moments]
    wanted = [
        (n, Probe(caption, cs, [word]), word == lit)
        for n, (caption, cs, lit) in enumerate(moments)
        for word in range(lit, min(lit + 1 + MOST_UNLIT, len(caption.words)))
    ]
    inks = [_stroke(frame) for frame in letters(shown, every)]
    reach = max(2, round(GROUND_EM * EM_OF_SIZE * type_size(shown)))
    words = [
        (n, probe, is_lit, _fill_of(mask), _ground_of(mask, inks[n], reach))
        for (n, probe, is_lit), mask in zip(
            wanted, letters(shown, [probe for _, probe, _ in wanted]), strict=True
        )
    ]
    found = {}
    for name, picture in BACKGROUNDS.items():
        times_cs = [cs for _, cs, _ in moments]
        frames = list(frames_at(shown.ass, times_cs, size, picture(*size)))
        lit, unlit = NONE, NONE
        for n, probe, is_lit, fill, ground in words:
            (word,) = probe.words
            ratio = Contrast(word_ratio(frames[n], fill, ground), probe.caption.words[word])
            if is_lit:
                lit = min(lit, ratio, key=lambda one: one.ratio)
            else:
                unlit = min(unlit, ratio, key=lambda one: one.ratio)
        found[name] = lit, unlit
    return found


def _moments(captions: Sequence[Shown], n: int) -> list[tuple[Shown, int, int]]:
    """Caption, time and the word that is lit then: spread over all words but captions' last."""
    every = [
        (caption, cs, word)
        for caption in captions
        for word, cs in enumerate(caption.lates_cs)
        if word + 1 < len(caption.words)
    ]
    return every[:: max(1, len(every) // n)][:n]


def _stroke(coverage: Frame) -> Mask:
    return coverage > 0


def _fill_of(coverage: Frame) -> Mask:
    """The pixels well inside the strokes; of thin ones, all that are covered wholly."""
    whole = coverage >= 250
    inside = ~spread(~whole, 1)
    return inside if inside.sum() >= _LEAST_GROUND else whole


def _ground_of(coverage: Frame, ink: Mask, reach: int) -> Mask:
    return around(coverage >= 128, reach) & ~spread(ink | (coverage > 0), 1)


def word_ratio(frame: Frame, fill: Mask, ground: Mask) -> float:
    """The ratio of a word's fill to the least favourable quartile of its ground."""
    if fill.sum() < _LEAST_GROUND or ground.sum() < _LEAST_GROUND:
        raise ValueError("a word has no fill or no ground to be measured")
    colour = np.median(frame[fill], axis=0).astype(np.uint8)
    ratios = ratio(luminance(colour), luminance(frame[ground]))
    return float(np.quantile(ratios, 0.25))


def luminance(colours: Frame) -> NDArray[np.float64]:
    """WCAG 2's relative luminance of sRGB, last axis gone.

    >>> luminance(np.array([[0, 0, 0], [255, 255, 255]], np.uint8)).round(3).tolist()
    [0.0, 1.0]
    """
    shares = np.asarray(colours) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def ratio(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """WCAG 2's contrast ratio of luminances, 1 to 21."""
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def misses(look: str, size: tuple[int, int], n_moments: int = 6) -> Iterator[str]:
    """A sentence for each ratio below the aim."""
    for picture, pair in contrasts(look, size, n_moments).items():
        for state, found in zip(("lit", "unlit"), pair, strict=True):
            if found.ratio < AIM:
                yield f"{look}: {found.word!r}, {state}, has {found} on {picture}"
