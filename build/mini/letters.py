"""Finds when each letter of a word sounds, by aligning letters with phonemes; EM learns how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from mini.clips import Clip, WordSpan
from mini.mel import SPEECH_HZ

N_PHONEME_IDS = 200
STRESS_IDS = (156, 157, 158)  # ˈ ˌ ː have no sound of their own; the first two precede their vowel
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
MAX_LEAP = 2  # the next letter may go on by so many phonemes, skipping one ("x" is k and s)
LEAP_COST = (0.7, 0.4, 3.0)  # of staying on a phoneme, going to the next, skipping one
N_ROUNDS = 5
SMOOTHING = 0.1


class LetterAligner:
    """Aligns letters by -log P(letter | phoneme), which hard EM learns from a corpus of words."""

    def __init__(self, words: Iterable[tuple[str, Sequence[int]]]) -> None:
        corpus = sorted({(text, tuple(ids)) for text, ids in words if ids})
        self._cost = np.zeros((N_PHONEME_IDS, len(LETTERS)))
        for round_ in range(N_ROUNDS):
            counts = np.full_like(self._cost, SMOOTHING)
            for text, ids in corpus:
                places = self._find_places(text, ids) if round_ else _diagonal(len(text), len(ids))
                for letter, place in zip(text, places, strict=True):
                    counts[ids[place], LETTERS.index(letter)] += 1
            self._cost = -np.log(counts / counts.sum(1, keepdims=True))
        self._known: dict[tuple[str, tuple[int, ...]], list[int]] = {}

    def places(self, text: str, ids: Sequence[int]) -> list[int]:
        """The index of the phoneme that each letter belongs to. Indices never fall.

        The first letter always belongs to the first phoneme.
        """
        key = text, tuple(ids)
        if key not in self._known:
            self._known[key] = self._find_places(text, ids)
        return self._known[key]

    def _find_places(self, text: str, ids: Sequence[int]) -> list[int]:
        cost = self._cost[np.asarray(ids)][:, [LETTERS.index(letter) for letter in text]]
        n_phonemes, n_letters = cost.shape
        best = np.full((n_letters, n_phonemes), np.inf)
        back = np.zeros((n_letters, n_phonemes), int)
        best[0, 0] = cost[0, 0]
        for i in range(1, n_letters):
            for leap in range(min(MAX_LEAP, n_phonemes - 1) + 1):
                came = best[i - 1, : n_phonemes - leap] + LEAP_COST[leap]
                here = best[i, leap:]
                back[i, leap:][came < here] = leap
                best[i, leap:] = np.minimum(here, came)
            best[i] += cost[:, i]
        place = int(np.argmin(best[-1] + 1.5 * (n_phonemes - 1 - np.arange(n_phonemes))))
        places = [place]
        for i in range(n_letters - 1, 0, -1):
            place -= back[i, place]
            places.append(int(place))
        return places[::-1]

    def onsets_s(self, clip: Clip, word: WordSpan) -> NDArray[np.float64]:
        """The (n_letters,) seconds at which letters begin. The first begins with the word."""
        ids, edges = sounding(clip, word)
        places = self.places(word.text, ids)
        onsets = np.empty(len(places))
        for place in sorted(set(places)):
            own = [i for i, p in enumerate(places) if p == place]
            after = min((p for p in places if p > place), default=len(ids))
            onsets[own] = np.linspace(edges[place], edges[after], len(own), endpoint=False)
        onsets[0] = word.start_s
        return np.maximum.accumulate(np.clip(onsets, word.start_s, word.end_s))


def sounding(clip: Clip, word: WordSpan) -> tuple[list[int], NDArray[np.float64]]:
    """The word's phonemes without stress marks, and their edges in seconds.

    A mark's time goes to its vowel.
    """
    ids = clip.phoneme_ids[word.first : word.last]
    edges = clip.edges_samples[word.first : word.last] / SPEECH_HZ
    kept, starts, pending = [], [], None
    for phoneme, start in zip(ids, edges, strict=True):
        if int(phoneme) in STRESS_IDS:
            pending = start if pending is None else pending
            continue
        kept.append(int(phoneme))
        starts.append(start if pending is None else pending)
        pending = None
    if not kept:
        kept, starts = [int(ids[0])], [word.start_s]
    starts[0] = word.start_s
    return kept, np.clip(np.array([*starts, word.end_s]), word.start_s, word.end_s)


def _diagonal(n_letters: int, n_phonemes: int) -> list[int]:
    return [i * n_phonemes // n_letters for i in range(n_letters)]
