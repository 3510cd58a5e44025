"""Composes a look: a preset, fitted to the video, with the request's own fields applied."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wordlight.contract import KARAOKE_TAGS, LOOKS, Colour
from wordlight.errors import NotOneOf
from wordlight.subtitles.languages import Language
from wordlight.subtitles.looks._look import ENGLISH, STYLE_NAME, UNSEEN, Canvas, Look
from wordlight.subtitles.looks._presets import LIGHTER, PRESET_OF, Preset
from wordlight.subtitles.looks._safe_area import Shape, safe_area
from wordlight.subtitles.looks._samples import SPACES, type_advance_em
from wordlight.subtitles.typefaces import FACES, Faces

SMALLEST_EM_PX = 10
"""The smallest em in pixels, for any size of video. Below it no typeface is legible."""
PLAIN = "#FFFFFF"
"""The text colour of every preset if karaoke is off."""
_BOTTOM_LEFT = 1
_LARGE_PX = 1000.0
"""An em so large that rounding does not matter."""
_NOT_IN_NAMES = re.compile(r"[^\w .-]")


def compose_look(
    preset: str = "classic",
    style: Mapping[str, Any] | None = None,
    canvas: Canvas | None = None,
    language: Language | None = None,
    karaoke: str = "kf",
    mode: str = "sentence",
    faces: Faces = FACES,
) -> Look:
    """The preset's look on this canvas. ``style`` is a result of `read_style`.

    Roll-up rows are aligned at the edge where their lines begin, as in live captions. Words grow
    only in the mode ``pop``.

    Raises:
        NotOneOf: No such preset or karaoke tag.
    """
    if preset not in LOOKS:
        raise NotOneOf("PRESET", preset, LOOKS)
    if karaoke not in KARAOKE_TAGS:
        raise NotOneOf("KARAOKE", karaoke, KARAOKE_TAGS)
    stage = _Stage(canvas or Canvas(), language or ENGLISH, karaoke, mode, faces)
    style = dict(style or {})
    speakers = style.pop("speakers", {})
    looks = {
        speaker: replace(
            _compose(PRESET_OF[preset], {**style, **fields}, stage),
            name=f"{STYLE_NAME} {index} {_NOT_IN_NAMES.sub('_', speaker)}",
        )
        for index, (speaker, fields) in enumerate(speakers.items(), start=1)
    }
    return replace(_compose(PRESET_OF[preset], style, stage), speakers=looks)


@dataclass(frozen=True, slots=True)
class _Stage:
    """The settings that all looks of one request share."""

    canvas: Canvas
    language: Language
    karaoke: str
    mode: str
    faces: Faces


def _compose(preset: Preset, style: Mapping[str, Any], stage: _Stage) -> Look:
    """The look of one speaker, or of all speakers."""
    style = dict(style)
    own = _in_mode(_with_type(preset, style, stage.language), stage.mode, stage.language)
    look = _fit(own, stage, style.get("size"), style.pop("scale", 1.0))
    if stage.karaoke == "none":
        look = replace(look, primary=Colour.of(PLAIN))
    style |= {"font": own.font, "bold": own.bold}
    if stage.mode != "pop":
        style.pop("growth", None)
    look = replace(look, **style)
    if stage.karaoke == "none":
        return replace(look, word_box=UNSEEN, keyword_colours=())
    return look


def _with_type(preset: Preset, style: Mapping[str, Any], language: Language) -> Preset:
    """The preset in the typeface that the style names or the language needs."""
    preset = preset.boxed(style.get("box"))
    font, bold = preset.font, style.get("bold", preset.bold)
    if language.font:
        font, bold = language.font, style.get("bold", True)
    elif style.get("bold") is False:
        font = LIGHTER.get(font, font)
    uppercase = style.get("uppercase", preset.uppercase)
    return replace(preset, font=style.get("font", font), bold=bold, uppercase=uppercase)


def _in_mode(preset: Preset, mode: str, language: Language) -> Preset:
    """The preset adapted to the mode and to the language's direction."""
    alignment = _BOTTOM_LEFT if mode == "roll-up" else preset.alignment
    if language.is_right_to_left and alignment % 3 == 1:
        alignment += 2
    return replace(
        preset,
        alignment=alignment,
        growth=preset.growth if mode == "pop" else 1.0,
        entrance="none" if mode in ("word", "roll-up") else preset.entrance,
    )


def _fit(preset: Preset, stage: _Stage, size: float | None, scale: float) -> Look:
    """The preset's look in the requested size, or else in a size that fits the canvas."""
    line_em = stage.faces.find(preset.font, preset.bold).line_em
    if size:
        return _at(size / line_em, size, preset, stage)
    em = scale * _em_px(preset, stage)
    size = max(math.ceil(10 * SMALLEST_EM_PX * line_em), math.floor(10 * em * line_em)) / 10
    return _at(size / line_em, size, preset, stage)


def _em_px(preset: Preset, stage: _Stage) -> float:
    """The em that the preset gets on this canvas, in pixels."""
    canvas = stage.canvas
    shape = safe_area(canvas.width, canvas.height).shape
    if shape is Shape.WIDE:
        return preset.em * canvas.height
    characters = preset.square if shape is Shape.SQUARE else preset.upright
    face = stage.faces.find(preset.font, preset.bold)
    advance_em = type_advance_em(face, preset.uppercase, stage.language)
    advance_em += SPACES * preset.word_spacing
    # The drawings around a line grow with the em, so this is an equation for the em.
    large = _at(_LARGE_PX, _LARGE_PX * face.line_em, preset, stage)
    around_em = (2 * large.reach[0] + large.accent_room) / _LARGE_PX
    room = canvas.width - large.margin_l - large.margin_r
    return room / (characters * advance_em + around_em)


def _at(em: float, size: float, preset: Preset, stage: _Stage) -> Look:
    """The preset's look at this em in pixels. ``size`` is the matching ASS font size."""
    safe = safe_area(stage.canvas.width, stage.canvas.height)
    side = round(safe.side * stage.canvas.width)

    def pixels(share: float) -> float:
        return round(share * em, 2)

    return Look(
        font=preset.font,
        size=size,
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
        margin_v=round(safe.edge * stage.canvas.height),
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
        language=stage.language,
        faces=stage.faces,
    )
