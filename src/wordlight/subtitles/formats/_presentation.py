"""Captions and how they are shown: all that a format is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wordlight.subtitles._caption import Caption
from wordlight.subtitles.languages import Language
from wordlight.subtitles.looks import Canvas, Look, compose_look


@dataclass(frozen=True, slots=True)
class Presentation:
    """Captions in a look on a canvas.

    ``karaoke`` is one of `wordlight.contract.KARAOKE_TAGS`, ``mode`` one of `MODES` there, the one
    the captions were set in.
    """

    captions: Sequence[Caption]
    look: Look = field(default_factory=compose_look)
    canvas: Canvas = field(default_factory=Canvas)
    karaoke: str = "kf"
    mode: str = "sentence"

    @property
    def language(self) -> Language:
        """What the captions are in."""
        return self.look.language

    @property
    def lit_look(self) -> Look:
        """The look, its words in the colour of lit ones where nothing lights up."""
        return self.look if self.lights_up else replace(self.look, secondary=self.look.primary)

    @property
    def lights_up(self) -> bool:
        """Whether words are lit when they are spoken."""
        return self.karaoke != "none"
