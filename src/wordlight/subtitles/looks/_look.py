"""The appearance of captions, in pixels of the video."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wordlight.contract import SUBTITLES, Colour
from wordlight.errors import OutOfRange
from wordlight.subtitles.languages import Language, find_language
from wordlight.subtitles.looks._samples import SPACES, line_advance_em
from wordlight.subtitles.typefaces import FACES, Face, Faces

STYLE_NAME = "Wordlight"
UNSEEN = Colour(0, 0, 0, 0)
"""A fully transparent colour: whatever has it is not drawn."""
ENGLISH = find_language("en")
FEWEST_CHARACTERS = 8
"""The fewest characters that a line is allowed, however large the type."""
TOLERANCE = 0.05
"""A line may be this share of a character too short, because lengths are rounded."""
SOFT_PX = 1.0
"""Pixels by which the soft edge of a drawing extends beyond it."""
GLOW_REACH = 1.5
"""The visible extent of a glow around the outline, as a multiple of the glow's length."""
WORD_PADDING_X_EM, WORD_PADDING_Y_EM = 0.16, 0.12
"""The padding between a word and the box behind it, on each side."""
EDGE_EM = 0.03
"""The thickness of the line around a box."""
REACH_EM = 0.12
"""How far a word may grow to either side. This is less than half a space, so it does not touch its
neighbours."""
BORDER_GROWTH, GROWN_DOWN_EM = 1.15, 0.7
"""For a growing word: the factor by which its outline thickens, and the distance of its lowest
letters from the centre of growth."""
ACCENT_EM = 0.18
"""The width of the bar beside the text."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of the video in pixels."""

    width: int = 1920
    height: int = 1080

    def __post_init__(self) -> None:
        """Raises `OutOfRange` for a size that the contract does not allow."""
        specs = {spec.name: spec for spec in SUBTITLES.inputs}
        for name, got in (("WIDTH", self.width), ("HEIGHT", self.height)):
            low, high = specs[name].low or 1, specs[name].high or 1
            if not low <= got <= high:
                raise OutOfRange(name, got, low, high, "pixels")


@dataclass(frozen=True, slots=True)
class Look:
    """All settings for drawing captions. Lengths are pixels of the video.

    ``size`` is the font size of an ASS style: the typeface's line height, which is more than the
    em. ``primary`` is the colour of a word once it has been sung; ``secondary`` is its colour
    before. With ``box``, a box of ``back_colour`` is drawn behind the text. It extends ``outline``
    beyond the text, and ``radius`` rounds its corners. Without ``box``, ``back_colour`` is the
    colour of the shadow and of the ``glow``, a soft light or shade that extends by that length
    around the outline. ``blur`` softens the outline itself. ``leading`` is the distance of two
    baselines in em. ``word_spacing`` is added to the width of the face's space.

    ``word_box`` is the colour of the box behind the spoken word, ``accent`` that of the bar beside
    the text, and ``upcoming`` that of the next caption, which waits below. If one of these colours
    is fully transparent, its part is not drawn. ``speakers`` maps a name to that speaker's look.
    ``language`` determines capitals, the direction of lines, and their greatest length. The
    typeface is looked up in ``faces``.
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
    language: Language = ENGLISH
    speakers: Mapping[str, Look] = field(default_factory=dict)
    name: str = STYLE_NAME
    faces: Faces = field(default=FACES, repr=False, compare=False)

    @property
    def face(self) -> Face:
        """The typeface that draws the text."""
        return self.faces.find(self.font, self.bold)

    @property
    def em(self) -> float:
        """The em in pixels."""
        return self.size / self.face.line_em

    @property
    def is_right_to_left(self) -> bool:
        """Whether lines run from right to left."""
        return self.language.is_right_to_left

    @property
    def letter_outline(self) -> float:
        """The outline around letters, in pixels. With a box, letters have none."""
        return 0.0 if self.box else self.outline

    @property
    def edge(self) -> float:
        """Pixels drawn around the letters: outline, shadow and glow."""
        return 0.0 if self.box else self.outline + self.shadow + GLOW_REACH * self.glow + SOFT_PX

    @property
    def reach(self) -> tuple[float, float]:
        """Pixels drawn beyond a line's letters: on each side, and above and below."""
        around = self.outline + EDGE_EM * self.em + SOFT_PX if self.box else self.edge
        across = down = around
        if self.word_box.opacity:
            across = max(across, WORD_PADDING_X_EM * self.em)
            down = max(down, WORD_PADDING_Y_EM * self.em)
        if self.growth > 1.0:
            across += REACH_EM * self.em
        grown = (self.growth - 1.0) * GROWN_DOWN_EM * self.em
        return across, down + grown + (BORDER_GROWTH - 1.0) * self.letter_outline * (grown > 0)

    @property
    def accent_room(self) -> float:
        """Pixels that the bar needs on its side of the text."""
        return ACCENT_EM * self.em if self.accent.opacity else 0.0

    @property
    def looks(self) -> tuple[Look, ...]:
        """This look and the looks of its speakers."""
        return (self, *self.speakers.values())

    def halo(self) -> Look:
        """The look of the glow below the text: the same letters with a wide, soft outline."""
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
        """The look for the words of ``speaker``."""
        return self.speakers.get(speaker, self)

    def line_characters(self, canvas: Canvas) -> int:
        """The most characters of ordinary text that a line has room for, whoever speaks."""
        advance_em = line_advance_em(self.face, self.uppercase, self.language)
        advance = advance_em * self.em + self.spacing + SPACES * self.word_spacing
        own = max(FEWEST_CHARACTERS, int(self.room(canvas) / max(advance, 1.0) + TOLERANCE))
        others = (look.line_characters(canvas) for look in self.speakers.values())
        return min([own, *others])

    def room(self, canvas: Canvas) -> float:
        """Pixels that a line's letters may take between the margins."""
        drawn = 2 * self.reach[0] + self.accent_room
        return canvas.width - self.margin_l - self.margin_r - drawn
