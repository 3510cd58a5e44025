"""When each stretch of a sound is heard, according to the file's timestamps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event

import numpy as np
from numpy.typing import NDArray

from wordlight.audio._clip import Bound

SLACK_S = 0.02
"""How far timestamps may stray from the count of samples. Recorders write timestamps roughly, and
each correction makes a seam. Longer gaps become silence."""

LONGEST_HOLE_S, LONGEST_OVERLAP_S = 600.0, 2.0
"""If timestamps jump further ahead or back, a new clock has begun, if the format allows that."""
SHORTEST_CLOCK_S = 1.0
"""A shorter stretch cannot begin a new clock: its timestamp is taken to be broken."""

_FRAME = re.compile(
    rb"\] n: *\d+ pts: *(?P<pts>-?\w+) .* channels: *(?P<channels>\d+) chlayout: *(?P<layout>.+?)"
    rb" rate: *(?P<rate>\d+) nb_samples: *(?P<samples>\d+) "
)
"""Source: ffmpeg, libavfilter/af_ashowinfo.c"""
_ERROR = re.compile(rb"\[(?:error|fatal|panic)\] (?P<told>.*)")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of the first frame. ffmpeg converts all later frames to it."""

    rate_hz: int
    n_channels: int
    layout: str


@dataclass(slots=True)
class Stretch:
    """Samples without a gap. ``start`` is the timestamp of the first, counted in samples."""

    start: int
    n_samples: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Decoded samples from the index ``taken`` on, to be heard ``start`` samples after 0:00."""

    start: int
    taken: int
    n_samples: int


@dataclass(slots=True)
class Clock:
    """The timestamps and the last error in ffmpeg's log, read while ffmpeg runs.

    ffmpeg's filter ``ashowinfo`` logs the timestamps. ``start_s`` and ``can_restart`` describe the
    file; see `Contents`.
    """

    start_s: float
    can_restart: bool
    form: Form | None = None
    stretches: list[Stretch] = field(default_factory=list)
    rate_changes: bool = False
    last_error: str = ""
    is_known: Event = field(default_factory=Event)
    """Set once ``form`` is known, or the log has ended without it."""

    def read(self, log: Iterable[bytes]) -> None:
        """Reads the log to its end."""
        try:
            for line in log:
                if frame := _FRAME.search(line):
                    self._take(frame)
                elif error := _ERROR.search(line):
                    self.last_error = error["told"].decode(errors="replace")
        finally:
            self.is_known.set()

    def _take(self, frame: re.Match[bytes]) -> None:
        rate_hz, n_samples = int(frame["rate"]), int(frame["samples"])
        if self.form is None:
            self.form = Form(rate_hz, int(frame["channels"]), frame["layout"].decode())
            self.is_known.set()
        self.rate_changes |= rate_hz != self.form.rate_hz
        last = self.stretches[-1] if self.stretches else None
        due = last.start + last.n_samples if last else 0
        start = due if frame["pts"] == b"NOPTS" else int(frame["pts"])
        if last is None or abs(start - due) > SLACK_S * rate_hz:
            self.stretches.append(Stretch(start, n_samples))
        else:
            last.n_samples += n_samples

    def place(self, samples: NDArray[np.float32], bound: Bound) -> NDArray[np.float32]:
        """The stretches at their times, with silence between them: (n_samples,) from 0:00 on.

        If two stretches overlap, the one that was decoded first is heard. No stretch is moved.

        Raises:
            TooLong: Sound and silence together are longer than the bound.
        """
        if self.form is None:
            return samples
        pieces = list(self._pieces(self.form.rate_hz))
        if pieces == [Piece(0, 0, len(samples))]:
            return samples
        n_samples = max((piece.start + piece.n_samples for piece in pieces), default=0)
        bound.check(n_samples, self.form.rate_hz)
        placed = np.zeros(max(n_samples, 0), np.float32)
        for piece in reversed(pieces):
            lead = max(-piece.start, 0)
            heard = samples[piece.taken + lead : piece.taken + piece.n_samples]
            placed[piece.start + lead :][: len(heard)] = heard
        return placed

    def _pieces(self, rate_hz: int) -> Iterator[Piece]:
        """The stretches with their times after 0:00, except those with a broken timestamp."""
        most_ahead, most_behind = LONGEST_HOLE_S * rate_hz, -LONGEST_OVERLAP_S * rate_hz
        taken, shift = 0, -round(self.start_s * rate_hz)
        end: int | None = None  # of the last long stretch and what continues it
        for stretch in self.stretches:
            start, n_samples = stretch.start + shift, stretch.n_samples
            ahead = 0 if end is None else start - end
            is_long = n_samples >= SHORTEST_CLOCK_S * rate_hz
            is_far = not most_behind <= ahead <= most_ahead
            if is_far and is_long and self.can_restart:
                shift -= ahead
                start -= ahead
            if is_long or not is_far:
                yield Piece(start, taken, n_samples)
            if is_long or (end is not None and abs(ahead) <= -most_behind):
                end = start + n_samples
            taken += n_samples
