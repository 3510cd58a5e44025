"""The trellis of a script and a recording, in which any word may be skipped or left for a gap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._letters import Recognition
from wordlight.alignment._viterbi import compiled

_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
_Bytes = NDArray[np.uint8]

_UNREACHED = np.float32(-1e30)
_FRAMES_BETWEEN_REBASES = 64
"""After so many frames the best sum is subtracted from all sums. They stay near zero, where float32
is precise."""
_CELLS_AT_ONCE = 32_000_000
"""Bytes of the trellis that are kept. A longer trellis is computed twice, block by block."""
_FROM_GAP_ITSELF, _FROM_WORD, _FROM_SKIP = 0, 1, 2


class Trellis:
    """All paths through script and recording, a block of frames at a time.

    A state is a letter of the script, or the gap before a word (the last gap follows all words).
    Only the sums at the beginning of each block are kept; the way back computes the block again.
    """

    def __init__(
        self,
        recognition: Recognition,
        labels: _Ints,
        first: _Ints,
        skipping: _Floats,
        leaving: _Floats,
    ) -> None:
        self._recognition = recognition
        self._labels, self._first, self._skipping, self._leaving = labels, first, skipping, leaving
        self._n_frames = len(recognition.pause)
        self._block = max(64, _CELLS_AT_ONCE // (len(labels) + len(first)))

    def best_path(self, between: Callable[[], None]) -> tuple[_Ints, _Ints, _Flags]:
        """The best path, walked back from the end: starts, stops and is_other of `Followed`."""
        begins = self._beginnings(between)
        n_words = len(self._skipping)
        starts, stops = np.full(n_words, -1, np.int64), np.full(n_words, -1, np.int64)
        is_other = np.zeros(self._n_frames, np.bool_)
        place = (n_words, -1)
        for first, (letters, gaps) in reversed(begins):
            between()
            last = min(first + self._block, self._n_frames)
            trace = self._advance(letters, gaps, first, last)
            place = _walk_back(*trace, self._first, first, *place, starts, stops, is_other)
        return starts, stops, is_other

    def _beginnings(self, between: Callable[[], None]) -> list[tuple[int, tuple[_Floats, _Floats]]]:
        """The first frame of each block, and the sums of letters and gaps there."""
        letters = np.full(len(self._labels), _UNREACHED, dtype=np.float32)
        gaps = np.full(len(self._first), _UNREACHED, dtype=np.float32)
        gaps[0] = 0.0
        begins = [(0, (letters.copy(), gaps.copy()))]
        for first in range(self._block, self._n_frames, self._block):
            between()
            self._advance(letters, gaps, first - self._block, first)
            begins.append((first, (letters.copy(), gaps.copy())))
        return begins

    def _advance(
        self, letters: _Floats, gaps: _Floats, first: int, last: int
    ) -> tuple[_Flags, _Flags, _Bytes]:
        """Advances both sums by a block, and returns how each state was reached in each frame."""
        moves = np.empty((last - first, len(letters)), dtype=np.bool_)
        returns = np.empty((last - first, len(gaps) - 1), dtype=np.bool_)
        sources = np.empty((last - first + 1, len(gaps)), dtype=np.uint8)
        found, frames = self._recognition, slice(first, last)
        _walk_forward(
            found.letters[frames],
            found.pause[frames],
            found.within[frames],
            found.anything[frames],
            self._labels,
            self._first,
            self._skipping,
            self._leaving,
            letters,
            gaps,
            moves,
            returns,
            sources,
        )
        return moves, returns, sources


@compiled
def _walk_forward(
    emissions: _Floats,
    pause: _Floats,
    within: _Floats,
    anything: _Floats,
    labels: _Ints,
    first: _Ints,
    skipping: _Floats,
    leaving: _Floats,
    letters: _Floats,
    gaps: _Floats,
    moves: _Flags,
    returns: _Flags,
    sources: _Bytes,
) -> None:
    """A block of frames: every letter stays or is entered, every gap holds silence or other speech.

    ``letters`` and ``gaps`` are the sums before the block, and are changed to the sums after it.
    ``moves``, (n_frames, n_letters), are set to whether a letter is entered; ``returns``,
    (n_frames, n_words), to whether a word would begin after a gap.
    """
    n_frames, n_words = emissions.shape[0], first.shape[0] - 1
    is_last = np.zeros(labels.shape[0], np.bool_)
    for w in range(n_words):
        is_last[first[w + 1] - 1] = True
    nodes, before = np.empty_like(gaps), np.empty_like(letters)
    for t in range(n_frames):
        _reach_gaps(letters, gaps, nodes, first, skipping, leaving, sources[t])
        _reach_letters(letters, nodes, before, first, leaving, returns[t])
        _step(emissions[t], pause[t], within[t], is_last, labels, before, letters, moves[t])
        for w in range(n_words + 1):
            gaps[w] = nodes[w] + anything[t]
        if t % _FRAMES_BETWEEN_REBASES == 0:
            best = max(letters.max(), gaps.max())
            letters -= best
            gaps -= best
    _reach_gaps(letters, gaps, nodes, first, skipping, leaving, sources[n_frames])


@compiled
def _reach_letters(
    letters: _Floats,
    nodes: _Floats,
    before: _Floats,
    first: _Ints,
    leaving: _Floats,
    returns: _Flags,
) -> None:
    """Between two frames: a letter follows the one before it, or begins a word after a gap."""
    before[0] = _UNREACHED
    before[1:] = letters[:-1]
    for w in range(returns.shape[0]):
        back = nodes[w] - leaving[w]
        returns[w] = back > before[first[w]]
        before[first[w]] = max(back, before[first[w]])


@compiled
def _step(
    emission: _Floats,
    pause: float,
    within: float,
    is_last: _Flags,
    labels: _Ints,
    before: _Floats,
    letters: _Floats,
    moves: _Flags,
) -> None:
    """One frame: a letter stays, by itself or in silence, or is entered from the state before it.

    Silence after the last letter of a word is a pause; after any other letter it is within a word.
    """
    for j in range(labels.shape[0]):
        own = emission[labels[j]]
        quiet = pause if is_last[j] else within
        stay, move = letters[j] + max(own, quiet), before[j] + own
        moves[j] = move > stay
        letters[j] = max(stay, move)


@compiled
def _reach_gaps(
    letters: _Floats,
    gaps: _Floats,
    nodes: _Floats,
    first: _Ints,
    skipping: _Floats,
    leaving: _Floats,
    sources: _Bytes,
) -> None:
    """Between two frames: each gap goes on, ends the word before it, or leaves that word out."""
    for w in range(gaps.shape[0]):
        nodes[w], sources[w] = gaps[w], _FROM_GAP_ITSELF
        if w == 0:
            continue
        ended = letters[first[w] - 1] - leaving[w]
        if ended > nodes[w]:
            nodes[w], sources[w] = ended, _FROM_WORD
        skipped = nodes[w - 1] - skipping[w - 1]
        if skipped > nodes[w]:
            nodes[w], sources[w] = skipped, _FROM_SKIP


@compiled
def _before_letter(
    returns: _Flags, first: _Ints, frame: int, w: int, j: int, starts: _Ints, stops: _Ints
) -> tuple[int, int]:
    """The state from which letter ``j`` of word ``w`` was entered at that frame."""
    if j > first[w]:
        return w, j - 1
    starts[w] = frame
    if returns[w]:
        return w, -1
    stops[w - 1] = frame
    return w - 1, j - 1


@compiled
def _walk_back(
    moves: _Flags,
    returns: _Flags,
    sources: _Bytes,
    first: _Ints,
    first_frame: int,
    w: int,
    j: int,
    starts: _Ints,
    stops: _Ints,
    is_other: _Flags,
) -> tuple[int, int]:
    """Walks from the end of a block to its beginning, and returns the state before the block.

    A state is gap ``w`` if ``j`` is -1, else letter ``j``, which is in word ``w``.
    """
    t = moves.shape[0]
    while t > 0 or j < 0:
        if j >= 0:
            t -= 1
            if moves[t, j]:
                w, j = _before_letter(returns[t], first, first_frame + t, w, j, starts, stops)
            continue
        source = sources[t, w]
        if source == _FROM_WORD:
            w -= 1
            j = first[w + 1] - 1
            stops[w] = first_frame + t
        elif source == _FROM_SKIP:
            w -= 1
        elif t == 0:
            break
        else:
            t -= 1
            is_other[first_frame + t] = True
    return w, j
