"""The limits of a caption: profiles of published guidelines, and a user's own limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wordlight.contract import PROFILES, check_custom
from wordlight.errors import NotOneOf
from wordlight.subtitles.languages import CHARACTERS_PER_S, LINE_CHARACTERS, Language


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one caption. Actual times are whole centiseconds within the limits.

    The defaults are Netflix's limits for English. Source: Netflix Timed Text Style Guide, General
    Requirements.
    """

    line_characters: int = LINE_CHARACTERS
    lines: int = 2
    words: int = 100
    """The most words in a caption."""
    shortest_ms: int = 834
    """5/6 s, rounded up."""
    longest_ms: int = 7_000
    gap_ms: int = 84
    """Two frames at 24 per second, rounded up. With 0 a caption may follow directly on another."""
    close_ms: int = 500
    """A shorter gap looks like flicker, so it is reduced to `gap_ms`."""
    characters_per_s: float = CHARACTERS_PER_S

    @property
    def longest_cs(self) -> int:
        """The longest time in centiseconds that keeps `longest_ms` however the start is rounded."""
        return self.longest_ms // 10 - 1

    @property
    def gap_cs(self) -> int:
        """The shortest gap in centiseconds that keeps `gap_ms` however the start is rounded."""
        return -(-(self.gap_ms + 5) // 10) if self.gap_ms else 0


_PROFILES: Mapping[str, Limits] = {
    "netflix": Limits(),
    # BBC Subtitle Guidelines: 37 characters (teletext); 160-180 words a minute, at 5.7 characters
    # a word with its space; no gap shorter than a second.
    "bbc": Limits(
        line_characters=37, shortest_ms=1_000, gap_ms=0, close_ms=1_000, characters_per_s=17.0
    ),
    # Our own choice: the 32 columns of CEA-608, so that every conversion keeps the lines.
    "youtube": Limits(line_characters=32, shortest_ms=1_000, longest_ms=6_000),
    # Our own choice for upright video: a few large words at a time, in step with the speech.
    "shorts": Limits(
        line_characters=16, words=4, shortest_ms=240, longest_ms=3_000, gap_ms=0, close_ms=600,
        characters_per_s=25.0,
    ),
}  # fmt: skip


def limits_of(profile: str, language: Language, changes: Mapping[str, Any] | None = None) -> Limits:
    """The profile's limits for a language, with ``changes`` (from `read_limits`) applied.

    Line lengths and reading speeds for other scripts are scaled from the English ones, in the ratio
    of Netflix's guides. If a changed shortest time exceeds the longest time, or the reverse, the
    unchanged limit is moved to match.

    Raises:
        NotOneOf: No such profile.
        MissingInput: The profile is ``custom`` and nothing is changed.
    """
    if profile not in PROFILES:
        raise NotOneOf("PROFILE", profile, PROFILES)
    check_custom(profile, changes)
    base = _PROFILES.get(profile, Limits())
    fitted = replace(
        base,
        line_characters=round(base.line_characters * language.line_characters / LINE_CHARACTERS),
        characters_per_s=base.characters_per_s * language.characters_per_s / CHARACTERS_PER_S,
    )
    changed = replace(fitted, **(changes or {}))
    if "longest_ms" in (changes or {}):
        return replace(changed, shortest_ms=min(changed.shortest_ms, changed.longest_ms))
    return replace(changed, longest_ms=max(changed.shortest_ms, changed.longest_ms))
