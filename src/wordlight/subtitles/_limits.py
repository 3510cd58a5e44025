"""What a caption must keep to. Source: Netflix Timed Text Style Guide, General Requirements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one caption. Times on screen are whole centiseconds inside the published limit."""

    line_characters: int = 42
    lines: int = 2
    shortest_ms: int = 834
    """5/6 s, rounded up."""
    longest_ms: int = 7_000
    gap_ms: int = 84
    """Two frames at 24 per second, rounded up."""
    characters_per_s: float = 20.0

    @property
    def shortest_cs(self) -> int:
        """Whole centiseconds that are never too short."""
        return -(-self.shortest_ms // 10)

    @property
    def longest_cs(self) -> int:
        """Whole centiseconds that are never too long, a start's own rounding included."""
        return self.longest_ms // 10 - 1

    @property
    def gap_cs(self) -> int:
        """Whole centiseconds that are never too close, a start's own rounding included."""
        return -(-(self.gap_ms + 5) // 10)
