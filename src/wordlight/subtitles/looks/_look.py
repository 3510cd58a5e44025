"""How captions look, in pixels of the video."""

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
"""The colour of what is not drawn."""
ENGLISH = find_language("en")
FEWEST_CHARACTERS = 8
"""Of a line, however large the type."""
TOLERANCE = 0.05
"""Of a character, by which a line may be too short: lengths are rounded."""
SOFT_PX = 1.0
"""By which an edge is softer than it is drawn."""
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
ACCENT_EM = 0.18
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
    distance of two lines in em; a space is ``word_spacing`` wider than the face's own.

    A ``word_box`` stands behind the word that is spoken, a bar of ``accent`` beside the text; the
    next caption waits in ``upcoming`` below. Of these, nothing is drawn whose colour cannot be
    seen. ``speakers`` have a look of their own, by name. ``language`` decides capitals, the
    direction of lines, and how long they can be. Its face is one of ``faces``.
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
        """The typeface that draws it."""
        return self.faces.find(self.font, self.bold)

    @property
    def em(self) -> float:
        """The em in pixels."""
        return self.size / self.face.line_em

    @property
    def is_right_to_left(self) -> bool:
        """Whether its lines run from right to left."""
        return self.language.is_right_to_left

    @property
    def letter_outline(self) -> float:
        """Pixels of the outline around letters; with a box they have none."""
        return 0.0 if self.box else self.outline

    @property
    def edge(self) -> float:
        """Pixels that are drawn around the letters: outline, shadow and glow."""
        return 0.0 if self.box else self.outline + self.shadow + GLOW_REACH * self.glow + SOFT_PX

    @property
    def reach(self) -> tuple[float, float]:
        """Pixels that a line's drawing takes beyond its letters, to each side and up and down."""
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
        """How many characters of ordinary text fit a line of anyone's: a few at least."""
        advance_em = line_advance_em(self.face, self.uppercase, self.language)
        advance = advance_em * self.em + self.spacing + SPACES * self.word_spacing
        own = max(FEWEST_CHARACTERS, int(self.room(canvas) / max(advance, 1.0) + TOLERANCE))
        others = (look.line_characters(canvas) for look in self.speakers.values())
        return min([own, *others])

    def room(self, canvas: Canvas) -> float:
        """Pixels between the margins, less what is drawn around a line."""
        drawn = 2 * self.reach[0] + self.accent_room
        return canvas.width - self.margin_l - self.margin_r - drawn
