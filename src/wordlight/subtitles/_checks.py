"""Checks of finished captions against each limit, and the reason for each violation.

The speed floor is the lowest reading speed at which a caption can be shown without omitting words:
its characters divided by the whole time until the next caption must appear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import to_ms
from wordlight.subtitles._layout import Layout
from wordlight.subtitles._limits import Limits
from wordlight.subtitles.breaks import as_word, units
from wordlight.subtitles.languages import Language

AT_FLOOR = 1.02
"""A speed up to this many times the floor counts as the floor: times on screen are rounded to
centiseconds."""

Measure = Callable[[Caption, Caption | None], float]
Reason = Callable[[Caption, Caption | None], str]


@dataclass(frozen=True, slots=True)
class Check:
    """One limit: its name, the allowed value, the measure of a caption, and the reason for a miss.

    ``measure`` and ``why`` get a caption and the next one. With ``is_most`` the limit is an upper
    one.
    """

    name: str
    allowed: float
    measure: Measure
    is_most: bool
    why: Reason

    def holds(self, value: float) -> bool:
        """Whether a value is within the limit."""
        return value <= self.allowed if self.is_most else value >= self.allowed


def checks_of(layout: Layout) -> list[Check]:
    """The checks of a layout. The modes ``word`` and ``roll-up`` limit only the line length."""
    limits, language = layout.limits, layout.language
    line_length = Check(
        "line_characters", limits.line_characters,
        lambda c, _: max(language.width(line.text) for line in c.lines),
        is_most=True,
        why=lambda c, _: f"a word is wider than a line: {_longest_word(c, layout)!r}",
    )  # fmt: skip
    if layout.mode in ("word", "roll-up"):
        return [line_length]
    return [line_length, *_count_checks(limits, language), *_time_checks(limits, language)]


def _longest_word(caption: Caption, layout: Layout) -> str:
    language = layout.language
    together = units(list(caption.words), language, layout.limits.line_characters)
    return max((as_word(unit, language).text for unit in together), key=language.width)[:40]


def _count_checks(limits: Limits, language: Language) -> list[Check]:
    def n_words(caption: Caption, _: Caption | None) -> float:
        words = list(caption.words)
        if len(words) <= limits.words:
            return len(words)
        return len(units(words, language, limits.line_characters))

    crowded: Reason = lambda *_: "its words begin at the same time"  # noqa: E731
    return [
        Check("lines", limits.lines, lambda c, _: len(c.lines), is_most=True, why=crowded),
        Check("words", limits.words, n_words, is_most=True, why=crowded),
    ]


def _time_checks(limits: Limits, language: Language) -> list[Check]:
    def gap(caption: Caption, following: Caption | None) -> float:
        return limits.gap_ms if following is None else following.start_ms - caption.end_ms

    def why_short(caption: Caption, following: Caption | None) -> str:
        until = "" if following is None else f" {following.start_ms - caption.start_ms} ms later"
        return f"the next caption's speech begins{until}"

    def why_long(caption: Caption, _: Caption | None) -> str:
        words = caption.spoken
        return f"{len(words)} words are spoken for {spoken_ms(caption)} ms without a place to part"

    def why_fast(caption: Caption, following: Caption | None) -> str:
        floor = speed_floor(caption, following, limits, language)
        if characters_per_s(caption, language) > AT_FLOOR * floor:
            return f"it stands for less time than it could; {floor:.1f} is possible"
        words_per_minute = 60_000 * len(caption.spoken) / max(spoken_ms(caption), 1)
        return f"the speech: {words_per_minute:.0f} words a minute, and no pause after them"

    return [
        Check("shortest_ms", limits.shortest_ms, lambda c, _: c.duration_ms, False, why_short),
        Check("longest_ms", limits.longest_ms, lambda c, _: c.duration_ms, True, why_long),
        Check("gap_ms", limits.gap_ms, gap, False, lambda *_: "the speech leaves no gap"),
        Check(
            "characters_per_s", limits.characters_per_s,
            lambda c, _: characters_per_s(c, language), True, why_fast,
        ),
    ]  # fmt: skip


def characters_per_s(caption: Caption, language: Language) -> float:
    """The reading speed that the caption requires."""
    return 1000 * _characters(caption, language) / max(caption.duration_ms, 1)


def speed_floor(
    caption: Caption, following: Caption | None, limits: Limits, language: Language
) -> float:
    """The lowest reading speed, in characters per second, at which these words can be shown."""
    room_ms = limits.longest_ms
    if following is not None:
        room_ms = min(room_ms, following.start_ms - limits.gap_ms - caption.start_ms)
    return 1000 * _characters(caption, language) / max(room_ms, 1)


def spoken_ms(caption: Caption) -> int:
    """The time from the first spoken word's start to the last spoken word's end."""
    words = caption.spoken
    return to_ms(words[-1].end_s) - to_ms(words[0].start_s)


def _characters(caption: Caption, language: Language) -> int:
    return sum(language.width(line.text) for line in caption.lines)
