"""Finds characters that a look draws as an empty box, which is a font's glyph for missing ones.

A probe draws a character. Its picture is compared with that of a character that no font has: once
in the same place of the same file, and once in DejaVu Sans. An empty place is not a box.

Blind spot: a font whose own box differs from both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from look_frames import Frame, box_of
from look_letters import Probe, letters
from look_speech import Scene, even, scene

LACKING = "\U0010fffd"
"""A character of the last private plane, which is in no font."""
SAMPLES = {
    "emoji": ("en", "🎉🙂❤️👍🚀"),
    "Chinese": ("zh", "日本語字典"),
    "Japanese": ("ja", "ひらカタ"),
    "Korean": ("ko", "한국어"),
    "Arabic": ("ar", "قالرجل"),
    "Hebrew": ("he", "שלום"),
    "Thai": ("th", "สวดกท"),
    "Devanagari": ("hi", "नमसत"),
    "symbols": ("en", "€→♪★✓…№½°"),
}
"""For each script, a language and some characters."""
_SIZE = (640, 360)
_ALIKE = 25
"""The mean difference, of 255, between two pictures of a glyph an eighth of a pixel apart."""


def blank_boxes(look: str, text: str, language: str) -> list[str]:
    """The characters of the text that are drawn as a box."""
    return [one for one in _characters(text) if _is_box(look, one, language)]


def _characters(text: str) -> Iterator[str]:
    """The characters, each with its variation selector if one follows."""
    for place, one in enumerate(text):
        if one != "\ufe0f":
            yield text[place : place + 2] if text[place + 1 : place + 2] == "\ufe0f" else one


def _is_box(look: str, character: str, language: str) -> bool:
    drawn = scene(look, _SIZE, even(["ok", character]), language=language)
    return is_box(drawn, character)


def is_box(drawn: Scene, character: str) -> bool:
    """Whether the scene draws this character, which is a word of its own, as a box."""
    words = [(one, n) for one in drawn.captions for n, word in enumerate(one.words)]
    shown = [(caption, n) for caption, n in words if character in caption.words[n]]
    if not shown:
        return False
    caption, word = shown[0]
    own = _glyph(drawn, Probe(caption, caption.lates_cs[word], [word]))
    others = tuple(LACKING if character in one else one for one in caption.words)
    lacking = Probe(replace(caption, words=others), caption.lates_cs[word], [word])
    boxes = [
        _glyph(replace(drawn, ass=drawn.ass.replace(character, other)), lacking)
        for other in (LACKING, rf"{{\fnDejaVu Sans}}{LACKING}")
    ]
    return own is not None and any(box is not None and _is_alike(own, box) for box in boxes)


def _glyph(drawn: Scene, probe: Probe) -> Frame | None:
    (coverage,) = letters(drawn, [probe])
    box = box_of(coverage > 40)
    return None if box is None else coverage[box[0] : box[1], box[2] : box[3]]


def _is_alike(one: Frame, other: Frame) -> bool:
    if max(abs(a - b) for a, b in zip(one.shape, other.shape, strict=True)) > 1:
        return False
    height, width = np.minimum(one.shape, other.shape)
    difference = one[:height, :width].astype(int) - other[:height, :width]
    return float(np.abs(difference).mean()) < _ALIKE
