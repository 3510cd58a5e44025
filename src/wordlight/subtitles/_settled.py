"""The settings that result from a request's options and their defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wordlight.contract import LOOKS, read_limits, read_style
from wordlight.errors import NotOneOf
from wordlight.subtitles._call import SubtitleCall
from wordlight.subtitles._caption import Caption
from wordlight.subtitles._layout import Layout
from wordlight.subtitles.formats import Presentation
from wordlight.subtitles.looks import RECIPE_OF, Canvas, Look, cast_style, compose_look
from wordlight.subtitles.typefaces import FACES, Faces


@dataclass(frozen=True, slots=True)
class Settled:
    """The settings of captions, without gaps: no default is missing, and lines fit the canvas."""

    canvas: Canvas
    layout: Layout
    look: Look
    karaoke: str

    def present(self, captions: Sequence[Caption]) -> Presentation:
        """These captions with these settings, ready for writing."""
        return Presentation(captions, self.look, self.canvas, self.karaoke, self.layout.mode)


def settle(
    call: SubtitleCall, language: str, speakers: Sequence[str] = (), faces: Faces = FACES
) -> Settled:
    """The settings of a call whose words are in ``language`` and said by ``speakers``.

    Raises:
        InvalidInput: An option is not valid; `wordlight.errors` lists the subclasses.
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
    look = compose_look(preset, style, canvas, layout.language, karaoke, layout.mode, faces)
    return Settled(canvas, layout.narrowed(look.line_characters(canvas)), look, karaoke)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
