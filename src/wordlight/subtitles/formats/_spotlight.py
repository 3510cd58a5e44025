"""Lights one word at a time, for formats that cannot sweep a colour over a word."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._clock import to_ms
from wordlight.subtitles._timing import HOLD_MS, VISIBLE_MS


@dataclass(frozen=True, slots=True)
class Spotlight:
    """Word number ``word`` of a caption is lit from ``start_ms`` to just before ``end_ms``.

    None means that no word is lit.
    """

    word: int | None
    start_ms: int
    end_ms: int


def spotlights(caption: Caption) -> list[Spotlight]:
    """The states of a caption, each with one lit word or none. They fill it; none is empty.

    A word stays lit through silence of up to `HOLD_MS`, to avoid flicker. A word without length is
    lit for `VISIBLE_MS` where there is room. A word is never lit if it is unspoken, or if the next
    word begins at the same time.

    >>> from wordlight.subtitles import Line
    >>> from wordlight.words import Word
    >>> line = Line((Word("so", 0.1, 0.3), Word("it", 0.35, 0.6)), (" ", ""))
    >>> [(s.word, s.start_ms, s.end_ms) for s in spotlights(Caption((line,), 0, 2000))]
    [(None, 0, 100), (0, 100, 350), (1, 350, 600), (None, 600, 2000)]
    """
    words = [(index, word) for index, word in enumerate(caption.words) if is_spoken(word)]
    onsets_ms = accumulate((to_ms(word.start_s) for _, word in words), max)
    edges_ms = [min(max(ms, caption.start_ms), caption.end_ms) for ms in onsets_ms]
    edges_ms.append(caption.end_ms)
    now_ms = caption.start_ms
    found: list[Spotlight] = []
    for (index, word), (onset_ms, next_ms) in zip(words, pairwise(edges_ms), strict=True):
        if onset_ms == next_ms:
            continue
        end_ms = min(max(to_ms(word.end_s), onset_ms + VISIBLE_MS), next_ms)
        if next_ms - end_ms <= HOLD_MS:
            end_ms = next_ms
        if onset_ms > now_ms:
            found.append(Spotlight(None, now_ms, onset_ms))
        found.append(Spotlight(index, onset_ms, end_ms))
        now_ms = end_ms
    if now_ms < caption.end_ms:
        found.append(Spotlight(None, now_ms, caption.end_ms))
    return found
