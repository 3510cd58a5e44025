"""Places words that an aligner has no letters for in the sound between their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import stretches
from wordlight.alignment._timing import WordTimes
from wordlight.reading import ReadWord

MOST_UNSPELT = 3
"""How many words in a row may be guessed. With more, nothing shows which word is where."""
MOST_CERTAIN = 0.5
"""The best score that a guess may have."""
SHORTEST_S, LONGEST_S = (0.08, 0.01), (0.3, 0.35)
"""How long a word sounds, at least and at most: seconds, and more seconds for each character. The
range goes from a Hebrew letter, whose vowels are not written, to a Japanese sign that is said in
two syllables. Both ends are guesses with room to spare."""
LONGEST_CLOSURE_S = 0.18
"""If a silence is no longer than this, the sounds on both sides of it belong to one word, as in
`_loudness.LONGEST_CLOSURE_S`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The indices of words without letters, the seconds between which they lie, and their score."""

    indices: list[int]
    start_s: float
    end_s: float
    score: float
    n_characters: int


def unspelt_gaps(words: Sequence[ReadWord], spelt: Sequence[int], times: WordTimes) -> list[Gap]:
    """The gaps of a few words each whose neighbours in the script were found.

    A script in which no word can be spelt has no such gap.
    """
    is_unspelt = np.array([bool(word.said) for word in words], np.bool_)
    is_unspelt[list(spelt)] = False
    said = [i for i, word in enumerate(words) if word.said]
    gaps = []
    for first, past in stretches(is_unspelt[said]):
        beside = [said[k] for k in (first - 1, past) if 0 <= k < len(said)]
        indices = said[first:past]
        if len(indices) > MOST_UNSPELT or not beside or np.isnan(times.starts_s[beside]).any():
            continue
        score = min(MOST_CERTAIN, float(times.scores[beside].min()))
        start_s = float(times.ends_s[said[first - 1]]) if first else -np.inf
        end_s = float(times.starts_s[said[past]]) if past < len(said) else np.inf
        n_characters = sum(len(part) for i in indices for part in words[i].said)
        gaps.append(Gap(indices, start_s, end_s, score, n_characters))
    return gaps


def sound_of_gap(
    gap: Gap, is_sound: NDArray[np.bool_], edges_s: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Start and end of the longest sound in a gap, in seconds.

    None if the sound there is too short or too long for the words of the gap.

    ``is_sound``: (n_frames,) whether each frame has sound. ``edges_s``: (n_frames + 1,) when each
    frame begins, and when the last one ends.
    """
    first, past = np.searchsorted(edges_s, [gap.start_s - 1e-9, gap.end_s - 1e-9])
    sounds = [
        (float(edges_s[first + a]), float(edges_s[first + b]))
        for a, b in stretches(is_sound[first:past])
    ]
    joined: list[tuple[float, float]] = []
    for start_s, end_s in sounds:
        if joined and start_s - joined[-1][1] <= LONGEST_CLOSURE_S:
            start_s = joined.pop()[0]
        joined.append((start_s, end_s))
    shortest_s, longest_s = (a + b * gap.n_characters for a, b in (SHORTEST_S, LONGEST_S))
    fitting = [(a, b) for a, b in joined if b - a >= shortest_s]
    if not fitting or sum(b - a for a, b in fitting) > longest_s:
        return None
    return max(fitting, key=lambda span: span[1] - span[0])
