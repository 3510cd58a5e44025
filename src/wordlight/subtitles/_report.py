"""The quality report: captions within each limit, violations, and corrections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._checks import AT_FLOOR, Check, checks_of, speed_floor
from wordlight.subtitles._clock import to_ms
from wordlight.subtitles._glyphs import glyph_warnings
from wordlight.subtitles._layout import Layout, displayable
from wordlight.subtitles.formats import lines_of
from wordlight.subtitles.looks import Canvas, Look
from wordlight.subtitles.typesetting import Typesetter
from wordlight.words import Word

LOW_SCORE = 0.5
"""A spoken word with a lower score should be checked by ear. The score is the probability that the
word is said at its time."""
NO_WORDS = (
    "there are no words to show: check that the recording holds speech, and that the right one of "
    "its audio tracks is heard"
)


def report(
    captions: Sequence[Caption],
    layout: Layout,
    words: Sequence[Word] | None = None,
    look: Look | None = None,
    canvas: Canvas | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """The report as JSON.

    ``words`` are the given words, which may include words that are not shown. With ``look`` and
    ``canvas`` the report counts captions set in smaller type. ``warnings`` come from the reading of
    the words. The report adds its own warnings, for example if there are no words to show or no
    time to read some of them. ``readable_or_at_floor`` is the share of captions that are within the
    reading speed or cannot be shown more slowly. The modes ``word`` and ``roll-up`` limit only the
    line length.
    """
    words = [word for caption in captions for word in caption.words] if words is None else words
    fixes = _fixes(captions, words, look, canvas)
    checks = checks_of(layout)
    misses = _misses(captions, checks, layout)
    n = len(captions)
    content: dict[str, Any] = {
        "mode": layout.mode,
        "language": layout.language.code,
        "n_captions": n,
        **_word_counts(words),
        "limits": {check.name: check.allowed for check in checks},
        "conformity": {check.name: _share_kept(misses, check.name, n) for check in checks},
        "readable_or_at_floor": _share_readable(misses, n),
        "misses": misses,
        "fixes": fixes,
        "warnings": [
            *warnings,
            *_own_warnings(words, fixes["unspoken_words_not_shown"]),
            *(glyph_warnings(captions, look) if look is not None else ()),
        ],
    }
    return json.dumps(content, ensure_ascii=False)


def _word_counts(words: Sequence[Word]) -> dict[str, float]:
    spoken = list(filter(is_spoken, words))
    return {
        "n_words": len(words),
        "n_unspoken_words": len(words) - len(spoken),
        "n_low_score_words": sum(word.score < LOW_SCORE for word in spoken),
        "low_score": LOW_SCORE,
    }


def _own_warnings(words: Sequence[Word], n_unread: int) -> list[str]:
    if not words:
        return [NO_WORDS]
    if not n_unread:
        return []
    if n_unread == 1:
        return ["a word that nobody says is not shown: there is no time to read it"]
    return [f"{n_unread} words that nobody says are not shown: there is no time to read them"]


def _share_kept(misses: Sequence[dict[str, Any]], name: str, n_captions: int) -> float:
    missed = sum(miss["limit"] == name for miss in misses)
    return round(1.0 - missed / n_captions, 4) if n_captions else 1.0


def _share_readable(misses: Sequence[dict[str, Any]], n_captions: int) -> float:
    """The share of captions that are within the reading speed or cannot be shown more slowly."""
    unreadable = [miss for miss in misses if not miss.get("is_at_floor")]
    return _share_kept(unreadable, "characters_per_s", n_captions)


def _misses(
    captions: Sequence[Caption], checks: Sequence[Check], layout: Layout
) -> list[dict[str, Any]]:
    found = []
    followers = [*captions[1:], None][: len(captions)]
    for index, (caption, following) in enumerate(zip(captions, followers, strict=True)):
        for check in checks:
            value = check.measure(caption, following)
            if check.holds(value):
                continue
            miss: dict[str, Any] = {
                "index": index,
                "start_s": caption.start_ms / 1000,
                "limit": check.name,
                "value": round(value, 2),
                "allowed": check.allowed,
                "why": check.why(caption, following),
            }
            if check.name == "characters_per_s":
                floor = speed_floor(caption, following, layout.limits, layout.language)
                miss |= {"floor": round(floor, 2), "is_at_floor": value <= AT_FLOOR * floor}
            found.append(miss)
    return found


def _fixes(
    captions: Sequence[Caption], words: Sequence[Word], look: Look | None, canvas: Canvas | None
) -> dict[str, int]:
    spoken_ms = [(to_ms(c.spoken[0].start_s), to_ms(c.spoken[-1].end_s)) for c in captions]
    displayed = displayable(words)
    unread = sum(not is_spoken(word) for word in displayed)
    unread -= sum(not is_spoken(word) for caption in captions for word in caption.words)
    shrunk = 0
    if look is not None and canvas is not None:
        typesetters = {one.name: Typesetter(one, canvas) for one in look.looks}
        own = [(caption, look.of(caption.speaker)) for caption in captions]
        shrunk = sum(typesetters[o.name].size(lines_of(c, o)) < o.size for c, o in own)
    pairs = list(zip(captions, spoken_ms, strict=True))
    return {
        "stretched": sum(c.end_ms > end_ms + 5 for c, (_, end_ms) in pairs),
        "cut": sum(c.end_ms < end_ms - 5 for c, (_, end_ms) in pairs),
        "delayed": sum(c.start_ms > start_ms for c, (start_ms, _) in pairs),
        "set_smaller": shrunk,
        "words_not_shown": len(words) - len(displayed) + unread,
        "unspoken_words_not_shown": unread,
    }
