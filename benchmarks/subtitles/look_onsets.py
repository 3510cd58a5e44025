"""Measures when a word's change is seen, in 100 frames per second around every onset.

A word's place is the box around its letters at rest, from a probe, made a little taller. It is half
a space away from its neighbours. The word's change begins with the first frame in which any pixels
there differ from the first frame of the window, in colour, in size or by a box behind. A fade, a
growth and a sweep begin at zero, which no frame shows. So a change that is less than half done in
that frame may have begun at any time since the frame before, and of that time the moment nearest to
the onset counts. A sweep is seen only when its front has crossed a pixel, and is allowed that time.

Blind spots: a change that is right in time but of the wrong kind (a caption's first word may light
up at any time while it appears), and one that begins earlier than the window of 6 cs (2 cs where
another caption stood just before, 1 cs while a caption may still fade in).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from look_frames import Box, Frame, frames_at
from look_letters import resting_boxes
from look_speech import Scene, Shown

AIM_CS = 1.0
AROUND_CS, AFTER_CAPTION_CS, SWEEP_CS = 6, 2, 20
ENTRANCE_CS = 20
"""A caption that fades in is complete after this time, or when its second word starts."""
ABOVE_SHARE = 0.12
"""How far above and below the letters a change counts, as a share of their height. A box that
covers them is seen there, and no neighbour grows into that space."""
SEEN, LEAST_PIXELS, HALF = 8, 2, 0.5
"""How much a pixel must change to count, of 255; how many pixels must; the share of a change that
makes it sudden."""


@dataclass(frozen=True, slots=True)
class Onset:
    """When a word's change is first seen, relative to its onset; late is positive.

    ``pixel_cs`` is the time in which a sweep over the word crosses one pixel.
    """

    word: str
    late_cs: float
    pixel_cs: float

    @property
    def is_missed(self) -> bool:
        """Whether the change is too early or too late. One never seen is infinitely late."""
        return not -AIM_CS <= self.late_cs <= AIM_CS + self.pixel_cs


def onsets(scene: Scene, captions: Sequence[Shown]) -> list[Onset]:
    """The onset of every word of the captions."""
    words = [(caption, word) for caption in captions for word in range(len(caption.words))]
    places = resting_boxes(scene, captions)
    windows = list(_windows(scene, captions))
    frames = frames_at(scene.ass, [cs for window in windows for cs in window], scene.size)
    found = []
    for (caption, word), place, window in zip(words, places, windows, strict=True):
        drawn = [next(frames) for _ in window]
        length_cs = 100 * (caption.ends_s[word] - caption.onsets_s[word])
        late_cs = _late_cs(drawn, window, place, 100 * caption.onsets_s[word])
        pixel_cs = length_cs / (place[3] - place[2]) if _sweeps(scene) else 0.0
        found.append(Onset(caption.words[word], late_cs, pixel_cs))
    return found


def _sweeps(scene: Scene) -> bool:
    return r"\kf" in scene.ass or r"\K" in scene.ass


def _windows(scene: Scene, captions: Sequence[Shown]) -> Iterator[range]:
    """A window around each onset. That of a caption's first word begins on an empty screen."""
    before_cs = {
        caption.start_cs: former.end_cs
        for former, caption in zip(scene.captions, scene.captions[1:], strict=False)
    }
    sweeps = _sweeps(scene)
    for caption in captions:
        for onset_s, late_cs in zip(caption.onsets_s, caption.lates_cs, strict=True):
            onset_cs = round(100 * onset_s)
            first = max(0, onset_cs - AROUND_CS)
            if onset_cs <= caption.start_cs:
                gone_cs = min(before_cs.get(caption.start_cs, 0), onset_cs - AFTER_CAPTION_CS)
                first = max(first, gone_cs)
            else:
                whole_cs = min(caption.start_cs + ENTRANCE_CS, onset_cs - 1)
                first = max(first, caption.start_cs, whole_cs)
            last = onset_cs + AROUND_CS
            yield range(
                first, (min(max(last, late_cs), onset_cs + SWEEP_CS) if sweeps else last) + 1
            )


def _late_cs(drawn: Sequence[Frame], window: range, place: Box, onset_cs: float) -> float:
    """How long after the onset the place begins to change; infinity if it never does."""
    top, bottom, left, right = place
    around = math.ceil(ABOVE_SHARE * (bottom - top))
    top, bottom = max(0, top - around), bottom + around
    crops = np.stack([frame[top:bottom, left:right] for frame in drawn]).astype(np.int16)
    change = np.abs(crops - crops[0]).max(axis=-1)
    is_seen = (change > SEEN).sum(axis=(1, 2)) >= LEAST_PIXELS
    if not is_seen.any():
        return float("inf")
    first, sums = int(np.argmax(is_seen)), change.sum(axis=(1, 2))
    seen_cs = window[first]
    is_sudden = sums[first] >= HALF * sums.max()
    earliest_cs = seen_cs if is_sudden else seen_cs - 1
    return min(max(onset_cs, earliest_cs), seen_cs) - onset_cs
