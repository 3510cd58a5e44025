"""The most probable path of known tokens through CTC emissions.

Source: whisperX 3.8.6 ``whisperx/alignment.py`` (``get_trellis``, ``backtrack``,
``merge_repeats``), which comes from torchaudio's forced-alignment tutorial. Three things differ. A
token may also be held by its own probability, so that emissions without sharp peaks align too.
Separators may take no frame at all. And every frame is accounted for, while whisperX stops at the
best one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

_F = TypeVar("_F", bound=Callable[..., Any])
_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
_Bytes = NDArray[np.uint8]

WILDCARD = -1
"""A token that is as probable as the best label that is not blank (whisperX's wildcard column)."""

_UNREACHED = np.float32(-1e30)
_FLOOR = np.float32(-1e4)
"""The least log-probability; it keeps minus infinity out of the sums."""
_FRAMES_BETWEEN_REBASES = 64
"""After so many frames the best sum is subtracted from all sums. They stay near zero, where float32
is precise."""


@dataclass(frozen=True, slots=True)
class TokenSpans:
    """Where each token was found: all arrays are (n_tokens,).

    ``starts``, ``ends`` and ``stops`` are int64 frames, half open. A token's state lasts to
    ``stops``, where the next token starts. The token itself is recognised up to ``ends``: the last
    frame before ``ends`` is the last one of the state in which the token is at least as probable as
    blank. An optional token that is skipped has no frame (all three are equal).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    stops: NDArray[np.int64]


def align_tokens(
    log_probs: NDArray[np.float32],
    tokens: NDArray[np.int64],
    is_optional: NDArray[np.bool_],
    blank: int,
) -> TokenSpans | None:
    """The frames of each token on the most probable path, or None if there are too few frames.

    Args:
        log_probs: (n_frames, n_labels) natural logarithms.
        tokens: (n_tokens,) labels, or ``WILDCARD``.
        is_optional: (n_tokens,) whether a token may take no frame; never two tokens in a row.
        blank: The label of CTC's blank.

    >>> peaky = np.log(np.array([[0.1, 0.9], [0.9, 0.1], [0.1, 0.9]], np.float32))
    >>> found = align_tokens(peaky, np.array([1, 1]), np.zeros(2, np.bool_), blank=0)
    >>> found.starts.tolist(), found.ends.tolist(), found.stops.tolist()
    ([0, 2], [1, 3], [2, 3])
    """
    n_frames, n_labels = log_probs.shape
    if len(tokens) == 0 or n_frames < np.count_nonzero(~is_optional):
        return None
    if n_frames == 0:
        return None
    emissions = _with_wildcard(log_probs, blank)
    columns = np.where(tokens == WILDCARD, n_labels, tokens).astype(np.int64)
    optional = np.asarray(is_optional, dtype=np.bool_)
    moves, skips, last = _walk_forward(emissions, columns, optional, blank)
    starts, stops = _walk_back(moves, skips, optional, n_frames, last)
    ends = _last_recognised(emissions, columns, starts, stops, blank)
    return TokenSpans(starts, ends, stops)


def _with_wildcard(log_probs: NDArray[np.float32], blank: int) -> NDArray[np.float32]:
    n_frames, n_labels = log_probs.shape
    extended = np.empty((n_frames, n_labels + 1), dtype=np.float32)
    np.maximum(log_probs, _FLOOR, out=extended[:, :n_labels])
    others = np.delete(extended[:, :n_labels], blank, axis=1)
    extended[:, n_labels] = others.max(axis=1, initial=_FLOOR)
    return extended


def compiled(function: _F) -> _F:
    """``numba.njit``, which keeps its machine code in ``NUMBA_CACHE_DIR`` if that is set.

    The code is never kept beside the package, which may lie on a read-only volume.
    """
    keep = "NUMBA_CACHE_DIR" in os.environ
    return cast(_F, numba.njit(nogil=True, error_model="numpy", cache=keep)(function))


@compiled
def _walk_forward(
    emissions: _Floats, tokens: _Ints, is_optional: _Flags, blank: int
) -> tuple[_Bytes, _Bytes, int]:
    """The trellis, kept as one bit per cell: whether the token was entered at that frame.

    ``sums[j]`` is the best path's log-probability that ends in token ``j - 1``; ``sums[0]`` is the
    silence before all tokens. Only cells that can be reached, and from which the other tokens still
    fit (``low`` to ``high``), are visited.

    Returns:
        moves: (n_frames, ⌈n_tokens / 8⌉) uint8 bits. skips: (n_frames, ⌈n_optional / 8⌉) uint8
        bits, whether a path that leaves an optional token at that frame has really skipped it.
        last: the state at the last frame.
    """
    n_frames, n_tokens = emissions.shape[0], tokens.shape[0]
    optionals = np.flatnonzero(is_optional) + 1
    moves = np.zeros((n_frames, (n_tokens + 7) // 8), dtype=np.uint8)
    skips = np.zeros((n_frames, (optionals.shape[0] + 7) // 8), dtype=np.uint8)
    n_needed = np.zeros(n_tokens + 1, dtype=np.int64)
    n_needed[1:] = np.cumsum(~is_optional)
    sums = np.full(n_tokens + 1, _UNREACHED, dtype=np.float32)
    sums[0] = 0.0
    leave = sums.copy()
    entered = np.zeros((n_tokens + 7) // 8 * 8, dtype=np.uint8)
    low, high = 1, 0
    for t in range(n_frames):
        while high < n_tokens and n_needed[high + 1] <= t + 1:
            high += 1
        while n_needed[n_tokens] - n_needed[low] > n_frames - 1 - t:
            low += 1
        leave[low - 1 : high + 1] = sums[low - 1 : high + 1]
        _skip(sums, leave, optionals, low, high, skips[t])
        _step(emissions[t], tokens, blank, sums, leave, low, high, entered)
        _pack(entered, low, high, moves[t])
        if t % _FRAMES_BETWEEN_REBASES == 0:
            sums -= sums[low : high + 1].max()
    is_skipped = is_optional[n_tokens - 1] and sums[n_tokens - 1] > sums[n_tokens]
    return moves, skips, n_tokens - 1 if is_skipped else n_tokens


@compiled
def _skip(
    sums: _Floats, leave: _Floats, optionals: _Ints, low: int, high: int, skips: _Bytes
) -> None:
    """Lets the token after an optional one also be entered from the token before it."""
    first = np.searchsorted(optionals, low - 1)
    past = np.searchsorted(optionals, high, side="right")
    for o in range(first, past):
        j = optionals[o]
        if sums[j - 1] > sums[j]:
            leave[j] = sums[j - 1]
            skips[o >> 3] |= np.uint8(1 << (o & 7))


@compiled
def _step(
    emission: _Floats,
    tokens: _Ints,
    blank: int,
    sums: _Floats,
    leave: _Floats,
    low: int,
    high: int,
    entered: _Bytes,
) -> None:
    """One frame: each token stays, by itself or by blank, or is entered from its predecessor."""
    silence = emission[blank]
    for j in range(low, high + 1):
        own = emission[tokens[j - 1]]
        stay = sums[j] + max(own, silence)
        move = leave[j - 1] + own
        entered[j - 1] = move > stay
        sums[j] = max(stay, move)
    sums[0] += silence


@compiled
def _pack(entered: _Bytes, low: int, high: int, moves: _Bytes) -> None:
    """Eight flags to a byte, the first in the lowest bit."""
    for k in range((low - 1) >> 3, (high + 7) >> 3):
        byte = np.uint8(0)
        for b in range(8):
            byte |= np.uint8(entered[8 * k + b] << b)
        moves[k] = byte


@compiled
def _walk_back(
    moves: _Bytes, skips: _Bytes, is_optional: _Flags, n_frames: int, last: int
) -> tuple[_Ints, _Ints]:
    """The first frame of each token's state, and one past its last; equal if it was skipped."""
    n_tokens = is_optional.shape[0]
    starts = np.full(n_tokens, n_frames, dtype=np.int64)
    stops = np.full(n_tokens, n_frames, dtype=np.int64)
    o = np.count_nonzero(is_optional[:last]) - 1
    j = last
    for t in range(n_frames - 1, -1, -1):
        if j == 0:
            break
        if not (moves[t, (j - 1) >> 3] >> ((j - 1) & 7)) & 1:
            continue
        starts[j - 1] = t
        if is_optional[j - 1]:
            o -= 1
        j -= 1
        if j == 0:
            break
        stops[j - 1] = t
        if is_optional[j - 1] and (skips[t, o >> 3] >> (o & 7)) & 1:
            starts[j - 1] = t
            o -= 1
            j -= 1
            if j > 0:
                stops[j - 1] = t
    return starts, stops


@compiled
def _last_recognised(
    emissions: _Floats, tokens: _Ints, starts: _Ints, stops: _Ints, blank: int
) -> _Ints:
    """The end of each token: after the last frame of its state in which blank is not likelier."""
    ends = starts.copy()
    for i in range(tokens.shape[0]):
        if stops[i] <= starts[i]:
            continue
        ends[i] = starts[i] + 1
        for t in range(stops[i] - 1, starts[i], -1):
            if emissions[t, tokens[i]] >= emissions[t, blank]:
                ends[i] = t + 1
                break
    return ends
