"""Times of captions: each starts with its first word, lasts until it is read, and overlaps none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from wordlight.subtitles._caption import Caption, Line, is_spoken
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.subtitles._limits import Limits
from wordlight.subtitles.breaks import Unit
from wordlight.subtitles.languages import Language
from wordlight.words import Word

HOLD_MS = 300
"""A single word lasts at least this long if there is room. Silence up to this long is bridged."""
CLEAR_MS = 3_000
"""Roll-up rows disappear after this much silence."""
VISIBLE_MS = 50
"""Slightly more than a frame at 24 per second: the shortest time between the starts of two
captions."""


Text = tuple[Line, ...]
"""The lines that a caption shows."""


def time_sentences(
    texts: Sequence[Text], language: Language, limits: Limits, before: Caption | None = None
) -> list[Caption]:
    """Captions of several words, extended until they can be read, with a gap between them.

    ``before`` is the caption before the first text, if any.
    """
    starts_ms = _starts_ms(texts, language, limits, before)
    captions = []
    for lines, start_ms, next_ms in zip(texts, starts_ms, [*starts_ms, None][1:], strict=True):
        words = [word for line in lines for word in line.words]
        last = next(filter(is_spoken, reversed(words)), None)
        wanted_ms = needed_ms(lines, language, limits)
        if last is not words[-1]:
            read_ms = to_ms(words[-1].end_s) - start_ms
            wanted_ms = max(wanted_ms, min(read_ms, 10 * limits.longest_cs))
        end_cs = _end_cs(start_ms, next_ms, last, wanted_ms, limits)
        captions.append(Caption(lines, start_ms, _end_ms(end_cs, next_ms)))
    return captions


def _end_ms(end_cs: int, next_ms: int | None) -> int:
    """The end in milliseconds, or the next caption's start if both are in the same centisecond."""
    return 10 * end_cs if next_ms is None else min(10 * end_cs, next_ms)


