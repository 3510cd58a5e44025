"""The looks to start from, before they are fitted to a video."""

from __future__ import annotations

from dataclasses import dataclass, replace

_OUTLINE_SHARE, _BOX_SHARE = 0.065, 0.20
"""Of the font size, where a STYLE takes a preset's box away or gives it one."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Shares: ``size`` of the video's shorter side; all other lengths of the font size."""

    size: float
    primary: str
    secondary: str
    outline_colour: str
    back_colour: str
    outline: float
    shadow: float
    blur: float = 0.0
    glow: float = 0.0
    bold: bool = False
    uppercase: bool = False
    box: bool = False

    def boxed(self, box: bool | None) -> Preset:
        """The same with a box or without, as asked for; None leaves it as it is."""
        if box is None or box == self.box:
            return self
        if box:
            return replace(self, box=True, outline=_BOX_SHARE, blur=0.0, glow=0.0)
        return replace(self, box=False, outline=_OUTLINE_SHARE)


PRESET_OF = {
    "classic": Preset(0.055, "#FFD54A", "#FFFFFF", "#101010", "#00000090", 0.065, 0.03),
    "karaoke": Preset(0.068, "#3EC5FF", "#FFFFFF", "#10183A", "#00000099", 0.075, 0.04, bold=True),
    "pop": Preset(
        0.090, "#FFE600", "#FFFFFF", "#000000", "#000000B0", 0.11, 0.05, bold=True, uppercase=True
    ),
    "boxed": Preset(0.052, "#FFFFFF", "#9AA0A6", "#000000", "#0B0B0B", 0.20, 0.0, box=True),
    "neon": Preset(
        0.062, "#4DF3FF", "#FFEAFB", "#C4009A", "#86006E", 0.045, 0.0, 0.02, 0.32, bold=True
    ),
    "minimal": Preset(
        0.048, "#FFFFFF", "#C3C9D1", "#00000080", "#000000C0", 0.025, 0.0, 0.01, 0.26
    ),
}
_LIKE = {"shorts": "pop", "punch": "pop", "card": "boxed", "sweep": "karaoke",
         "documentary": "minimal", "lyrics": "karaoke", "contrast": "boxed"}  # fmt: skip
PRESET_OF |= {name: PRESET_OF[like] for name, like in _LIKE.items()}
"""By its name in `wordlight.contract.PRESETS`."""
