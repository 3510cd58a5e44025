"""How subtitles look: a preset, fitted to the video, with a request's own fields on top."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wordlight.contract import KARAOKE_TAGS, PRESETS, SUBTITLES, Colour
from wordlight.errors import NotOneOf, OutOfRange
from wordlight.subtitles._fonts import BUNDLED_FONT
from wordlight.subtitles._language import Language
from wordlight.subtitles._presets import PRESET_OF, Preset
from wordlight.subtitles._safe_area import safe_area

SMALLEST_FONT_PX = 12
"""Below this no typeface is legible, however small the video."""
STYLE_NAME = "Wordlight"
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


@dataclass(frozen=True, slots=True)
class Look:
    """Everything an ASS style says. Lengths are pixels of the video.

    ``primary`` is the colour of a word once it is sung, ``secondary`` before. With ``box``, a box
    of ``back_colour`` stands behind the text, ``outline`` wider; else that is the colour of the
    shadow and of the ``glow``, a soft light that reaches so far around the outline. ``blur``
    softens the outline itself. ``speakers`` have a look of their own, by name. ``has_dotted_i``:
    capitals are Turkish, İ for i and I for ı.
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
    blur: float = 0.0
    glow: float = 0.0
    has_dotted_i: bool = False
    speakers: Mapping[str, Look] = field(default_factory=dict)
    name: str = STYLE_NAME

    @property
    def has_whole_box(self) -> bool:
        """One box for all lines. Word by word they overlap, and a translucent one shows it."""
        return self.box and self.back_colour.opacity < 255

    @property
    def looks(self) -> tuple[Look, ...]:
        """Itself and its speakers' looks."""
        return (self, *self.speakers.values())

    def halo(self) -> Look:
        """What is drawn below it: the same letters, their outline wide and soft."""
        return replace(
            self,
            name=f"{self.name} glow",
            outline=0.0 if self.box else self.outline + self.glow / 2,
            box=False,
            outline_colour=self.back_colour,
            blur=self.blur + self.glow / 2,
            shadow=0.0,
            speakers={name: look.halo() for name, look in self.speakers.items()},
        )

    def of(self, speaker: str) -> Look:
        """The look of that speaker's words."""
        return self.speakers.get(speaker, self)

    def line_characters(self, canvas: Canvas) -> int:
        """How many characters of ordinary text fit a line of anyone's, 8 at least."""
        advance_em = TYPICAL_EM + BOLD_EM * self.bold + UPPERCASE_EM * self.uppercase
        advance = advance_em * self.size / LINE_EM + self.spacing
        own = max(8, int(self.room(canvas) / max(advance, 1.0)))
        others = (look.line_characters(canvas) for look in self.speakers.values())
        return min([own, *others])

    def room(self, canvas: Canvas) -> float:
        """Pixels between the margins, less what outline and shadow add to a line."""
        return canvas.width - self.margin_l - self.margin_r - 2 * self.outline - self.shadow


PLAIN = "#FFFFFF"
"""What every preset's text is when nothing lights up."""
CAST = ("#FFD54A", "#5CC8FF", "#7BEA9A", "#FF9BD2", "#FF9F5A", "#C9B0FF")
"""Colours that speakers take in turn, each of them light enough to be read on black."""
MOST_STYLES = 50
"""Speakers with a style of their own, unless a request gives them one."""
NEAR = 130
"""Sum of the differences in red, green and blue, of which two colours look alike."""
_BOTTOM_LEFT, _BOTTOM_RIGHT = 1, 3
_NOT_IN_NAMES = re.compile(r"[^\w .-]")


def compose_look(
    preset: str = "classic",
    style: Mapping[str, Any] | None = None,
    canvas: Canvas | None = None,
    language: Language | None = None,
    karaoke: str = "kf",
    mode: str = "sentence",
) -> Look:
    """The preset's look on this canvas; ``style`` is what `read_style` returns.

    Rows that roll up share their first letter's edge, as in live captions; all else is centred.

    Raises:
        NotOneOf: No such preset or karaoke tag.
    """
    if preset not in PRESETS:
        raise NotOneOf("PRESET", preset, PRESETS)
    if karaoke not in KARAOKE_TAGS:
        raise NotOneOf("KARAOKE", karaoke, KARAOKE_TAGS)
    style = dict(style or {})
    speakers = style.pop("speakers", {})
    canvas = canvas or Canvas()
    look = _fit(PRESET_OF[preset].boxed(style.get("box")), canvas, style.get("size"))
    if language is not None:
        look = replace(look, font=language.font, has_dotted_i=language.has_dotted_i)
    if karaoke == "none":
        look = replace(look, primary=Colour.of(PLAIN))
    if mode == "roll-up":
        is_right_to_left = language is not None and language.is_right_to_left
        look = replace(look, alignment=_BOTTOM_RIGHT if is_right_to_left else _BOTTOM_LEFT)
    looks = {
        speaker: replace(
            compose_look(preset, {**style, **own}, canvas, language, karaoke, mode),
            name=f"{STYLE_NAME} {index} {_NOT_IN_NAMES.sub('_', speaker)}",
        )
        for index, (speaker, own) in enumerate(speakers.items(), start=1)
    }
    own = {key: value for key, value in style.items() if hasattr(look, key)}
    return replace(look, **own, speakers=looks)


def cast_style(
    style: Mapping[str, Any], speakers: Sequence[str], preset: str, karaoke: str
) -> Mapping[str, Any]:
    """The style with fields for each of several speakers: colours of their own, in turn.

    The first one has the preset's. What ``style`` says of a speaker stays; where it has a colour
    for all, nobody gets another.

    >>> cast_style({}, ["Anna", "Ben"], "classic", "kf")["speakers"]["Anna"]["primary"]
    Colour(red=255, green=213, blue=74, opacity=255)
    """
    if len(speakers) < 2:
        return style
    first = Colour.of(PLAIN if karaoke == "none" else PRESET_OF[preset].primary)
    apart = [colour for colour in map(Colour.of, CAST) if _distance(colour, first) > NEAR]
    colours = itertools.cycle([first, *apart])
    own = style.get("speakers", {})
    coloured = {
        speaker: ({} if "primary" in style else {"primary": colour}) | own.get(speaker, {})
        for speaker, colour in zip(speakers[:MOST_STYLES], colours, strict=False)
    }
    return {**style, "speakers": own | coloured}


def _distance(one: Colour, other: Colour) -> int:
    return abs(one.red - other.red) + abs(one.green - other.green) + abs(one.blue - other.blue)


def _fit(preset: Preset, canvas: Canvas, size: float | None) -> Look:
    safe = safe_area(canvas.width, canvas.height)
    shorter = min(canvas.width, canvas.height) * safe.type_scale
    size = size or max(SMALLEST_FONT_PX, round(preset.size * shorter))
    # A box is drawn word by word; whole pixels keep its pieces flush.
    outline = max(1.0, round(preset.outline * size, 0 if preset.box else 1))
    padding = round(outline) if preset.box else 0
    side = round(safe.side * canvas.width) + padding
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
        margin_v=round(safe.edge * canvas.height) + padding,
        spacing=0.0,
        uppercase=preset.uppercase,
        box=preset.box,
        blur=round(preset.blur * size, 1),
        glow=round(preset.glow * size, 1),
    )
