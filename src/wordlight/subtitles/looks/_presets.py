"""The typeface and colours of each look, before it is fitted to a video."""

from __future__ import annotations

from dataclasses import dataclass, replace

INTER, INTER_MEDIUM = "Inter", "Inter Medium"
MONTSERRAT, MONTSERRAT_HEAVY = "Montserrat", "Montserrat ExtraBold"
ANTON = "Anton"
DARK, BLACK_SHADE = "#101216", "#000000C8"
_OUTLINE_SHARE, _GLOW_SHARE, _PADDING_SHARE, _RADIUS_SHARE = 0.05, 0.16, 0.24, 0.22
"""Shares of the em, used if a STYLE removes a preset's box or adds one."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The typeface and colours of a look. Lengths are shares of the em.

    ``em`` is a share of a wide video's height. On a square or upright video, the type is as large
    as possible with ``square`` or ``upright`` characters of ordinary text in a line. With ``box``,
    ``outline`` is the box's padding and ``outline_colour`` the colour of a thin line around the
    box. ``leading`` is the distance of two baselines.
    """

    font: str
    bold: bool
    em: float
    square: int
    upright: int
    primary: str
    secondary: str
    outline_colour: str = DARK
    back_colour: str = BLACK_SHADE
    outline: float = 0.0
    shadow: float = 0.0
    blur: float = 0.0
    glow: float = 0.0
    leading: float = 1.2
    word_spacing: float = 0.0
    uppercase: bool = False
    box: bool = False
    radius: float = 0.0
    word_box: str = "#00000000"
    accent: str = "#00000000"
    upcoming: str = "#00000000"
    keyword_colours: tuple[str, ...] = ()
    growth: float = 1.12
    entrance: str = "none"
    alignment: int = 2

    def boxed(self, box: bool | None) -> Preset:
        """The same preset with or without a box; None changes nothing."""
        if box is None or box == self.box:
            return self
        if box:
            return replace(
                self, box=True, outline=_PADDING_SHARE, radius=_RADIUS_SHARE,
                shadow=0.0, blur=0.0, glow=0.0,
            )  # fmt: skip
        return replace(
            self, box=False, outline=_OUTLINE_SHARE, glow=_GLOW_SHARE,
            outline_colour=DARK, back_colour=BLACK_SHADE,
        )  # fmt: skip


PRESET_OF = {
    "classic": Preset(
        INTER, True, 0.047, 26, 17, "#FFD54A", "#FFFFFF",
        outline=0.08, shadow=0.035,
    ),
    "shorts": Preset(
        MONTSERRAT_HEAVY, False, 0.070, 18, 13, "#FFFFFF", "#FFFFFF",
        outline=0.04, glow=0.20, leading=1.3, word_spacing=0.06, radius=0.20, word_box="#7C2BEF",
    ),
    "punch": Preset(
        ANTON, False, 0.086, 18, 13, "#FFE600", "#FFFFFF", "#000000",
        outline=0.06, shadow=0.045, leading=1.28, word_spacing=0.10,
        uppercase=True,
        keyword_colours=("#3DFF7C", "#4DD8FF", "#FF8AD8"),
    ),
    "card": Preset(
        INTER, True, 0.047, 28, 18, "#FFFFFF", "#98A2B0", "#FFFFFF38", "#12151CF0",
        outline=0.42, leading=1.32, box=True, radius=0.42, entrance="fade",
    ),
    "sweep": Preset(
        MONTSERRAT, True, 0.056, 24, 16, "#5DF2C2", "#FFFFFF", "#06121AD0", "#04090FE0",
        outline=0.035, glow=0.34, leading=1.26, entrance="fade",
    ),
    "documentary": Preset(
        INTER_MEDIUM, False, 0.046, 28, 18, "#FFFFFF", "#A9B2BF", "#FFFFFF30", "#0B0E13DC",
        outline=0.36, leading=1.36, box=True, radius=0.06, accent="#F2B632", entrance="fade",
        alignment=1,
    ),
    "lyrics": Preset(
        MONTSERRAT, True, 0.066, 20, 15, "#FFFFFF", "#C2CAD7", "#05070CC0", "#04060BE0",
        outline=0.035, glow=0.36, leading=1.34, upcoming="#98A2B3", entrance="fade", alignment=5,
    ),
    "contrast": Preset(
        INTER, True, 0.054, 24, 16, "#FFE94A", "#FFFFFF", "#00000000", "#000000",
        outline=0.30, leading=1.30, box=True, radius=0.12,
    ),
    "karaoke": Preset(
        MONTSERRAT, True, 0.062, 22, 15, "#3EC5FF", "#FFFFFF", "#0E1738",
        outline=0.075, glow=0.14, leading=1.26,
    ),
    "pop": Preset(
        MONTSERRAT_HEAVY, False, 0.072, 16, 12, "#FFE600", "#FFFFFF", "#000000",
        outline=0.075, shadow=0.05, leading=1.16, word_spacing=0.06,
        uppercase=True,
    ),
    "boxed": Preset(
        INTER_MEDIUM, False, 0.047, 28, 18, "#FFFFFF", "#9AA3AF", "#00000000", "#0B0B0B",
        outline=0.26, leading=1.30, box=True, radius=0.14,
    ),
    "neon": Preset(
        MONTSERRAT, True, 0.054, 24, 16, "#53F4FF", "#FFFFFF", "#3A0047", "#E312C0D8",
        outline=0.07, glow=0.36, leading=1.36,
    ),
    "minimal": Preset(
        INTER_MEDIUM, False, 0.044, 28, 18, "#FFFFFF", "#CDD4DD", "#000000B4", "#000000D8",
        outline=0.035, glow=0.26, leading=1.28,
    ),
}  # fmt: skip
"""The presets by name. `wordlight.contract.LOOKS` has the names."""

LIGHTER = {INTER: INTER_MEDIUM, MONTSERRAT_HEAVY: MONTSERRAT}
"""The lighter face to use instead of a face, if a STYLE says that the type is not bold."""
