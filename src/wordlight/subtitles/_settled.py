"""What a request's options come to, before any of its words is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wordlight.contract import LOOKS, read_limits, read_style
from wordlight.errors import NotOneOf
from wordlight.subtitles._call import SubtitleCall
from wordlight.subtitles._cast import cast_style
from wordlight.subtitles._composing import compose_look
from wordlight.subtitles._layout import Layout
from wordlight.subtitles._look import Canvas, Look
from wordlight.subtitles._looks import RECIPE_OF

if TYPE_CHECKING:
    from wordlight.reading import Reading


@dataclass(frozen=True, slots=True)
class Settled:
    """How captions are set and drawn: defaults filled in, lines no longer than fit the canvas."""

    canvas: Canvas
    layout: Layout
    look: Look
    karaoke: str


def language_of(call: SubtitleCall, reading: Reading | None) -> str:
    """The code of the language that the call's words are in."""
    return call.language or (reading.language if reading else "") or "en"


def settle(call: SubtitleCall, language: str, speakers: Sequence[str] = ()) -> Settled:
    """The call's options, for words in that language and these speakers' words.

    Raises:
        InvalidInput: One cannot be; see `wordlight.errors` for the leaves.
    """
    name = call.look or "classic"
    if name not in LOOKS:
        raise NotOneOf("LOOK", name, LOOKS)
    recipe = RECIPE_OF[name]
    karaoke = call.karaoke or recipe.karaoke
    canvas = Canvas(_or(call.width, 1920), _or(call.height, 1080))
    limits = read_limits(call.limits)
    mode, profile = call.mode or recipe.mode, call.profile or recipe.profile
    layout = Layout.of(mode, language, profile, limits)
    preset = call.preset or name
    style = cast_style(read_style(call.style), speakers, preset, karaoke)
    look = compose_look(preset, style, canvas, layout.language, karaoke, layout.mode)
    return Settled(canvas, layout.narrowed(look.line_characters(canvas)), look, karaoke)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
