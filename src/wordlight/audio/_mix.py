"""One channel of several: their mix or, if they cancel each other out, the loudest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

WINDOW_S = 1.0
"""The length over which cancelling is measured. It is longer than a syllable, so that chance does
not look like cancelling. It is never a whole file, because in a cut film one microphone may be
wired the wrong way round and the next one correctly."""
FADE_S = 0.01
CANCELLED, RESTORED = 0.2, 0.5
"""Limits for the power of the sum divided by the sum of the powers. Below the first, channels are
no longer mixed; from the second on they are mixed again. The ratio is 1 for channels that have
nothing in common, 2 for two that are the same, and 0 for opposite ones. Measured in windows of 1 s:
music 1.4 to 1.8, two microphones in a room 0.9 to 1.0, speech and the same 1 ms later 0.7 and more,
music widened by 12 dB 0.28 and more; opposite channels at -3 dB of each other 0.06, with noise at
-15 dB 0.03 to 0.07."""
LOUDER = 2.0
"""How many times the power another channel must have to be heard instead. Each change is a seam."""
_BEGINNINGS = {
    "lrcx": (
        "3.1", "4.1", "5.1", "5.1(side)", "6.1", "6.1(back)", "7.1", "7.1(wide)", "7.1(wide-side)",
        "3.1.2", "5.1.2", "5.1.2(back)", "5.1.4", "7.1.2", "7.1.4", "7.2.3", "9.1.4", "9.1.6",
        "22.2",
    ),
    "lrc": (
        "3.0", "4.0", "5.0", "5.0(side)", "6.0", "7.0", "7.0(front)", "hexagonal", "octagonal",
        "hexadecagonal",
    ),
    "lrx": ("2.1", "6.1(front)"),
    "lr": ("3.0(back)", "quad", "quad(side)", "6.0(front)", "cube"),
}  # fmt: skip
"""ffmpeg's names for layouts that begin with these channels: left, right, centre, low
frequencies (x)."""
_USUAL = {3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""The layout that FLAC and WAV imply if a file names none, by its number of channels.
Source: RFC 9639, table 20"""
_WEIGHTS, _BEHIND = {"l": 0.7071, "r": 0.7071, "c": 1.0, "x": 0.0}, 0.5
"""How much of each channel, and of one that is none of these, goes into the mix.
Source: ITU-R BS.775-3, table 2"""
_FIRST = {name: first for first, names in _BEGINNINGS.items() for name in names}
_NAMED = re.compile(r"\d+ channels \((.+)\)")
_PLACES = {"FL": "l", "FR": "r", "FLC": "l", "FRC": "r", "FC": "c", "LFE": "x", "LFE2": "x"}


def weights_of(n_channels: int, layout: str = "") -> Samples:
    """How much of each channel is in the mix, (n_channels,). The weights add up to 1.

    ``layout`` is ffmpeg's name for the order of the channels. Without it they have the usual one.

    >>> weights_of(2)
    array([0.5, 0.5], dtype=float32)
    >>> weights_of(6).round(2)
    array([0.21, 0.21, 0.29, 0.  , 0.15, 0.15], dtype=float32)
    """
    places = _places(n_channels, layout)[:n_channels]
    weights = np.full(n_channels, _BEHIND if places else 1.0)
    weights[: len(places)] = [_WEIGHTS.get(place, _BEHIND) for place in places]
    if not weights.any():  # low frequencies alone
        weights[:] = 1.0
    mixed: Samples = (weights / weights.sum()).astype(np.float32)
    return mixed


def _places(n_channels: int, layout: str) -> list[str]:
    """The place of each of the first channels; empty if unknown or of no consequence."""
    if named := _NAMED.fullmatch(layout):
        return [_PLACES.get(name, "") for name in named[1].split("+")]
    name = layout if layout in _FIRST else _USUAL.get(n_channels, "")
    return list(_FIRST.get(name, ""))


def mix(windows: Iterable[Samples], weights: Samples, rate_hz: int) -> Iterator[Samples]:
    """Yields one channel, (n_frames,), for each window, (n_frames, n_channels).

    It is the mix or, if the channels cancel each other out, the loudest of them. Windows are
    ``WINDOW_S`` long. A last one shorter than half of that is treated as the one before.
    """
    if len(weights) == 1:
        yield from (window[:, 0] for window in windows)
        return
    heard = None
    for window in windows:
        before = heard
        if before is None or len(window) >= WINDOW_S * rate_hz / 2:
            heard = _heard(window, weights, before)
        mono = window @ heard
        if before is not None and before is not heard:
            fade = np.linspace(0, 1, min(int(FADE_S * rate_hz), len(window)), dtype=np.float32)
            faded = window[: len(fade)] @ before
            mono[: len(fade)] = faded + fade * (mono[: len(fade)] - faded)
        yield mono


def _heard(window: Samples, weights: Samples, before: Samples | None) -> Samples:
    """The weights for a window, (n_channels,): as given, or 1 for one channel and 0 for others."""
    powers = (window.T @ window).astype(np.float64)  # of each channel, and of each pair
    alone, together = weights**2 @ powers.diagonal(), weights @ powers @ weights
    is_mixed = before is None or before is weights
    if alone == 0:
        return weights if before is None else before
    if not together < (CANCELLED if is_mixed else RESTORED) * alone:
        return weights
    power = np.where(weights > 0, powers.diagonal(), 0.0)
    if not is_mixed and before is not None and power.max() < LOUDER * power[before.argmax()]:
        return before
    one = np.zeros_like(weights)
    one[power.argmax()] = 1.0
    return one
