"""Words → captions: groups words into captions, breaks the captions into lines, and times them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wordlight.contract import MODES
from wordlight.errors import NotOneOf
from wordlight.subtitles._caption import Caption, Line
from wordlight.subtitles._limits import Limits, limits_of
from wordlight.subtitles._timing import Text, end_with, time_rows, time_sentences, time_words
from wordlight.subtitles._unspoken import readable_texts, readable_units
from wordlight.subtitles.breaks import ENGLISH, Prices, Span, prices_of, segment, units
from wordlight.subtitles.languages import Language, find_language
from wordlight.words import Ending, Word, check_words

__all__ = ["Layout", "Limits", "clean", "displayable", "set_captions"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The settings that turn words into captions. ``mode`` is one of `wordlight.contract.MODES`."""

    mode: str = "sentence"
    language: Language = field(default_factory=lambda: find_language("en"))
    limits: Limits = field(default_factory=Limits)
    prices: Prices = ENGLISH

    @classmethod
    def of(
        cls,
        mode: str = "sentence",
        language: str = "en",
        profile: str = "netflix",
        limits: Mapping[str, Any] | None = None,
    ) -> Layout:
        """The layout of a language under a guideline; ``limits`` override some of its limits.

        Raises:
            NotOneOf: No such mode or profile.
            MissingInput: The profile is ``custom`` and no limit is given.
        """
        if mode not in MODES:
            raise NotOneOf("MODE", mode, MODES)
        known = find_language(language)
        return cls(mode, known, limits_of(profile, known, limits), prices_of(known))

    def narrowed(self, line_characters: int) -> Layout:
        """The same layout with lines of at most ``line_characters``."""
        shorter = min(self.limits.line_characters, line_characters)
        return replace(self, limits=replace(self.limits, line_characters=shorter))


def set_captions(
    words: Sequence[Word], layout: Layout, clip_s: float | None = None
) -> list[Caption]:
    """Captions that show every spoken word once, in order, and never overlap in time.

    If the clip ends at ``clip_s``, no caption is extended beyond it. Unspoken words are shown where
    there is time to read them.

    A caption ends at the end of a written line and at a change of speaker. In the mode ``roll-up``
    each line of a sentence is a caption; `write_ass` shows the previous line above it.

    Words that contain only white space or control characters are omitted. White space inside a word
    becomes one space. The pieces of a written word stay together, and a mark that no line may begin
    or end with stays with its neighbour.

    Raises:
        WordTimeInvalid: A time is negative or not finite, or a word ends before it starts.
        WordsOverlap: A word starts before the previous one ends.
    """
    check_words(words)
    shown = displayable(words)
    captions = _set(shown, layout, clip_s) if shown else []
    return captions if clip_s is None else end_with(captions, clip_s)


def _set(words: Sequence[Word], layout: Layout, clip_s: float | None) -> list[Caption]:
    language, limits = layout.language, layout.limits
    if layout.mode == "word":
        together = units(words, language, limits.line_characters)
        return time_words(readable_units(together, clip_s), language)
    spans = segment(words, language, limits, layout.prices)
    texts = [text for span in spans for text in texts_of(words, span, layout)]
    return time_texts(without_unreadable(texts, layout, clip_s), layout)


def texts_of(words: Sequence[Word], span: Span, layout: Layout) -> list[Text]:
    """The texts of a span's captions: one with all its lines, or in roll-up one for each line."""
    lines = [Line.of(words[start:stop], layout.language) for start, stop in span]
    return [(line,) for line in lines] if layout.mode == "roll-up" else [tuple(lines)]


def without_unreadable(
    texts: Sequence[Text], layout: Layout, clip_s: float | None = None
) -> list[Text]:
    """The texts that `readable_texts` keeps under this layout."""
    limits = layout.limits
    if layout.mode == "roll-up":
        limits = replace(limits, lines=1)
    return readable_texts(texts, layout.language, limits, clip_s)


def time_texts(
    texts: Sequence[Text], layout: Layout, before: Caption | None = None
) -> list[Caption]:
    """The texts as captions with times. ``before`` is the caption before the first text, if any."""
    if layout.mode == "roll-up":
        return time_rows([row for (row,) in texts], layout.language, layout.limits, before)
    return time_sentences(texts, layout.language, layout.limits, before)


def displayable(words: Sequence[Word]) -> list[Word]:
    """The words that have visible text, without line breaks and control characters.

    An omitted word passes its ending to the word before it. If the two are glued together, it
    passes its glue too.
    """
    shown: list[Word] = []
    for word in words:
        text = clean(word.text)
        if text:
            shown.append(word if text == word.text else replace(word, text=text))
        elif shown and (word.ends or shown[-1].glue == ""):
            last = shown[-1]
            glue = word.glue if last.glue == "" else last.glue
            shown[-1] = replace(last, glue=glue, ends=_longer(last.ends, word.ends))
    return shown


def _longer(one: Ending, other: Ending) -> Ending:
    return Ending.PARAGRAPH if Ending.PARAGRAPH in (one, other) else one or other


_WHITE = re.compile(r"[^\S\u00a0\u202f]+")  # the writer's no-break spaces stay

_HIDDEN = ("Cc", "Cs")
_LOST = "\ufffe\uffff"  # invalid in XML; ffmpeg drops a cue that has the first


def clean(text: str) -> str:
    """The text in one line, with single spaces and without control characters."""
    if text.isalnum():
        return text
    kept = (c for c in text if c.isspace() or not _is_lost(c))
    return _WHITE.sub(" ", "".join(kept)).strip()


def _is_lost(character: str) -> bool:
    return character in _LOST or unicodedata.category(character) in _HIDDEN
