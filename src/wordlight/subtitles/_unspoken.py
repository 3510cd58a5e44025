"""Shows unspoken words where there is time to read them: notes, headings, omitted parts.

Unspoken words get the time in which nobody speaks, which may be zero. A caption of unspoken words
that is too short to read would flash. Instead, it joins the next caption or the one before it, or
it is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from wordlight.subtitles._caption import Line, is_spoken
from wordlight.subtitles._clock import to_ms
from wordlight.subtitles._limits import Limits
from wordlight.subtitles._timing import (
    HOLD_MS,
    Text,
    before_ms,
    free_ms,
    latest_ms,
    needed_ms,
)
from wordlight.subtitles.breaks import Unit, units
from wordlight.subtitles.languages import Language
from wordlight.words import Word


def readable_texts(
    texts: Sequence[Text], language: Language, limits: Limits, clip_s: float | None = None
) -> list[Text]:
    """The texts of the captions, without the unspoken texts that nobody could read.

    The texts are judged from the last to the first, so that the time of a dropped text becomes
    available to the one before it. ``clip_s`` is the end of the clip, if it is known.
    """
    desk = _Desk(language, limits)
    waiting, settled = list(texts), list[Text]()  # settled: last text first
    ends_ms = [math.inf if clip_s is None else to_ms(clip_s)]
    while waiting:
        text = waiting.pop()
        before = waiting[-1] if waiting else None
        if is_said(text) or desk.is_readable(text, before, ends_ms[-1]):
            settled.append(text)
            ends_ms.append(desk.end_before(text, ends_ms[-1]))
        elif settled and (joined := desk.join(text, settled[-1], before, ends_ms[-2])):
            settled[-1] = joined
            ends_ms[-1] = desk.end_before(joined, ends_ms[-2])
        elif before:
            earlier = waiting[-2] if len(waiting) > 1 else None
            waiting[-1] = desk.join(before, text, earlier, ends_ms[-1]) or before
    return settled[::-1]


def readable_units(found: Sequence[Unit], clip_s: float | None = None) -> list[Unit]:
    """The units to show one at a time, without the unspoken units that nobody could read.

    The unspoken units between two spoken ones are either all shown or all dropped.
    """
    runs = [
        (said, list(run)) for said, run in groupby(found, lambda unit: any(map(is_spoken, unit)))
    ]
    shown: list[Unit] = []
    for index, (said, run) in enumerate(runs):
        until_s = runs[index + 1][1][0][0].start_s if index + 1 < len(runs) else clip_s
        room_ms = math.inf if until_s is None else to_ms(until_s) - to_ms(run[0][0].start_s)
        if said or room_ms >= len(run) * HOLD_MS:
            shown += run
    return shown


class _Desk:
    """Judges and joins texts by the language's reading speed and the limits.

    ``before`` is the text before the one that is judged. ``end_ms`` is when the judged text must
    end.
    """

    def __init__(self, language: Language, limits: Limits) -> None:
        self._language = language
        self._limits = limits

    def is_readable(self, text: Text, before: Text | None, end_ms: float) -> bool:
        """Whether there is time to read the text."""
        needed = needed_ms(text, self._language, self._limits)
        return self._begin_ms(text, before) + max(needed, self._reading_ms(text)) <= end_ms

    def end_before(self, text: Text, end_ms: float) -> float:
        """The time by which the text before this one must end."""
        return before_ms(latest_ms(text, end_ms, self._language, self._limits), self._limits)

    def join(self, upper: Text, lower: Text, before: Text | None, end_ms: float) -> Text | None:
        """Both texts as one, on separate lines or else sharing a line; None if neither fits."""
        speakers = {word.speaker for word in _words((*upper, *lower)) if word.speaker}
        if len(speakers) > 1:
            return None
        common = Line.of((*upper[-1].words, *lower[0].words), self._language)
        for joined in ((*upper, *lower), (*upper[:-1], common, *lower[1:])):
            if self._has_room(joined) and self._fits(joined, before, end_ms):
                return joined
        return None

    def _has_room(self, text: Text) -> bool:
        limits, language = self._limits, self._language
        if len(text) > limits.lines:
            return False
        if any(language.width(line.text) > limits.line_characters for line in text):
            return False
        return len(units(_words(text), language, limits.line_characters)) <= limits.words

    def _fits(self, text: Text, before: Text | None, end_ms: float) -> bool:
        words, longest_ms = _words(text), 10 * self._limits.longest_cs
        spoken = list(filter(is_spoken, words))
        if not spoken:
            lasts_ms = to_ms(words[-1].end_s) - to_ms(words[0].start_s)
            return lasts_ms <= longest_ms and self.is_readable(text, before, end_ms)
        begin_ms = self._begin_ms(text, before)
        spoken_ms = to_ms(spoken[-1].end_s) - begin_ms
        room_ms = min(end_ms - begin_ms, longest_ms)
        return spoken_ms <= longest_ms and self._reading_ms(text) <= room_ms

    def _begin_ms(self, text: Text, before: Text | None) -> int:
        """The earliest start of the text that leaves time to read the spoken text before it."""
        first, *others = _words(text)
        begin_ms = to_ms(first.start_s)
        if is_spoken(first) or before is None or not is_said(before):
            return begin_ms
        before_start_ms = to_ms(before[0].words[0].start_s)
        free = free_ms(before, before_start_ms, self._language, self._limits)
        spoken = next(filter(is_spoken, others), None)
        return max(begin_ms, free if spoken is None else min(free, to_ms(spoken.start_s)))

    def _reading_ms(self, text: Text) -> float:
        n_characters = sum(self._language.width(line.text) for line in text)
        return 1000 * n_characters / self._limits.characters_per_s


def _words(text: Text) -> list[Word]:
    return [word for line in text for word in line.words]


def is_said(text: Text) -> bool:
    """Whether the text contains a spoken word."""
    return any(map(is_spoken, _words(text)))
