r"""Karaoke timing: the length of each syllable of an event, silences included.

A renderer adds the ``\k`` lengths up from the event's start. So the absolute times are rounded, and
each length is the difference of two rounded times. No rounding error accumulates, and the sum
equals the length of the event.
"""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.subtitles._timing import HOLD_MS
from wordlight.words import Word


@dataclass(frozen=True, slots=True)
class Syllable:
    """One karaoke tag of an event: for a word, or for silence if ``word`` is None.

    An unspoken word has length 0, so it lights up with the word before it.
    """

    word: Word | None
    length_cs: int


def syllables(caption: Caption) -> list[Syllable]:
    """The words and silences of a caption, in order. Their lengths add up to the event's length.

    A word that extends beyond the event is cut at the event's edges.

    >>> from wordlight.subtitles import Line
    >>> line = Line((Word("so", 0.1, 0.333), Word("it", 0.333, 0.666)), (" ", ""))
    >>> [s.length_cs for s in syllables(Caption((line,), 0, 1000))]
    [10, 23, 34, 33]
    """
    start_cs, end_cs = caption.start_cs, caption.end_cs
    now_cs = start_cs
    clock: list[Syllable] = []
    for word in caption.words:
        if not is_spoken(word):
            clock.append(Syllable(word, 0))
            continue
        onset_cs = min(max(to_cs(to_ms(word.start_s)), now_cs), end_cs)
        over_cs = min(max(to_cs(to_ms(word.end_s)), onset_cs), end_cs)
        if onset_cs > now_cs:
            clock.append(Syllable(None, onset_cs - now_cs))
        clock.append(Syllable(word, over_cs - onset_cs))
        now_cs = over_cs
    if end_cs > now_cs:
        clock.append(Syllable(None, end_cs - now_cs))
    return clock


@dataclass(frozen=True, slots=True)
class State:
    """Words ``first`` to before ``stop`` are spoken from ``start_cs`` to just before ``end_cs``.

    In silence, ``first`` and ``stop`` both equal the number of words so far, unspoken ones
    included.
    """

    first: int
    stop: int
    start_cs: int
    end_cs: int


def states(caption: Caption) -> list[State]:
    """The spoken words over time: successive states that cover the caption without a gap.

    A word lasts at least 0.3 s where there is room, and silence up to 0.3 s is bridged, as in the
    mode ``word``. Words that begin in the same centisecond share a state.

    >>> from wordlight.subtitles import Line
    >>> line = Line((Word("so", 0.0, 0.5), Word("it", 0.6, 0.9)), (" ", ""))
    >>> [(s.first, s.stop, s.end_cs) for s in states(Caption((line,), 0, 2000))]
    [(0, 1, 60), (1, 2, 90), (2, 2, 200)]
    """
    found: list[State] = []
    spoken = _spoken(caption)
    now_cs = caption.start_cs
    n_words = sum(1 for _ in caption.words)
    following_cs = [*(state.start_cs for state in spoken), caption.end_cs][1:]
    for state, next_cs in zip(spoken, following_cs, strict=True):
        if state.start_cs > now_cs:
            found.append(State(state.first, state.first, now_cs, state.start_cs))
        end_cs = max(state.end_cs, state.start_cs + HOLD_MS // 10)
        now_cs = next_cs if next_cs - end_cs <= HOLD_MS // 10 else end_cs
        found.append(State(state.first, state.stop, state.start_cs, now_cs))
    if now_cs < caption.end_cs:
        n_seen = spoken[-1].stop if spoken else n_words
        found.append(State(n_seen, n_seen, now_cs, caption.end_cs))
    return found


def _spoken(caption: Caption) -> list[State]:
    """The states of spoken words. Words with one start share a state; invisible words have none."""
    found: list[State] = []
    now_cs, index = caption.start_cs, 0
    for syllable in syllables(caption):
        over_cs = now_cs + syllable.length_cs
        if syllable.word is not None and not is_spoken(syllable.word):
            index += 1
        elif syllable.word is not None:
            if found and found[-1].start_cs == now_cs:
                found[-1] = State(found[-1].first, index + 1, now_cs, over_cs)
            elif now_cs < caption.end_cs:
                found.append(State(index, index + 1, now_cs, over_cs))
            index += 1
        now_cs = over_cs
    return found
