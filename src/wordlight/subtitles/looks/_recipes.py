"""For each look, the values of options that a request omits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The guideline, mode and karaoke tag that a look is designed for. The preset has the type."""

    profile: str = "netflix"
    mode: str = "sentence"
    karaoke: str = "kf"


RECIPE_OF = {
    "classic": Recipe(),
    "shorts": Recipe("shorts", "sentence", "k"),
    "punch": Recipe("shorts", "pop", "k"),
    "card": Recipe(karaoke="k"),
    "sweep": Recipe(karaoke="kf"),
    "documentary": Recipe(karaoke="k"),
    "lyrics": Recipe("youtube", karaoke="kf"),
    "contrast": Recipe("bbc", karaoke="k"),
    "karaoke": Recipe(),
    "pop": Recipe("shorts", "pop", "k"),
    "boxed": Recipe(karaoke="k"),
    "neon": Recipe(),
    "minimal": Recipe(),
}
"""The recipes by name. `wordlight.contract.LOOKS` has the names."""
