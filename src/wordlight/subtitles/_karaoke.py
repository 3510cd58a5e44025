r"""The karaoke clock: how long each syllable of an event lasts, gaps included.

A renderer adds ``\k`` lengths up from the event's start, so edges are rounded from absolute times
and lengths are their differences: no error adds up, and the sum is the event's own length.
"""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.words import Word


@dataclass(frozen=True, slots=True)
class Syllable:
    """One tag of an event: a word, or silence where ``word`` is None."""

    word: Word | None
    length_cs: int


def syllables(caption: Caption) -> list[Syllable]:
    """Words and silences of a caption, in order; their lengths add up to the event's.

    A word outside the event, or one that a crowded caption had to cut, is cut at the event's edges.

    >>> from wordlight.subtitles import Line
    >>> line = Line((Word("so", 0.1, 0.333), Word("it", 0.333, 0.666)), (" ", ""))
    >>> [s.length_cs for s in syllables(Caption((line,), 0, 1000))]
    [10, 23, 34, 33]
    """
    start_cs, end_cs = caption.start_cs, caption.end_cs
    now_cs = start_cs
    clock: list[Syllable] = []
    for word in caption.words:
        onset_cs = min(max(to_cs(to_ms(word.start_s)), now_cs), end_cs)
        over_cs = min(max(to_cs(to_ms(word.end_s)), onset_cs), end_cs)
        if onset_cs > now_cs:
            clock.append(Syllable(None, onset_cs - now_cs))
        clock.append(Syllable(word, over_cs - onset_cs))
        now_cs = over_cs
    if end_cs > now_cs:
        clock.append(Syllable(None, end_cs - now_cs))
    return clock
