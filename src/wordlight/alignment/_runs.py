"""Runs of a script's words that are said one after the other, and the other speech around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import stretches
from wordlight.alignment._loudness import silence_below_db, stands_out
from wordlight.alignment._route import Followed

OTHER_SPEECH_FRAMES = 20.0
"""A stretch outside the script counts as speech if its frames' probabilities of a letter add up to
this: 0.4 s, a word or two. This figure and those below were chosen by trial, on speech that no
weights were trained on, on noise and on music."""
SURE_FRAMES = 20
"""Such a stretch has at least so many frames in which a letter is likelier than none. Noise has
fewer."""
BREATH_FRAMES, APART_FRAMES = 5, 25
"""If fewer than 5 of these frames stand at an edge of the stretch, half a second (25 frames) from
the rest, they are a breath."""
LETTER_FRAMES = 3
"""Such a stretch has so many frames in which a letter is likeliest even before blank is
discounted."""
LETTER_SHARE, FEWEST_LETTERS = 0.03, 15
"""A run of words must have so many such frames for each of its letters: speech under noise at 10 dB
has 0.07 and more, noise and music none. Runs of fewer letters are judged together."""
LONGEST_LETTER_FRAMES, PAUSE_FRAMES = 4, 60
"""A word is followed by a pause if it takes more than 4 frames per letter (slow speech) and 60
frames more. No word is looked for further than 60 frames from where it was found."""
QUIET_FRAMES = 5
"""Frames over which loudness is averaged to find the quietest place of a pause, because one frame
may be quiet by chance."""
CUT_FRAMES = 5
"""A recording that still sounds in its last 5 frames (0.1 s) may have been cut within a word."""

Frames = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Words ``first`` to ``last`` of those that are said, and the frames in which they lie."""

    first: int
    last: int
    low: int
    high: int


def other_speech(
    is_other: NDArray[np.bool_], speech: NDArray[np.float64], is_letter: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """The first frame and the one past the last of each stretch of speech outside the script.

    Args:
        is_other: (n_frames,) whether a frame is outside the script.
        speech: (n_frames,) the probability of a letter after blank is discounted.
        is_letter: (n_frames,) whether a letter is the likeliest before blank is discounted.
    """
    found = []
    for start, stop in stretches(is_other):
        sure = np.flatnonzero(speech[start:stop] > 0.5)
        is_sure = len(sure) >= SURE_FRAMES and is_letter[start:stop].sum() >= LETTER_FRAMES
        if is_sure and speech[start:stop].sum() >= OTHER_SPEECH_FRAMES:
            sure = _without_breaths(sure)
            found.append((start + int(sure[0]), start + int(sure[-1]) + 1))
    return found


def _without_breaths(sure: NDArray[np.int64]) -> NDArray[np.int64]:
    """The frames without a few at either edge that are far from the rest.

    >>> _without_breaths(np.array([0, 1, *range(40, 60), 99])).tolist() == [*range(40, 60)]
    True
    """
    groups = np.split(sure, np.flatnonzero(np.diff(sure) > APART_FRAMES) + 1)
    long = [k for k, group in enumerate(groups) if len(group) >= BREATH_FRAMES]
    return np.concatenate(groups[long[0] : long[-1] + 1]) if long else sure


def is_cut_short(followed: Followed, levels: NDArray[np.float64]) -> bool:
    """Whether only the last word is missing, and the recording ends before the sound does."""
    sounds = bool(levels[-CUT_FRAMES:].max() > silence_below_db(levels))
    return sounds and followed.is_spoken[-2:].tolist() == [True, False]


def recognised_runs(
    runs: Sequence[Run],
    is_letter: NDArray[np.bool_],
    n_letters: NDArray[np.int64],
    levels: NDArray[np.float64],
) -> list[Run]:
    """The runs in whose sound the aligner recognises letters at all.

    Short runs side by side are judged together. They may show no letters if each run stands out
    from the noise.
    """
    is_loud = stands_out(levels)
    sizes = [int(n_letters[run.first : run.last].sum()) for run in runs]
    groups: list[list[int]] = []
    for k, size in enumerate(sizes):
        if k and max(size, sizes[k - 1]) < FEWEST_LETTERS:
            groups[-1].append(k)
        else:
            groups.append([k])
    recognised: list[Run] = []
    for group in groups:
        n = sum(sizes[k] for k in group)
        shown = sum(np.count_nonzero(is_letter[runs[k].low : runs[k].high]) for k in group)
        stand_out = all(is_loud[runs[k].low : runs[k].high].any() for k in group)
        if shown >= max(1.0, LETTER_SHARE * n) or (n < FEWEST_LETTERS and stand_out):
            recognised += [runs[k] for k in group]
    return recognised


def runs_of(
    followed: Followed,
    others: Sequence[tuple[int, int]],
    n_letters: NDArray[np.int64],
    levels: NDArray[np.float64],
    is_apart: NDArray[np.bool_],
) -> list[Run]:
    """The runs of words that follow each other without skipped words or other speech between them.

    A long pause ends a run too, at its quietest place, so that no word is looked for beyond the
    pause. A run reaches little more than a second beyond the words that were found. Before other
    speech a run ends where that speech begins, and after it a run begins where that speech ends.
    ``is_apart``: (n_words,) whether a word that cannot be spelt, which divides runs, comes before.
    """
    spoken = np.flatnonzero(followed.is_spoken).tolist()
    if not spoken:
        return []
    starts, n_frames = followed.starts, len(followed.is_other)
    firsts = [0]
    lows = [(_between(0, int(starts[spoken[0]]), others) or (0, 0))[1]]
    highs: list[int] = []
    for k, (before, after) in enumerate(pairwise(spoken), 1):
        start, stop = int(starts[before]), int(starts[after])
        edges = _between(start, stop, others)
        if edges is None and is_apart[before + 1 : after + 1].any():
            edges = (int(followed.stops[before]), stop)
        is_long = stop - start > LONGEST_LETTER_FRAMES * n_letters[before] + PAUSE_FRAMES
        if edges is None and (is_long or after != before + 1):
            cut = start + 1 + _quietest(levels[start + 1 : stop])
            edges = (cut, cut)
        if edges is not None:
            firsts.append(k)
            highs.append(edges[0])
            lows.append(edges[1])
    highs.append((_between(int(starts[spoken[-1]]), n_frames, others) or (n_frames, 0))[0])
    lasts = [k - 1 for k in [*firsts[1:], len(spoken)]]
    return [
        _run(followed, spoken[first], spoken[last], low, high)
        for first, last, low, high in zip(firsts, lasts, lows, highs, strict=True)
    ]


def _run(followed: Followed, first: int, last: int, low: int, high: int) -> Run:
    """The run from the first word to the last, no further than a pause beyond these words."""
    low = max(low, int(followed.starts[first]) - PAUSE_FRAMES)
    return Run(first, last + 1, low, min(high, int(followed.stops[last]) + PAUSE_FRAMES))


def _between(start: int, stop: int, others: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the other speech between two frames begins and ends; None if there is none."""
    inside = [(a, b) for a, b in others if start <= (a + b) / 2 < stop]
    return (inside[0][0], inside[-1][1]) if inside else None


def _quietest(levels: NDArray[np.float64]) -> int:
    """The frame in the middle of the quietest 100 ms; ``levels``: (n_frames,) dB."""
    width = min(QUIET_FRAMES, len(levels))
    if width == 0:
        return 0
    means = np.convolve(levels, np.full(width, 1 / width), mode="valid")
    quiet = np.flatnonzero(means <= means.min() + 1.0)
    return int(quiet[len(quiet) // 2]) + width // 2
