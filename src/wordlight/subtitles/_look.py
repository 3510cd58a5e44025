"""How subtitles look: a preset, fitted to the video, with a request's own fields on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wordlight.contract import KARAOKE_TAGS, PRESETS, SUBTITLES
from wordlight.errors import NotOneOf, OutOfRange
from wordlight.subtitles._fonts import BUNDLED_FONT
from wordlight.subtitles._language import Language

SMALLEST_FONT_PX = 12
"""Below this no typeface is legible, however small the video."""
PORTRAIT_SCALE = 1.3
"""A phone held upright is read from closer, and its short side is the line's length."""
SAFE_SIDE = 0.05
"""Of the width, each side. Source: EBU R 95, graphics-safe area."""
SAFE_BOTTOM, SAFE_BOTTOM_PORTRAIT = 0.06, 0.18
"""Of the height; upright players lay their buttons over the lowest sixth."""
LINE_EM = 1.164
"""Ascent and descent of DejaVu Sans, in em: a renderer scales a font so that they fill the size."""
TYPICAL_EM, BOLD_EM, UPPERCASE_EM = 0.55, 0.07, 0.08
"""Mean advance of an English line's characters in DejaVu Sans, at the 95th percentile of lines."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The video's size in pixels."""

    width: int = 1920
    height: int = 1080

    def __post_init__(self) -> None:
        """Raises `OutOfRange` for a size outside the contract's."""
        specs = {spec.name: spec for spec in SUBTITLES.inputs}
        for name, got in (("WIDTH", self.width), ("HEIGHT", self.height)):
            low, high = specs[name].low or 1, specs[name].high or 1
            if not low <= got <= high:
                raise OutOfRange(name, got, low, high, "pixels")

    @property
    def is_portrait(self) -> bool:
        """Taller than wide."""
        return self.height > self.width


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green, blue and opacity, 0 to 255 each."""

    red: int
    green: int
    blue: int
    opacity: int = 255

    @classmethod
    def of(cls, code: str) -> Colour:
        """The colour of ``#RRGGBB`` or ``#RRGGBBAA``.

        Raises:
            ValueError: Something else.
        """
        digits = code.removeprefix("#")
        if len(digits) not in (6, 8) or not code.startswith("#") or not digits.isascii():
            raise ValueError(code)
        if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise ValueError(code)
        return cls(*bytes.fromhex(digits))


@dataclass(frozen=True, slots=True)
class Look:
    """Everything an ASS style says. Lengths are pixels of the video.

    ``primary`` is the colour of a word once it is sung, ``secondary`` before. With ``box``, a box
    of ``back_colour`` stands behind the text, ``outline`` wider; else that is the shadow's colour.
    """

    font: str
    size: float
    primary: Colour
    secondary: Colour
    outline_colour: Colour
    back_colour: Colour
    bold: bool
    italic: bool
    outline: float
    shadow: float
    alignment: int
    margin_l: int
    margin_r: int
    margin_v: int
    spacing: float
    uppercase: bool
    box: bool

    def line_characters(self, canvas: Canvas) -> int:
        """How many characters of ordinary text fit a line inside the margins, 8 at least."""
        advance_em = TYPICAL_EM + BOLD_EM * self.bold + UPPERCASE_EM * self.uppercase
        advance = advance_em * self.size / LINE_EM + self.spacing
        return max(8, int(self.room(canvas) / max(advance, 1.0)))

    def room(self, canvas: Canvas) -> float:
        """Pixels between the margins, less what outline and shadow add to a line."""
        return canvas.width - self.margin_l - self.margin_r - 2 * self.outline - self.shadow


@dataclass(frozen=True, slots=True)
class _Preset:
    """Shares: ``size`` of the video's shorter side; ``outline`` and ``shadow`` of the font size."""

    size: float
    primary: str
    secondary: str
    outline_colour: str
    back_colour: str
    outline: float
    shadow: float
    bold: bool = False
    box: bool = False


_PRESETS = {
    "classic": _Preset(0.055, "#FFD54A", "#FFFFFF", "#101010", "#00000090", 0.065, 0.03),
    "karaoke": _Preset(0.068, "#3EC5FF", "#FFFFFF", "#10183A", "#00000099", 0.075, 0.04, bold=True),
    "boxed": _Preset(0.052, "#FFFFFF", "#9AA0A6", "#000000", "#0B0B0B", 0.20, 0.0, box=True),
    "minimal": _Preset(0.048, "#FFFFFF", "#B9BEC4", "#000000E0", "#00000080", 0.05, 0.0),
}

_OUTLINE_SHARE, _BOX_SHARE = 0.065, 0.20
"""Of the font size, where a STYLE takes a preset's box away or gives it one."""
PLAIN = "#FFFFFF"
"""What every preset's text is when nothing lights up."""


def compose_look(
    preset: str = "classic",
    style: Mapping[str, Any] | None = None,
    canvas: Canvas | None = None,
    language: Language | None = None,
    karaoke: str = "kf",
) -> Look:
    """The preset's look on this canvas; ``style`` is what `read_style` returns.

    Raises:
        NotOneOf: No such preset or karaoke tag.
    """
    if preset not in PRESETS:
        raise NotOneOf("PRESET", preset, PRESETS)
    if karaoke not in KARAOKE_TAGS:
        raise NotOneOf("KARAOKE", karaoke, KARAOKE_TAGS)
    style = dict(style or {})
    look = _fit(_boxed(_PRESETS[preset], style.get("box")), canvas or Canvas(), style.get("size"))
    if language is not None:
        look = replace(look, font=language.font)
    if karaoke == "none":
        look = replace(look, primary=Colour.of(PLAIN))
    return replace(look, **style)


def _boxed(preset: _Preset, box: bool | None) -> _Preset:
    if box is None or box == preset.box:
        return preset
    return replace(preset, box=box, outline=_BOX_SHARE if box else _OUTLINE_SHARE)


def _fit(preset: _Preset, canvas: Canvas, size: float | None) -> Look:
    shorter = min(canvas.width, canvas.height) * (PORTRAIT_SCALE if canvas.is_portrait else 1.0)
    size = size or max(SMALLEST_FONT_PX, round(preset.size * shorter))
    bottom = SAFE_BOTTOM_PORTRAIT if canvas.is_portrait else SAFE_BOTTOM
    # A box is drawn word by word; whole pixels keep its pieces flush.
    outline = max(1.0, round(preset.outline * size, 0 if preset.box else 1))
    padding = round(outline) if preset.box else 0
    side = round(SAFE_SIDE * canvas.width) + padding
    return Look(
        font=BUNDLED_FONT,
        size=size,
        primary=Colour.of(preset.primary),
        secondary=Colour.of(preset.secondary),
        outline_colour=Colour.of(preset.outline_colour),
        back_colour=Colour.of(preset.back_colour),
        bold=preset.bold,
        italic=False,
        outline=outline,
        shadow=round(preset.shadow * size, 1),
        alignment=2,
        margin_l=side,
        margin_r=side,
        margin_v=round(bottom * canvas.height) + padding,
        spacing=0.0,
        uppercase=False,
        box=preset.box,
    )
