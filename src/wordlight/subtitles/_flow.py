"""The captions of a text whose words get their times bit by bit, each once nothing can change it.

    words ──► whole units ──► spans of least price ──► texts that can be read ──► times ──► captions
              (the last one   (up to the boundary      (up to the last of two     (but the last
              may go on)      that all ways share)     in a row that are said)    one's)

Every arrow is a function that `set_captions` calls with the whole text; what is here decides how
much of the text each of them may have.
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
    """Takes words as their times become known, and gives captions out."""

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """Takes the next words; the captions that are final with them, after those before.

        The last caption is never among them: the end of the clip may cut it.
        """


def flow_of(words: Sequence[Word], layout: Layout) -> Flow:
    """The flow of a layout; ``words`` are all that will be shown, and have no times yet."""
    return _WordFlow(words, layout) if layout.mode == "word" else _TextFlow(words, layout)


class _TextFlow:
    """Captions of several words, and rows that roll up.

    Two texts in a row of which somebody says a word part the text. The first of them joins nothing
    that comes after it and is gone when the second one's speech begins; so whatever is judged from
    the last text to the first is, up to there, judged alike whatever follows. Starts depend on the
    texts before, and an end on the next start. So the first of the two is final, and all before it.

    Of the second one only the first spoken word counts. Where a settled caption ends, that is the
    next word; if it is spoken, it stands for a text that is not settled itself.
    """

    def __init__(self, words: Sequence[Word], layout: Layout) -> None:
        self._layout = layout
        self._segmenter = Segmenter(words, layout.language, layout.limits, layout.prices)
        self._words: list[Word] = []
        self._n_settled = 0
        self._texts: list[Text] = []
        """Those that are settled and not final, and before them the last that is."""
        self._before: Caption | None = None

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """As `Flow` says."""
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
        """The beginning of the text after the settled ones, if it is known."""
        following = self._words[self._n_settled : self._n_settled + 1]
        return [(Line.of([word], self._layout.language),) for word in following]


def _last_after_said(texts: Sequence[Text]) -> int:
    """The number of the last text that is said and follows one that is; 0 if there is none."""
    for index in range(len(texts) - 1, 0, -1):
        if is_said(texts[index]) and is_said(texts[index - 1]):
            return index
    return 0


class _WordFlow:
    """One unit at a time on screen. A caption is final with the start of the next one.

    What nobody says between two that are said is shown or left out once the second one is known.
    """

    def __init__(self, words: Sequence[Word], layout: Layout) -> None:
        self._language = layout.language
        together = units(words, layout.language, layout.limits.line_characters)
        self._sizes = [len(unit) for unit in together][::-1]  # the next unit's is the last
        self._words: list[Word] = []
        """Those of a unit that is not whole."""
        self._units: list[Unit] = []
        """Those that may not be shown."""
        self._shown: list[Unit] = []
        """Those that will be shown and are in no final caption."""

    def add(self, words: Sequence[Word]) -> list[Caption]:
        """As `Flow` says."""
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