def _end_cs(
    start_ms: int, next_ms: int | None, last: Word | None, wanted_ms: int, limits: Limits
) -> int:
    """The end of a caption with the last spoken word ``last`` that should last ``wanted_ms``."""
    start_cs = to_cs(start_ms)
    spoken_cs = to_cs(to_ms(last.end_s)) if last else start_cs
    end_cs = max(spoken_cs, -(-(start_ms + wanted_ms) // 10))
    if next_ms is None:
        return end_cs
    room_cs = to_cs(next_ms) - limits.gap_cs
    if end_cs <= room_cs:
        is_close = next_ms - 10 * end_cs < limits.close_ms
        longest_cs = max(end_cs, start_cs + limits.longest_cs)
        return min(room_cs, longest_cs) if is_close else end_cs
    # No room. The gap may take half the last word's time; beyond that the gap is shortened.
    heard_cs = (to_cs(to_ms(last.start_s)) + spoken_cs + 1) // 2 if last else start_cs
    return max(room_cs, min(heard_cs, to_cs(next_ms)), start_cs + 1)


def time_words(units: Sequence[Unit], language: Language) -> list[Caption]:
    """One caption for each unit. It lasts until the next unit begins, if that is soon.

    Units that begin in the same centisecond share a caption; otherwise the first would never be
    seen.
    """
    groups: list[list[Word]] = []
    for unit in units:
        if groups and to_cs(to_ms(unit[0].start_s)) <= to_cs(to_ms(groups[-1][0].start_s)):
            groups[-1] += unit
        else:
            groups.append([*unit])
    starts_ms = [to_ms(group[0].start_s) for group in groups]
    captions = []
    for group, start_ms, next_ms in zip(groups, starts_ms, [*starts_ms, None][1:], strict=True):
        end_cs = max(to_cs(to_ms(group[-1].end_s)), to_cs(start_ms) + HOLD_MS // 10)
        if next_ms is not None and next_ms - 10 * end_cs <= HOLD_MS:
            end_cs = to_cs(next_ms)
        end_ms = _end_ms(end_cs, next_ms)
        captions.append(Caption(_written_lines(group, language), start_ms, end_ms))
    return captions


def _written_lines(words: Sequence[Word], language: Language) -> tuple[Line, ...]:
    stops = [index for index, word in enumerate(words, start=1) if word.ends]
    edges = pairwise(sorted({0, *stops, len(words)}))
    return tuple(Line.of(words[first:stop], language) for first, stop in edges)


def time_rows(
    rows: Sequence[Line], language: Language, limits: Limits, before: Caption | None = None
) -> list[Caption]:
    """One caption for each roll-up row. It lasts until the next row appears or silence clears it.

    ``before`` is the caption before the first row, if any.
    """
    starts_ms = _starts_ms([(row,) for row in rows], language, limits, before)
    captions = []
    for row, start_ms, next_ms in zip(rows, starts_ms, [*starts_ms, None][1:], strict=True):
        spoken_cs = max(to_cs(to_ms(row.words[-1].end_s)), to_cs(start_ms))
        end_cs = spoken_cs + CLEAR_MS // 10
        if next_ms is not None:
            end_cs = min(end_cs, to_cs(next_ms))
        captions.append(Caption((row,), start_ms, _end_ms(end_cs, next_ms)))
    return captions


def end_with(captions: Sequence[Caption], clip_s: float) -> list[Caption]:
    """The captions, with the last one ending by the end of the clip. A spoken word is never cut."""
    if not captions:
        return []
    *before, last = captions
    spoken_cs = [to_cs(to_ms(word.end_s)) for word in last.words if is_spoken(word)]
    least_cs = max([to_cs(last.start_ms) + 1, *spoken_cs[-1:]])
    end_cs = max(least_cs, min(last.end_ms // 10, int(clip_s * 100)))
    return [*before, replace(last, end_ms=10 * end_cs)]


def needed_ms(text: Text, language: Language, limits: Limits) -> int:
    """The time that a text should be on screen: its reading time, within the limits."""
    n_characters = sum(language.width(line.text) for line in text)
    reading_ms = math.ceil(1000 * n_characters / limits.characters_per_s)
    return min(max(limits.shortest_ms, reading_ms), 10 * limits.longest_cs)


def latest_ms(text: Text, until_ms: float, language: Language, limits: Limits) -> float:
    """The latest start of a text: its first spoken word's start.

    An unspoken text must start early enough to be read by ``until_ms``.
    """
    words = [word for line in text for word in line.words]
    spoken = next(filter(is_spoken, words), None)
    if spoken:
        return to_ms(spoken.start_s)
    return max(to_ms(words[0].start_s), until_ms - needed_ms(text, language, limits))


def before_ms(start_ms: float, limits: Limits) -> float:
    """The time by which the caption before must end, if the next one starts at ``start_ms``."""
    return start_ms if math.isinf(start_ms) else 10 * (to_cs(int(start_ms)) - limits.gap_cs)


def free_ms(text: Text, start_ms: int, language: Language, limits: Limits) -> int:
    """The time at which a text that starts at ``start_ms`` has been read and its gap is over."""
    read_cs = -(-(start_ms + needed_ms(text, language, limits)) // 10)
    return 10 * (read_cs + limits.gap_cs)


def _starts_ms(
    texts: Sequence[Text], language: Language, limits: Limits, before: Caption | None
) -> list[int]:
    """The start of each text: its first word's start.

    A text that begins with an unspoken word waits until the text before it can be read.
    """
    latest: list[float] = []
    until_ms = math.inf
    for text in reversed(texts):
        latest.append(latest_ms(text, until_ms, language, limits))
        until_ms = before_ms(latest[-1], limits)
    starts: list[int] = []
    former = (before.lines, before.start_ms) if before else None
    for text, last_ms in zip(texts, reversed(latest), strict=True):
        first = text[0].words[0]
        start_ms = to_ms(first.start_s)
        if former:
            start_ms = max(start_ms, former[1] + VISIBLE_MS)
            if not is_spoken(first):
                read_ms = free_ms(*former, language, limits)
                start_ms = max(start_ms, int(min(read_ms, last_ms)))
        starts.append(start_ms)
        former = text, start_ms
    return starts
