"""Looks by name: what each makes of the options that a request leaves out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The guideline, mode and lighting that a look is made for; its type is the preset's."""

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
"""By its name in `wordlight.contract.LOOKS`."""
