"""Corrects predicted durations: pauses, the first sound of a text, and words that stand alone.

The predictor that gives each phoneme its frames was trained on single sentences, cut at their first
and last sound. It knows no pause at a stop, ends only at a mark, and may give the first sound no
frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

STOPS, DASHES, COMMAS = ".!?…", "—", ",;:()"
VOWELS = "AIOQWYaeiouyɑɐɒæɔəɚɛɜɪɯɨøœʊʌɤᵊᵻ"
PRIMARY, SECONDARY = "ˈ", "ˌ"
SILENT = ","
"""The mark at which the network is always silent, however long the mark lasts. During a long dash
it speaks, and after a stop it becomes silent late. So this mark represents all pauses."""
PAUSES_S = {STOPS: (0.45, 0.60), DASHES: (0.24, 0.34), COMMAS: (0.14, 0.22)}
"""Shortest and longest silence at a mark that stands inside a chunk. Chosen so that medians
measured in the audio are 0.35 to 0.6 s at a stop and 0.12 to 0.3 s at a comma
(``benchmarks/pauses.py``); the predictor's own pause is kept if it lies between them."""
PACE = (0.8, 1.25)
"""The range within which pauses follow a voice's pace: a slow reader mainly lengthens the
sounds."""
PLOSIVES, LONGEST_PLOSIVE_S = "bdkptɡʤʧʔ", 0.075
"""The predictor counts the silence between a plosive and a mark as part of the plosive. The time
beyond this limit belongs to the pause. Inside a phrase it gives a plosive 0.02 to 0.06 s."""
SPACE_S = 0.04
"""The length of the space that ends a pause. The next sound begins within it."""
LEAD_S = 0.043
"""Silence laid out between the reference and the answer, as a comma followed by a space. After a
pad an answer begins with a consonant, the more so the longer the pad ("Early" was heard as
"Burley"). The silence is trimmed off again."""
TAIL_S = 0.055
"""Silence laid out after the last sound, in which that sound fades."""
FIRST_CONSONANT_S, NEXT_CONSONANT_S, FIRST_VOWEL_S = 0.05, 0.03, 0.06
"""The shortest durations of the sounds up to the first vowel. Source: the predictor's upper
quartiles over 50 Harvard sentences: 0.048, 0.047 (of three) and 0.104 s; the vowel's value here is
much lower. The predictor's median for a first consonant is 0.020 s, because its training clips were
cut there."""
SHORTEST_S = 0.30
"""The least total duration of a text's sounds: "No." is predicted to take 0.33 s."""
STRONG = {"ɐ": "ˈA", "ɐn": "ˈæn", "ðə": "ðˈi", "tə": "tˈu"}
"""The stressed forms of words whose vowel is reduced inside a sentence, for words spoken alone."""


def spoken_alone(phonemes: str) -> str:
    """The phonemes of a text. A single word without stress gets those that it has by itself.

    >>> spoken_alone("ɐ."), spoken_alone("ˌI"), spoken_alone("ænd"), spoken_alone("ðə mˈæn.")
    ('ˈA.', 'ˈI', 'ˈænd', 'ðə mˈæn.')
    """
    word = phonemes.strip(STOPS + DASHES + COMMAS + ' "“”')
    if not word or " " in word or PRIMARY in word:
        return phonemes
    strong = STRONG.get(word) or word.replace(SECONDARY, PRIMARY, 1)
    vowel = next((at for at, sound in enumerate(strong) if sound in VOWELS), None)
    if PRIMARY not in strong and vowel is not None:
        strong = strong[:vowel] + PRIMARY + strong[vowel:]
    return phonemes.replace(word, strong, 1)


def closed(phonemes: str) -> str:
    """The phonemes, with a stop added if they end without a mark.

    >>> closed("tˈɛn"), closed("tˈɛn, ")
    ('tˈɛn.', 'tˈɛn, ')
    """
    ended = phonemes.rstrip(' "“”')
    return phonemes if ended.endswith((*STOPS, *DASHES, *COMMAS)) else f"{ended}."


@dataclass(frozen=True, slots=True)
class Paced:
    """(n,) int64 ids to lay out, and (n,) float64 frames of each.

    ``source``: (n,) int64, the index of the given id from which each was made.
    """

    ids: NDArray[np.int64]
    frames: NDArray[np.float64]
    source: NDArray[np.int64]


