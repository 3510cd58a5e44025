"""Several channels heard as one: their mix, or the loudest where they cancel each other out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

WINDOW_S = 1.0
"""Longer than a syllable, so that chance does not look like cancelling; and never a whole file,
because in a cut film one microphone may be wired the wrong way round, and the next not."""
FADE_S = 0.01
CANCELLED, RESTORED = 0.2, 0.5
"""Power of the sum over the sum of powers: 1 for channels that have nothing in common, 2 for two
that are the same, 0 for opposite ones. Measured in windows of 1 s: music 1.4 to 1.8, two
microphones in a room 0.9 to 1.0, speech and the same 1 ms later 0.7 and more, music widened by 12
dB 0.28 and more; opposite channels at -3 dB of each other 0.06, with noise at -15 dB 0.03
to 0.07."""
LOUDER = 2.0
"""Another channel must have that much more power to be heard instead: each change is a seam."""
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
"""ffmpeg's names of layouts by their first channels: left, right, centre, low frequencies (x)."""
_USUAL = {3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""The layout of a file that names none, as FLAC and WAV have it. Source: RFC 9639, table 20"""
_WEIGHTS, _BEHIND = {"l": 0.7071, "r": 0.7071, "c": 1.0, "x": 0.0}, 0.5
"""How much of each is heard in one channel. Source: ITU-R BS.775-3, table 2"""
_FIRST = {name: first for first, names in _BEGINNINGS.items() for name in names}
_NAMED = re.compile(r"\d+ channels \((.+)\)")
_PLACES = {"FL": "l", "FR": "r", "FLC": "l", "FRC": "r", "FC": "c", "LFE": "x", "LFE2": "x"}


def weights_of(n_channels: int, layout: str = "") -> Samples:
    """(n_channels,): how much of each is in the mix; they add up to 1.

    ``layout`` is ffmpeg's name of it; without one the channels stand in their usual order.

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
    """Which channel each of the first is; nothing if nobody knows, or it does not matter."""
    if named := _NAMED.fullmatch(layout):
        return [_PLACES.get(name, "") for name in named[1].split("+")]
    name = layout if layout in _FIRST else _USUAL.get(n_channels, "")
    return list(_FIRST.get(name, ""))


def mix(windows: Iterable[Samples], weights: Samples, rate_hz: int) -> Iterator[Samples]:
    """(n_frames,) for each (n_frames, n_channels): the mix, or a channel that is not cancelled.

    Windows are ``WINDOW_S`` long; a last one that is shorter than half of it is heard as the one
    before.
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
    """(n_channels,): the weights, or 1 for one channel and 0 for the others."""
    powers = (window.T @ window).astype(np.float64)  # of each channel, and of each two together
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
