"""How subtitles look: a preset, fitted to the video, with a request's own fields on top."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wordlight.contract import KARAOKE_TAGS, PRESETS, SUBTITLES, Colour
from wordlight.errors import NotOneOf, OutOfRange
from wordlight.subtitles._faces import Face, find_face
from wordlight.subtitles._language import Language
from wordlight.subtitles._presets import LIGHTER, PRESET_OF, Preset
from wordlight.subtitles._safe_area import Shape, safe_area

SMALLEST_EM_PX = 10
"""Below this no typeface is legible, however small the video."""
STYLE_NAME = "Wordlight"
UNSEEN = Colour(0, 0, 0, 0)
"""The colour of what is not drawn."""
SAMPLE = """The old lighthouse keeper climbed the narrow stairs every evening before the sun went
down and nobody in the village ever asked him why because everyone already knew the answer"""
"""Ordinary English, to know a typeface's mean advance."""
WIDER = 1.08
"""How much wider than the mean a line is at the 95th percentile of English lines."""
SPACES = 0.18
"""The share of spaces among its characters."""
GLOW_REACH = 1.5
"""Times the glow's length, how far it can be seen around the outline."""
WORD_PADDING_X_EM, WORD_PADDING_Y_EM = 0.16, 0.12
"""How much wider and higher than its word the box is that marks it, to each side."""
EDGE_EM = 0.03
"""How thick the line around a box is."""
REACH_EM = 0.12
"""How far a word may grow to either side: less than half a space, so that its neighbours stay
clear."""
BORDER_GROWTH, GROWN_DOWN_EM = 1.15, 0.7
"""Of a word that grows: how much thicker its outline becomes, and how far its lowest letters are
from the middle that it grows around."""
ACCENT_EM = 0.12
"""How wide the bar beside the text is."""


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
    """Everything that says how captions are drawn. Lengths are pixels of the video.

    ``size`` is an ASS style's: the height of the typeface's own line; the em is less.
    ``primary`` is the colour of a word once it is sung, ``secondary`` before. With ``box``, a box
    of ``back_colour`` stands behind the text, ``outline`` wider, its corners rounded by
    ``radius``; else that is the colour of the shadow and of the ``glow``, a soft light or shade
    that reaches so far around the outline. ``blur`` softens the outline itself. ``leading`` is the
    distance of two lines in em, ``word_spacing`` what a space is wider than the face's own. A ``word_box`` stands behind the word that is spoken, a bar of
    ``accent`` beside the text; the next caption waits in ``upcoming`` below. Of these, nothing is
    drawn whose colour cannot be seen. ``speakers`` have a look of their own, by name.
    ``has_dotted_i``: capitals are Turkish, İ for i and I for ı.
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
    word_spacing: float = 0.0
    blur: float = 0.0
    glow: float = 0.0
    leading: float = 1.2
    radius: float = 0.0
    word_box: Colour = UNSEEN
    accent: Colour = UNSEEN
    upcoming: Colour = UNSEEN
    keyword_colours: tuple[Colour, ...] = ()
    keywords: tuple[str, ...] = ()
    growth: float = 1.0
    entrance: str = "none"
    has_dotted_i: bool = False
    is_right_to_left: bool = False
    speakers: Mapping[str, Look] = field(default_factory=dict)
    name: str = STYLE_NAME

    @property
    def face(self) -> Face:
        """The typeface that draws it."""
        return find_face(self.font, self.bold)

    @property
    def em(self) -> float:
        """The em in pixels."""
        return self.size / self.face.line_em

    @property
    def edge(self) -> float:
        """Pixels that are drawn around the letters: outline, shadow and glow."""
        return 0.0 if self.box else self.outline + self.shadow + GLOW_REACH * self.glow

    @property
    def reach(self) -> tuple[float, float]:
        """Pixels that a line's drawing takes beyond its letters, to each side and up and down."""
        across = down = self.outline + EDGE_EM * self.em + 1.0 if self.box else self.edge
        if self.word_box.opacity:
            across = max(across, WORD_PADDING_X_EM * self.em)
            down = max(down, WORD_PADDING_Y_EM * self.em)
        if self.growth > 1.0:
            across += REACH_EM * self.em
        grown = (self.growth - 1.0) * GROWN_DOWN_EM * self.em
        return across, down + grown + (BORDER_GROWTH - 1.0) * self.outline * (grown > 0)

    @property
    def accent_room(self) -> float:
        """Pixels that the bar beside the text takes, on its side."""
        return ACCENT_EM * self.em if self.accent.opacity else 0.0

    @property
    def looks(self) -> tuple[Look, ...]:
        """Itself and its speakers' looks."""
        return (self, *self.speakers.values())

    def halo(self) -> Look:
        """What is drawn below it: the same letters, their outline wide and soft."""
        return replace(
            self,
            name=f"{self.name} glow",
            primary=self.back_colour,
            secondary=self.back_colour,
            outline=0.0 if self.box else self.outline + self.glow / 2,
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
        advance = WIDER * mean_advance_em(self.face, self.uppercase) * self.em + self.spacing
        advance += SPACES * self.word_spacing
        own = max(8, int(self.room(canvas) / max(advance, 1.0) + 0.05))
        others = (look.line_characters(canvas) for look in self.speakers.values())
        return min([own, *others])

    def room(self, canvas: Canvas) -> float:
        """Pixels between the margins, less what is drawn around a line."""
        drawn = 2 * self.reach[0] + self.accent_room
        return canvas.width - self.margin_l - self.margin_r - drawn


PLAIN = "#FFFFFF"
"""What every preset's text is when nothing lights up."""
_BOTTOM_LEFT, _BOTTOM_RIGHT = 1, 3
_NOT_IN_NAMES = re.compile(r"[^\w .-]")


def mean_advance_em(face: Face, uppercase: bool) -> float:
    """The mean advance of English text in a typeface, in em."""
    text = SAMPLE.upper() if uppercase else SAMPLE
    return face.measure(text.replace("\n", " ")).advance / len(text)


def compose_look(
    preset: str = "classic",
    style: Mapping[str, Any] | None = None,
    canvas: Canvas | None = None,
    language: Language | None = None,
    karaoke: str = "kf",
    mode: str = "sentence",
) -> Look:
    """The preset's look on this canvas; ``style`` is what `read_style` returns.

    Rows that roll up share their first letter's edge, as in live captions; words grow in the mode
    ``pop`` only.

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
    own = _with_type(PRESET_OF[preset].boxed(style.get("box")), style, language)
    look = _fit(own, canvas, style.get("size"), style.pop("scale", 1.0))
    look = replace(look, **_directed(look, language, mode))
    if karaoke == "none":
        look = replace(look, primary=Colour.of(PLAIN))
    if mode != "pop":
        look = replace(look, growth=1.0)
        style.pop("growth", None)
    if mode in ("word", "roll-up"):
        look = replace(look, entrance="none")
    looks = {
        speaker: replace(
            compose_look(preset, {**style, **fields}, canvas, language, karaoke, mode),
            name=f"{STYLE_NAME} {index} {_NOT_IN_NAMES.sub('_', speaker)}",
        )
        for index, (speaker, fields) in enumerate(speakers.items(), start=1)
    }
    style |= {"font": own.font, "bold": own.bold}
    return replace(look, **style, speakers=looks)


def _with_type(preset: Preset, style: Mapping[str, Any], language: Language | None) -> Preset:
    """The preset in the typeface that the style names, or the language needs."""
    font, bold = preset.font, style.get("bold", preset.bold)
    if language is not None and language.font:
        font, bold = language.font, style.get("bold", True)
    elif style.get("bold") is False:
        font = LIGHTER.get(font, font)
    uppercase = style.get("uppercase", preset.uppercase)
    return replace(preset, font=style.get("font", font), bold=bold, uppercase=uppercase)


def _directed(look: Look, language: Language | None, mode: str) -> dict[str, Any]:
    """Fields that depend on the language and on how words are shown."""
    is_right_to_left = language is not None and language.is_right_to_left
    alignment = look.alignment
    if mode == "roll-up":
        alignment = _BOTTOM_LEFT
    if is_right_to_left and alignment % 3 == 1:
        alignment += 2
    return {
        "alignment": alignment,
        "has_dotted_i": language is not None and language.has_dotted_i,
        "is_right_to_left": is_right_to_left,
    }


def _fit(preset: Preset, canvas: Canvas, size: float | None, scale: float) -> Look:
    safe = safe_area(canvas.width, canvas.height)
    face = find_face(preset.font, preset.bold)
    side = round(safe.side * canvas.width)
    em = size / face.line_em if size else scale * _em_px(preset, face, canvas, side)
    least = math.ceil(SMALLEST_EM_PX * face.line_em)

    def pixels(share: float, digits: int = 1) -> float:
        return round(share * em, digits)

    return Look(
        font=preset.font,
        size=size or max(least, round(em * face.line_em)),
        primary=Colour.of(preset.primary),
        secondary=Colour.of(preset.secondary),
        outline_colour=Colour.of(preset.outline_colour),
        back_colour=Colour.of(preset.back_colour),
        bold=preset.bold,
        italic=False,
        outline=max(1.0, pixels(preset.outline)),
        shadow=pixels(preset.shadow),
        alignment=preset.alignment,
        margin_l=side,
        margin_r=side,
        margin_v=round(safe.edge * canvas.height),
        spacing=0.0,
        word_spacing=pixels(preset.word_spacing),
        uppercase=preset.uppercase,
        box=preset.box,
        blur=pixels(preset.blur),
        glow=pixels(preset.glow),
        leading=preset.leading,
        radius=pixels(preset.radius),
        word_box=Colour.of(preset.word_box),
        accent=Colour.of(preset.accent),
        upcoming=Colour.of(preset.upcoming),
        keyword_colours=tuple(map(Colour.of, preset.keyword_colours)),
        growth=preset.growth,
        entrance=preset.entrance,
    )


def _em_px(preset: Preset, face: Face, canvas: Canvas, side: int) -> float:
    """The em that the preset asks for on such a video, in pixels."""
    shape = safe_area(canvas.width, canvas.height).shape
    if shape is Shape.WIDE:
        return preset.em * canvas.height
    characters = preset.square if shape is Shape.SQUARE else preset.upright
    advance_em = WIDER * mean_advance_em(face, preset.uppercase) + SPACES * preset.word_spacing
    # What is drawn around a line grows with the type: solve for the em.
    around = preset.outline
    if not preset.box:
        around += preset.shadow + GLOW_REACH * preset.glow
    else:
        around += EDGE_EM
    around = max(around, WORD_PADDING_X_EM if Colour.of(preset.word_box).opacity else 0.0)
    accent = ACCENT_EM if Colour.of(preset.accent).opacity else 0.0
    room = canvas.width - 2 * side
    return room / (characters * advance_em + 2 * around + accent)