class Pacing:
    """Turns predicted frames into frames to lay out, for one vocabulary and one frame length.

    Ids before ``first_sound`` are pads, marks and the space; the first and the last id are pads.
    """

    def __init__(self, vocabulary: Mapping[str, int], first_sound: int, frame_s: float) -> None:
        self._first_sound = first_sound
        self._frame_s = frame_s
        self._silent = vocabulary[SILENT]
        self._space = vocabulary[" "]
        self._vowels = {vocabulary[v] for v in VOWELS if v in vocabulary}
        self._plosives = {vocabulary[p] for p in PLOSIVES if p in vocabulary}
        self._stresses = {vocabulary[s] for s in (PRIMARY, SECONDARY) if s in vocabulary}
        self._pauses_s = {
            vocabulary[mark]: span for marks, span in PAUSES_S.items() for mark in marks
        }

    def answer(
        self, ids: NDArray[np.int64], frames: NDArray[np.floating[Any]], pace: float, speed: float
    ) -> Paced:
        """A whole chunk: silence, its sounds and pauses, silence.

        ``frames``: the predicted ones, at pace and speed 1.
        """
        sounds = np.flatnonzero(ids >= self._first_sound)
        first, last = int(sounds[0]), int(sounds[-1])
        paced = frames.astype(np.float64) * (pace / speed)
        paced[1:first], paced[last + 1 :] = 0.0, 0.0
        paced[0] = SPACE_S / self._frame_s
        self._raise_first(ids, paced, first, 1.0 / speed)
        total, least = float(paced[sounds].sum()), SHORTEST_S / self._frame_s / speed
        paced[sounds] *= max(1.0, least / total)
        laid = ids.copy()
        laid[0] = self._space
        self._pause(laid, paced, first, last + 1, float(np.clip(pace, *PACE)) / speed)
        source = np.concatenate([[0], np.arange(len(ids)), [len(ids) - 1]])
        lead, tail = LEAD_S / self._frame_s, TAIL_S / self._frame_s
        return Paced(
            np.concatenate([[self._silent], laid, [self._silent]]),
            np.concatenate([[lead], paced, [tail]]),
            source,
        )

    def n_frames(
        self, ids: NDArray[np.int64], frames: NDArray[np.floating[Any]], pace: float
    ) -> float:
        """Frames of a piece inside a longer text, with the pause after the piece, at speed 1."""
        sounds = np.flatnonzero(ids >= self._first_sound)
        paced = frames.astype(np.float64) * pace
        self._pause(ids.copy(), paced, int(sounds[0]), len(ids), float(np.clip(pace, *PACE)))
        return float(paced[sounds[0] :].sum())

    def _raise_first(
        self, ids: NDArray[np.int64], frames: NDArray[np.float64], first: int, scale: float
    ) -> None:
        """Makes the sounds up to the first vowel long enough to be heard, in place."""
        unit = scale / self._frame_s
        floor_s = FIRST_CONSONANT_S
        for at in range(first, len(ids)):
            if ids[at] in self._stresses and ids[at + 1] in self._vowels:
                both = frames[at : at + 2]  # a stress mark is the first part of its vowel
                missing = FIRST_VOWEL_S * unit - float(both.sum())
                both += max(0.0, missing) / 2
                return
            if ids[at] < self._first_sound:
                return
            if ids[at] in self._vowels:
                frames[at] = max(frames[at], FIRST_VOWEL_S * unit)
                return
            if ids[at] not in self._stresses:
                frames[at] = max(frames[at], floor_s * unit)
                floor_s = NEXT_CONSONANT_S

    def _pause(
        self,
        ids: NDArray[np.int64],
        frames: NDArray[np.float64],
        first: int,
        end: int,
        scale: float,
    ) -> None:
        """Makes a pause of every run of marks from ``first`` up to ``end``, in place."""
        unit = scale / self._frame_s
        edges = np.flatnonzero(np.diff(ids[first:end] < self._first_sound, prepend=False))
        for start, stop in pairwise([*(first + edges).tolist(), end]):
            run = ids[start:stop]
            spans = [self._pauses_s[mark] for mark in run.tolist() if mark in self._pauses_s]
            if not spans:
                continue
            shortest, longest = (bound * unit for bound in max(spans))
            total = float(np.clip(frames[start:stop].sum(), shortest, longest))
            if start > first and ids[start - 1] in self._plosives:
                frames[start - 1] = min(frames[start - 1], LONGEST_PLOSIVE_S * unit)
            ends_in_space = ids[stop - 1] == self._space
            after = min(SPACE_S * unit, float(frames[stop - 1])) if ends_in_space else 0.0
            frames[start:stop] = 0.0
            frames[stop - 1] = after
            frames[start] += total - after
            ids[start : stop - 1 if ends_in_space else stop] = self._silent
