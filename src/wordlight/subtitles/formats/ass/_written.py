"""A caption set in its speaker's look: the text of its lines, with every word in place."""

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
"""The transparency of a caption at the start of its fade, of 255."""
ENTRANCE_MS, ENTRANCE_SHARE = 120, 0.8
"""The duration of the fade, and its largest share of the first word's duration."""
_CENTRE = 5
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Direction marks. Without one, libass takes a line's direction from its first letter, so a Hebrew
line that begins with a Latin name would run the wrong way."""


@dataclass(frozen=True, slots=True)
class Event:
    """Text shown from ``start_cs`` to just before ``end_cs``. Higher layers cover lower ones."""

    layer: int
    start_cs: int
    end_cs: int
    style: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a caption in ``style``: the look itself, or its glow's look ``halo_style``.

    ``clock`` has the times of the karaoke tags. If the look's face lacks a character, a word in
    ``words`` has several pieces, each with the tags of its face. ``colours`` maps word numbers to
    the colours of emphasised words.
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
        """The caption in its speaker's look."""
        setting = typesetter.set(lines_of(caption, own))
        words, glue = _pieces(setting)
        colours = keyword_colours(list(caption.words), own)
        clock = tuple(syllables(caption))
        halo = typesetter.halo
        return cls(caption, setting, own, halo, karaoke, clock, words, glue, colours)

    def set_smaller(self, share: float, typesetter: Typesetter) -> Written:
        """The same caption without colours, in type of this share of the look's size."""
        setting = typesetter.set(lines_of(self.caption, self.style), share)
        words, glue = _pieces(setting)
        return replace(self, setting=setting, words=words, glue=glue, colours={})

    def halo(self) -> Written | None:
        """The glow below the text, if the look has one."""
        return replace(self, style=self.halo_style, colours={}) if self.halo_style else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The lines."""
        return self.setting.rows

    @property
    def tags(self) -> str:
        """The tags for properties that the style cannot set; smaller type has thinner outlines."""
        style, share = self.style, self.shrinkage
        blur = rf"\blur{number(share * style.blur)}" if style.blur else ""
        if style.spacing and (share != 1.0 or style.spacing < 0):
            blur += (
                rf"\fsp{number(share * style.spacing)}"  # libass ignores a negative one in a style
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
        """The size of the type as a share of the look's size."""
        return self.setting.size / self.style.size

    def opening(self, tags: str) -> str:
        """The beginning of an event's text: its tags and its direction mark."""
        return block(tags) + self.direction

    @property
    def direction(self) -> str:
        """The direction mark of a line; nothing if all its letters run from left to right."""
        if self.style.is_right_to_left:
            return RIGHT_TO_LEFT
        runs_back = any(map(runs_right_to_left, (w.text for w in self.caption.words)))
        return LEFT_TO_RIGHT if runs_back else ""

    def placed(self, row: Row) -> str:
        """The tags that position a line."""
        column = (self.style.alignment - 1) % 3 + 1
        anchor = rf"\an{column}" if column != self.style.alignment else ""
        place = place_of_line(row, self.setting.look, self.setting.em)
        return anchor + position(*place) + self.tags

    def entrance(self) -> str:
        """The tag for the fade in which the caption appears."""
        if self.style.entrance == "none":
            return ""
        first = next((one for one in self.clock if one.word), None)
        length_ms = ENTRANCE_SHARE * 10 * (first.length_cs if first else 0)
        over = int(min(ENTRANCE_MS, max(length_ms, 20)))
        return rf"\fade({HAZE},0,0,0,{over},{over},{over})"

    def event(self, layer: int, text: str, times_cs: tuple[int, int] | None = None) -> Event:
        """An event with this text. It lasts as long as the caption unless ``times_cs`` is given."""
        start_cs, end_cs = times_cs or (self.caption.start_cs, self.caption.end_cs)
        return Event(layer, start_cs, end_cs, self.style.name, self.caption.speaker, text)

    def join(self, first: int, stop: int) -> str:
        """The words from ``first`` to before ``stop`` with their spaces, in their sung colours."""
        return "".join(self.word(k) + self.glue[k] for k in range(first, stop))

    def word(self, index: int) -> str:
        """The word in its sung colour."""
        return self._coloured(index, "".join(self.words[index]))

    def _coloured(self, index: int, text: str) -> str:
        if index not in self.colours:
            return text
        return block(fill(self.colours[index])) + text + block(r"\1c")

    def _sung_word(self, index: int, length_cs: int) -> str:
        """The word with karaoke tags: one for each piece, because libass lights up only one piece.

        All pieces light up at once. With ``\\kf`` they are swept one after the other.
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
        """The line's words without their colours."""
        indices = range(row.first, row.stop)
        return "".join("".join(self.words[k]) + self.glue[k] for k in indices)

    def plain(self, row: Row) -> str:
        """The line without karaoke tags."""
        return self.join(row.first, row.stop)

    def sung(self, row: Row) -> str:
        """The line with karaoke tags; without tags if karaoke is off."""
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
        """Some words of a line, in their own place in the video: the tags and the words."""
        row, look, em = span.row, self.setting.look, self.setting.em
        inner = self.join(span.first, span.stop - 1) + self.word(span.stop - 1)
        texts = "".join(row.words.texts[span.first - row.first : span.stop - row.first])
        place = centre_of(texts, span.left, span.right, row.baseline, look, em)
        return rf"\an{_CENTRE}" + position(*place) + self.tags, inner


def _silence(length_cs: int) -> str:
    return block(rf"\k{length_cs}") if length_cs else ""


def _pieces(setting: Setting) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """All words in pieces, and the spaces after them, as events contain them."""
    rows = [row.words for row in setting.rows]
    words = [_in_its_faces(text, setting) for row in rows for text in row.texts]
    return tuple(words), tuple(_spaced(space, setting) for row in rows for space in row.glue)


def _in_its_faces(text: str, setting: Setting) -> tuple[str, ...]:
    """The text in pieces, with tags for the faces that draw what the look's face lacks."""
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
    """The space with tags that give it the look's word spacing."""
    look, share = setting.look, setting.size / setting.look.size
    if not space or not look.word_spacing:
        return space
    wide = rf"\fsp{number(share * (look.spacing + look.word_spacing))}"
    back = rf"\fsp{number(share * look.spacing)}"
    return block(wide) + space + block(back)
