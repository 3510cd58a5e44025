"""Captions of a text whose words receive their times in batches. A caption is returned once final.

    words ──► whole units ──► captions of least price ──► readable captions ──► times ──► captions
              (an unfinished  (up to the boundary that    (up to the second     (except the
              unit waits)     all paths share)            of two spoken ones)   last one's)

Each arrow is a function that `set_captions` also calls, with the whole text. This module decides
how much of the text each function can process so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Protocol

from wordlight.subtitles._caption import Caption, Line, is_spoken
from wordlight.subtitles._layout import Layout, texts_of, time_texts, without_unreadable
from wordlight.subtitles._timing import Text, time_words
from wordlight.subtitles._unspoken import is_said, readable_units
from wordlight.subtitles.breaks import Segmenter, Unit, units
from wordlight.words import Word


class Flow(Protocol):
    """Receives words as their times become known, and returns captions."""

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """Takes the next words and returns the captions that have become final.

        The last caption is never returned, because the end of the clip may cut it.
        """


def flow_of(words: Sequence[Word], layout: Layout) -> Flow:
    """The flow for a layout. ``words`` are all words to show; their times are not known yet."""
    return _WordFlow(words, layout) if layout.mode == "word" else _TextFlow(words, layout)


class _TextFlow:
    """The flow for captions of several words, and for roll-up rows.

    Here a text is the content of one caption. Unspoken texts may join a neighbour or be dropped;
    this is decided from the last text to the first. Two successive texts that both contain a spoken
    word separate these decisions: the first joins no later text, and it must end when the second
    one's speech begins. So later words cannot change the decisions before that point. A start
    depends only on earlier texts, and an end only on the next start. So the first of the two texts
    and all texts before it are final.

    Of the second text only the first spoken word matters. If the word after the last settled text
    is spoken, that word is enough to stand for the second text.
    """

    def __init__(self, words: Sequence[Word], layout: Layout) -> None:
        self._layout = layout
        self._segmenter = Segmenter(words, layout.language, layout.limits, layout.prices)
        self._words: list[Word] = []
        self._n_settled = 0
        self._texts: list[Text] = []
        """The settled texts that are not final, preceded by the last final one."""
        self._before: Caption | None = None

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """See `Flow.add`."""
        self._words += words
        for span in self._segmenter.add(words):
            self._texts += texts_of(self._words, span, self._layout)
            self._n_settled = span[-1][-1]
        texts = [*self._texts, *self._next_text()]
        last = _last_after_said(texts)
        n_final = 0 if self._before is None else 1
        if last <= n_final:
            return []
        readable = without_unreadable(texts[: last + 1], self._layout)[n_final:]
        captions = time_texts(readable, self._layout, self._before)[:-1]
        self._texts = self._texts[last - 1 :]
        self._before = captions[-1]
        return captions

    def _next_text(self) -> list[Text]:
        """The first word of the text after the settled ones, as a text, if it is known."""
        following = self._words[self._n_settled : self._n_settled + 1]
        return [(Line.of([word], self._layout.language),) for word in following]


def _last_after_said(texts: Sequence[Text]) -> int:
    """The index of the last spoken text whose predecessor is spoken too; 0 if there is none."""
    for index in range(len(texts) - 1, 0, -1):
        if is_said(texts[index]) and is_said(texts[index - 1]):
            return index
    return 0


class _WordFlow:
    """One unit at a time on screen. A caption is final once the next one's start is known.

    Unspoken units between two spoken ones are shown or dropped once the second spoken unit is
    known.
    """

    def __init__(self, words: Sequence[Word], layout: Layout) -> None:
        self._language = layout.language
        together = units(words, layout.language, layout.limits.line_characters)
        self._sizes = [len(unit) for unit in together][::-1]  # reversed: the next unit's is last
        self._words: list[Word] = []
        """The words of an unfinished unit."""
        self._units: list[Unit] = []
        """The units that are not yet known to be shown."""
        self._shown: list[Unit] = []
        """The units that will be shown and are not yet in a final caption."""

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """See `Flow.add`."""
        self._take(words)
        unsaid = takewhile(lambda unit: not any(map(is_spoken, unit)), reversed(self._units))
        n_judged = len(self._units) - sum(1 for _ in unsaid)
        self._shown += readable_units(self._units[:n_judged])
        self._units = self._units[n_judged:]
        if not self._shown:
            return []
        *captions, last = time_words(self._shown, self._language)
        n_words, first = sum(1 for _ in last.words), len(self._shown)
        while n_words > 0:
            first -= 1
            n_words -= len(self._shown[first])
        self._shown = self._shown[first:]
        return captions

    def _take(self, words: Sequence[Word]) -> None:
        self._words += words
        first = 0
        while self._sizes and first + self._sizes[-1] <= len(self._words):
            stop = first + self._sizes.pop()
            self._units.append(tuple(self._words[first:stop]))
            first = stop
        self._words = self._words[first:]
