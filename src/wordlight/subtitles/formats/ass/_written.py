"""A caption as its speaker's look writes it: the text fields of its lines, every word in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from wordlight.contract import Colour
from wordlight.subtitles._caption import Caption
from wordlight.subtitles.formats._lines import lines_of
from wordlight.subtitles.formats.ass._karaoke import Syllable, syllables
from wordlight.subtitles.formats.ass._keywords import keyword_colours
from wordlight.subtitles.formats.ass._tags import block, fill, number, position
from wordlight.subtitles.looks import Look
from wordlight.subtitles.typesetting import (
    Row,
    Setting,
    Span,
    Typesetter,
    centre_of,
    place_of_line,
    runs_of,
    runs_right_to_left,
)

HAZE = 96
"""How transparent a caption is, of 255, when it begins to appear out of a haze."""
ENTRANCE_MS, ENTRANCE_SHARE = 120, 0.8
"""How long that takes; less where the first word is short, so that it is over with it."""
_CENTRE = 5
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Marks of direction. Without them libass takes a line's direction from its first letter, and a
Hebrew line that begins with a Latin name would be turned round."""


@dataclass(frozen=True, slots=True)
class Event:
    """Text from ``start_cs`` to before ``end_cs``; a higher ``layer`` is drawn over a lower one."""

    layer: int
    start_cs: int
    end_cs: int
    style: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A caption's words in ``style``, which may be ``halo_style``, the halo of their look.

    ``clock`` says what is sung when. ``words`` are in pieces where the look's own face lacks a
    character, each with the tags of its face; ``colours`` are those that single words, by number,
    are sung in.
    """

    caption: Caption
    setting: Setting
    style: Look
    halo_style: Look | None
    karaoke: str
    clock: tuple[Syllable, ...]
    words: tuple[tuple[str, ...], ...]
    glue: tuple[str, ...]
    colours: Mapping[int, Colour]

    @classmethod
    def of(cls, caption: Caption, own: Look, typesetter: Typesetter, karaoke: str) -> Written:
        """The caption as its speaker's own look writes it."""
        setting = typesetter.set(lines_of(caption, own))
        words, glue = _pieces(setting)
        colours = keyword_colours(list(caption.words), own)
        clock = tuple(syllables(caption))
        halo = typesetter.halo
        return cls(caption, setting, own, halo, karaoke, clock, words, glue, colours)

    def set_smaller(self, share: float, typesetter: Typesetter) -> Written:
        """The same in type of that share of the look's size, unlit."""
        setting = typesetter.set(lines_of(self.caption, self.style), share)
        words, glue = _pieces(setting)
        return replace(self, setting=setting, words=words, glue=glue, colours={})

    def halo(self) -> Written | None:
        """What is drawn below it, if anything is."""
        return replace(self, style=self.halo_style, colours={}) if self.halo_style else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its lines."""
        return self.setting.rows

    @property
    def tags(self) -> str:
        """What a style cannot say; type that is set smaller has thinner outlines and shadows."""
        style, share = self.style, self.shrinkage
        blur = rf"\blur{number(share * style.blur)}" if style.blur else ""
        if style.spacing and (share != 1.0 or style.spacing < 0):
            blur += (
                rf"\fsp{number(share * style.spacing)}"  # libass takes none below 0 from a style
            )
        if share == 1.0:
            return blur
        smaller = rf"\fs{number(self.setting.size)}"
        if not style.box:
            smaller += (
                rf"\bord{number(share * style.outline, 2)}\shad{number(share * style.shadow, 2)}"
            )
        return blur + smaller

    @property
    def shrinkage(self) -> float:
        """The size that the type is set in, of the look's."""
        return self.setting.size / self.style.size

    def opening(self, tags: str) -> str:
        """How an event's text begins: its tags, and the direction that its language has."""
        return block(tags) + self.direction

    @property
    def direction(self) -> str:
        """The mark that a line begins with, where its letters do not all run one way."""
        if self.style.is_right_to_left:
            return RIGHT_TO_LEFT
        runs_back = any(map(runs_right_to_left, (w.text for w in self.caption.words)))
        return LEFT_TO_RIGHT if runs_back else ""

    def placed(self, row: Row) -> str:
        """The tags that put a line in its place."""
        column = (self.style.alignment - 1) % 3 + 1
        anchor = rf"\an{column}" if column != self.style.alignment else ""
        place = place_of_line(row, self.setting.look, self.setting.em)
        return anchor + position(*place) + self.tags

    def entrance(self) -> str:
        """The tag by which the caption appears."""
        if self.style.entrance == "none":
            return ""
        first = next((one for one in self.clock if one.word), None)
        length_ms = ENTRANCE_SHARE * 10 * (first.length_cs if first else 0)
        over = int(min(ENTRANCE_MS, max(length_ms, 20)))
        return rf"\fade({HAZE},0,0,0,{over},{over},{over})"

    def event(self, layer: int, text: str, times_cs: tuple[int, int] | None = None) -> Event:
        """An event as long as the caption, unless said otherwise."""
        start_cs, end_cs = times_cs or (self.caption.start_cs, self.caption.end_cs)
        return Event(layer, start_cs, end_cs, self.style.name, self.caption.speaker, text)

    def join(self, first: int, stop: int) -> str:
        """Those words and what follows each, in the colours that they are sung in."""
        return "".join(self.word(k) + self.glue[k] for k in range(first, stop))

    def word(self, index: int) -> str:
        """A word in the colour that it is sung in."""
        return self._coloured(index, "".join(self.words[index]))

    def _coloured(self, index: int, text: str) -> str:
        if index not in self.colours:
            return text
        return block(fill(self.colours[index])) + text + block(r"\1c")

    def _sung_word(self, index: int, length_cs: int) -> str:
        """A word with its karaoke tags: one for each piece, because libass lights up only one.

        All pieces light up at once, or are swept one after the other.
        """
        pieces = self.words[index]
        lengths = [0] * (len(pieces) - 1) + [length_cs]
        if self.karaoke == "kf":
            edges = [length_cs * k // len(pieces) for k in range(len(pieces) + 1)]
            lengths = [after - before for before, after in pairwise(edges)]
        tags = [block(rf"\{self.karaoke}{length}") for length in lengths]
        text = "".join(tag + piece for tag, piece in zip(tags, pieces, strict=True))
        return self._coloured(index, text)

    def unlit(self, row: Row) -> str:
        """A line's words without their colours."""
        indices = range(row.first, row.stop)
        return "".join("".join(self.words[k]) + self.glue[k] for k in indices)

    def plain(self, row: Row) -> str:
        """A line without karaoke tags."""
        return self.join(row.first, row.stop)

    def sung(self, row: Row) -> str:
        """A line with karaoke tags, or plain where there are none."""
        if self.karaoke == "none":
            return self.plain(row)
        written, index, silence_cs = [], 0, 0
        for syllable in self.clock:
            if syllable.word is None or not row.first <= index < row.stop:
                silence_cs += syllable.length_cs
            else:
                written += [_silence(silence_cs), self._sung_word(index, syllable.length_cs)]
                written.append(self.glue[index])
                silence_cs = 0
            index += syllable.word is not None
        return "".join(written) + _silence(silence_cs)

    def alone(self, span: Span) -> tuple[str, str]:
        """Words of a line on their own, in their place: the tags, and the words."""
        row, look, em = span.row, self.setting.look, self.setting.em
        inner = self.join(span.first, span.stop - 1) + self.word(span.stop - 1)
        texts = "".join(row.words.texts[span.first - row.first : span.stop - row.first])
        place = centre_of(texts, span.left, span.right, row.baseline, look, em)
        return rf"\an{_CENTRE}" + position(*place) + self.tags, inner


def _silence(length_cs: int) -> str:
    return block(rf"\k{length_cs}") if length_cs else ""


def _pieces(setting: Setting) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """All words and all that stands between them, as events write them."""
    rows = [row.words for row in setting.rows]
    words = [_in_its_faces(text, setting) for row in rows for text in row.texts]
    return tuple(words), tuple(_spaced(space, setting) for row in rows for space in row.glue)


def _in_its_faces(text: str, setting: Setting) -> tuple[str, ...]:
    """The text in pieces, with the tags of the faces that draw what the look's own face lacks."""
    look, em = setting.look, setting.em
    pieces = []
    for face, run in runs_of(text, look):
        if face == look.face:
            pieces.append(run)
            continue
        bold = rf"\b{int(face.is_bold)}" if face.is_bold != look.bold else ""
        other = rf"\fn{face.name}{bold}\fs{number(em * face.line_em)}"
        back = r"\fn" + (r"\b" if bold else "") + rf"\fs{number(setting.size)}"
        pieces.append(block(other) + run + block(back))
    return tuple(pieces) or ("",)


def _spaced(space: str, setting: Setting) -> str:
    """White space as wide as the look has it between words."""
    look, share = setting.look, setting.size / setting.look.size
    if not space or not look.word_spacing:
        return space
    wide = rf"\fsp{number(share * (look.spacing + look.word_spacing))}"
    back = rf"\fsp{number(share * look.spacing)}"
    return block(wide) + space + block(back)
