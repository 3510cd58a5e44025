"""The purpose of each look, in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

PURPOSES: Mapping[str, str] = {
    "classic": "talks and films; words turn yellow when said",
    "shorts": "upright clips; a box jumps from word to word",
    "punch": "upright clips; tall capitals, coloured key words",
    "card": "interviews; white on a dark rounded card",
    "sweep": "explainers; green runs through the words",
    "documentary": "documentaries; lower left, with an amber edge",
    "lyrics": "songs and poems; large, with the line to come",
    "contrast": "easiest to read; yellow and white on black",
    "karaoke": "sing-along; blue runs through bold words",
    "pop": "upright clips; bold capitals, spoken word grows",
    "boxed": "busy pictures; grey to white on a dark box",
    "neon": "nights and games; letters that glow",
    "minimal": "quiet pictures; small and white, a soft shade",
}
"""The purpose of each look, by its name in `wordlight.contract.LOOKS`."""


def look_rows() -> Iterator[tuple[str, str, str, str]]:
    """The name, guideline, mode and purpose of each look."""
    from wordlight.subtitles.previews import RECIPE_OF

    for name, purpose in PURPOSES.items():
        recipe = RECIPE_OF[name]
        yield name, recipe.profile, recipe.mode, purpose
