"""The quality report: which captions keep every limit, which do not, and what had to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import to_ms
from wordlight.subtitles._language import Language
from wordlight.subtitles._layout import Layout, displayable
from wordlight.subtitles._limits import Limits
from wordlight.subtitles._look import Canvas, Look
from wordlight.subtitles._measure import fitting_size
from wordlight.words import Word

LOW_SCORE = 0.5
"""A word aligned with less than this mean probability deserves a listen."""


@dataclass(frozen=True, slots=True)
class _Check:
    """One limit: its name, what it allows, and what a caption (and the next one) has of it."""

    name: str
    allowed: float
    measure: Callable[[Caption, Caption | None], float]
    is_most: bool

    def holds(self, value: float) -> bool:
        return value <= self.allowed if self.is_most else value >= self.allowed


def report(
    captions: Sequence[Caption],
    layout: Layout,
    words: Sequence[Word] | None = None,
    look: Look | None = None,
    canvas: Canvas | None = None,
) -> str:
    """The report as JSON.

    ``words`` are those given, if some may not be shown; with ``look`` and ``canvas`` it counts
    what had to be set smaller. Single words and rows that roll up have no limit but the line's.
    """
    words = [word for caption in captions for word in caption.words] if words is None else words
    checks = _checks(layout)
    misses = _misses(captions, checks)
    missed = [miss["limit"] for miss in misses]
    n = len(captions)
    content: dict[str, Any] = {
        "mode": layout.mode,
        "language": layout.language.code,
        "n_captions": n,
        "n_words": len(words),
        "limits": {check.name: check.allowed for check in checks},
        "conformity": {
            check.name: round(1.0 - missed.count(check.name) / n, 4) if n else 1.0
            for check in checks
        },
        "misses": misses,
        "n_low_score_words": sum(word.score < LOW_SCORE for word in words),
        "low_score": LOW_SCORE,
        "fixes": _fixes(captions, words, look, canvas),
    }
    return json.dumps(content, ensure_ascii=False)


def _checks(layout: Layout) -> list[_Check]:
    limits, width = layout.limits, layout.language.width
    line_length = _Check(
        "line_characters", limits.line_characters, lambda c, _: _longest(c, width), is_most=True
    )
    if layout.mode in ("word", "roll-up"):
        return [line_length]
    return [line_length, *_sentence_checks(limits, layout.language)]


def _sentence_checks(limits: Limits, language: Language) -> list[_Check]:
    def speed(caption: Caption, _: Caption | None) -> float:
        n_characters = sum(language.width(line.text) for line in caption.lines)
        return 1000 * n_characters / max(caption.duration_ms, 1)

    def gap(caption: Caption, following: Caption | None) -> float:
        return limits.gap_ms if following is None else following.start_ms - caption.end_ms

    return [
        _Check("lines", limits.lines, lambda c, _: len(c.lines), is_most=True),
        _Check("shortest_ms", limits.shortest_ms, lambda c, _: c.duration_ms, is_most=False),
        _Check("longest_ms", limits.longest_ms, lambda c, _: c.duration_ms, is_most=True),
        _Check("gap_ms", limits.gap_ms, gap, is_most=False),
        _Check("characters_per_s", limits.characters_per_s, speed, is_most=True),
    ]


def _longest(caption: Caption, width: Callable[[str], int]) -> int:
    return max(width(line.text) for line in caption.lines)


def _misses(captions: Sequence[Caption], checks: Sequence[_Check]) -> list[dict[str, Any]]:
    found = []
    followers = [*captions[1:], None][: len(captions)]
    for index, (caption, following) in enumerate(zip(captions, followers, strict=True)):
        for check in checks:
            value = check.measure(caption, following)
            if not check.holds(value):
                miss = {"index": index, "start_s": caption.start_ms / 1000, "limit": check.name}
                found.append(miss | {"value": round(value, 2), "allowed": check.allowed})
    return found


def _fixes(
    captions: Sequence[Caption], words: Sequence[Word], look: Look | None, canvas: Canvas | None
) -> dict[str, int]:
    spoken_ms = [
        (to_ms(next(c.words).start_s), to_ms(c.lines[-1].words[-1].end_s)) for c in captions
    ]
    shrunk = 0
    if look is not None and canvas is not None:
        own = [(caption, look.of(caption.speaker)) for caption in captions]
        shrunk = sum(fitting_size(caption, look, canvas) < look.size for caption, look in own)
    pairs = list(zip(captions, spoken_ms, strict=True))
    return {
        "stretched": sum(c.end_ms > end_ms + 5 for c, (_, end_ms) in pairs),
        "cut": sum(c.end_ms < end_ms - 5 for c, (_, end_ms) in pairs),
        "delayed": sum(c.start_ms > start_ms for c, (start_ms, _) in pairs),
        "set_smaller": shrunk,
        "words_not_shown": len(words) - len(displayable(words)),
    }
