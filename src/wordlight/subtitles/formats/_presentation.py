"""Captions with their look and canvas: everything from which a format writes a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wordlight.subtitles._caption import Caption
from wordlight.subtitles.languages import Language
from wordlight.subtitles.looks import Canvas, Look, compose_look


@dataclass(frozen=True, slots=True)
class Presentation:
    """Captions in a look on a canvas.

    ``karaoke`` is one of `wordlight.contract.KARAOKE_TAGS`. ``mode`` is one of
    `wordlight.contract.MODES`: the mode in which the captions were set.
    """

    captions: Sequence[Caption]
    look: Look = field(default_factory=compose_look)
    canvas: Canvas = field(default_factory=Canvas)
    karaoke: str = "kf"
    mode: str = "sentence"

    @property
    def language(self) -> Language:
        """The language of the captions."""
        return self.look.language

    @property
    def lit_look(self) -> Look:
        """The look. If karaoke is off, all words have the colour of lit words."""
        return self.look if self.lights_up else replace(self.look, secondary=self.look.primary)

    @property
    def lights_up(self) -> bool:
        """Whether each word is lit when it is spoken."""
        return self.karaoke != "none"
