"""A preset, fitted to the video, with a request's own fields on top."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wordlight.contract import KARAOKE_TAGS, PRESETS, Colour
from wordlight.errors import NotOneOf
from wordlight.subtitles._faces import Face, find_face
from wordlight.subtitles._language import Language
from wordlight.subtitles._look import (
    ACCENT_EM,
    EDGE_EM,
    GLOW_REACH,
    SPACES,
    STYLE_NAME,
    WIDER,
    WORD_PADDING_X_EM,
    Canvas,
    Look,
    mean_advance_em,
)
from wordlight.subtitles._presets import LIGHTER, PRESET_OF, Preset
from wordlight.subtitles._safe_area import Shape, safe_area

SMALLEST_EM_PX = 10
"""Below this no typeface is legible, however small the video."""
PLAIN = "#FFFFFF"
"""What every preset's text is when nothing lights up."""
_BOTTOM_LEFT = 1
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
