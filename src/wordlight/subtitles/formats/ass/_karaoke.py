r"""The karaoke clock: how long each syllable of an event lasts, gaps included.

A renderer adds ``\k`` lengths up from the event's start, so edges are rounded from absolute times
and lengths are their differences: no error adds up, and the sum is the event's own length.
"""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.subtitles._timing import HOLD_MS
from wordlight.words import Word


@dataclass(frozen=True, slots=True)
class Syllable:
    """One tag of an event: a word, or silence where ``word`` is None.

    A word that nobody says has no length: it lights up with the word before it.
    """

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
    """From ``start_cs`` to before ``end_cs``, words ``first`` to before ``stop`` are spoken.

    In silence both are the number of words so far, those that nobody says among them.
    """

    first: int
    stop: int
    start_cs: int
    end_cs: int


def states(caption: Caption) -> list[State]:
    """Which words are spoken when: states that follow each other without a gap, start to end.

    As single words on screen do, a word stands 0.3 s where there is room and bridges silence as
    long as that; words that begin in the same centisecond share a state.

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
    """The words' own times; words of one onset together, words without time on screen nowhere."""
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
