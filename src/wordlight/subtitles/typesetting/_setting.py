"""Where every line and every word of a caption stands on the video.

libass is told where, line by line: a face's own line height is too much or too little for captions,
and what is drawn behind a word must lie where the word does. Widths are those of HarfBuzz in the
face that draws the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordlight.subtitles.looks import WORD_PADDING_Y_EM, Canvas, Look
from wordlight.subtitles.typesetting._direction import runs_right_to_left, visual_pieces
from wordlight.subtitles.typesetting._type import extent_em, line_box_em, ordinary_reach, width_px

MOST_UPCOMING_LINES = 2
"""Lines that the next caption may have, for which there is room below."""
LEAST_GAP_PX, LEAST_GAP_SHARE = 4.0, 1 / 270
"""Between two lines with all that is drawn around their letters; less on a video that is smaller
than 1080 pixels, where that share of its shorter side will do."""
Edges = list[list[tuple[float, float]]]
"""Of each word of each line: where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one line as they are drawn, and what stands after each; nothing after the last.

    >>> Words(("so", "it"), (" ", "")).text
    'so it'
    """

    texts: tuple[str, ...]
    glue: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line."""
        return "".join(word + space for word, space in zip(self.texts, self.glue, strict=True))

    def upto(self, index: int) -> str:
        """What stands before that word."""
        pairs = zip(self.texts[:index], self.glue[:index], strict=True)
        return "".join(word + space for word, space in pairs)


@dataclass(frozen=True, slots=True)
class Row:
    """One line in its place; ``first`` is its first word's number in the caption.

    ``above`` and ``below`` the baseline are what its own letters reach, in pixels.
    """

    words: Words
    first: int
    left: float
    width: float
    baseline: float
    above: float
    below: float

    @property
    def right(self) -> float:
        """Where its last letter ends."""
        return self.left + self.width

    @property
    def stop(self) -> int:
        """The number of the caption's word after its last one."""
        return self.first + len(self.words.texts)


@dataclass(frozen=True, slots=True)
class Setting:
    """A caption's lines in their places, in an ASS font size of ``size``, the em in pixels."""

    look: Look
    size: float
    em: float
    rows: tuple[Row, ...]

    @property
    def left(self) -> float:
        """Where the longest line begins."""
        return min(row.left for row in self.rows)

    @property
    def right(self) -> float:
        """Where the longest line ends."""
        return max(row.right for row in self.rows)

    @property
    def top(self) -> float:
        """Where an ordinary first line's letters begin; its own, if they are higher."""
        above = ordinary_reach(self.look).above * self.em
        return self.rows[0].baseline - max(above, self.rows[0].above)

    @property
    def bottom(self) -> float:
        """Where an ordinary last line's letters end; its own, if they are lower."""
        below = ordinary_reach(self.look).below * self.em
        return self.rows[-1].baseline + max(below, self.rows[-1].below)

    def edges(self) -> Edges:
        """Where each word of each line begins and ends, in pixels of the video."""
        return [_edges(row, self.look, self.em) for row in self.rows]

    def spans(self, first: int, stop: int, edges: Edges) -> Iterator[Span]:
        """The lines that those words stand in, and there their places and edges.

        Words of which nothing can be drawn have none.
        """
        for row, places in zip(self.rows, edges, strict=True):
            start, end = max(first, row.first) - row.first, min(stop, row.stop) - row.first
            if start < end:
                between = places[start:end]
                left, right = min(left for left, _ in between), max(right for _, right in between)
                if left < right:
                    yield Span(row, row.first + start, row.first + end, left, right)


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one line, by their numbers in the caption, and their edges."""

    row: Row
    first: int
    stop: int
    left: float
    right: float


class Typesetter:
    """Puts captions' lines in their places, in one look on one canvas."""

    def __init__(self, look: Look, canvas: Canvas) -> None:
        self._look, self._canvas = look, canvas
        self.halo = look.halo() if look.glow and not look.box else None
        self._line_em = look.face.line_em
        self._em = look.size / self._line_em
        self._room, self._down = look.room(canvas), look.reach[1]
        self._reach = ordinary_reach(look)
        gap = min(LEAST_GAP_PX, LEAST_GAP_SHARE * min(canvas.width, canvas.height))
        edge = 0.0 if look.box else 2 * look.outline + look.shadow
        if look.word_box.opacity:
            edge = max(edge, WORD_PADDING_Y_EM * self._em + look.letter_outline)
        self._around = edge + (look.growth - 1.0) * self._em + max(gap, 1.0) + 1.0
        self._side = look.reach[0], look.accent_room

    def size(self, lines: Sequence[Words]) -> float:
        """The ASS font size at which they fit: the look's, or a smaller one.

        No player wraps the lines, so a word longer than a line has to be set smaller.
        """
        look = self._look
        widest = max(self._inked_px(line) for line in lines)
        if widest <= self._room:
            return look.size
        return max(1.0, int(10 * look.size * max(self._room, 1.0) / widest) / 10)

    def _inked_px(self, line: Words) -> float:
        """The width of a line at the look's size, with what its letters reach over its ends."""
        extent = extent_em(line.text, self._look)
        over = max(extent.right - extent.advance, 0.0) - min(0.0, extent.left)
        return max(width_px(line.text, self._look, self._em) + over * self._em, 0.01)

    def pitch(self, size: float) -> int:
        """The distance of two ordinary lines' baselines, in whole pixels."""
        em = size / self._line_em
        high = (self._reach.above + self._reach.below) * em
        return math.ceil(max(self._look.leading * em, high + self._around))

    def has_room(self, setting: Setting) -> bool:
        """Whether all of it is above the lower margin."""
        lowest = self._canvas.height - self._look.margin_v - self._down
        return setting.bottom <= lowest + 1

    def distance(self, below: float, above: float, size: float) -> int:
        """How far two lines' baselines must be from each other, in whole pixels.

        The upper line's letters reach ``below`` its baseline, the lower one's ``above``.
        """
        return max(self.pitch(size), math.ceil(below + above + self._around))

    def set(self, lines: Sequence[Words], share: float = 1.0) -> Setting:
        """The lines in their places, in that share of their size."""
        look, size = self._look, round(share * self.size(lines), 1)
        em = size / self._line_em
        extents = [extent_em(line.text, look) for line in lines]
        above = [one.top * em for one in extents]
        below = [-one.bottom * em for one in extents]
        pitches = [self.distance(*one, size) for one in zip(below, above[1:], strict=False)]
        baseline = self._first_baseline(sum(pitches), above[0], below[-1], em)
        most = self._canvas.height - sum(pitches) - below[-1]
        baseline = max(min(baseline, most), above[0])  # margins may ask for more than there is
        rows, first = [], 0
        for line, up, under, pitch in zip(lines, above, below, [*pitches, 0.0], strict=True):
            width = width_px(line.text, look, em)
            left = _left(width, look, self._canvas, *self._side)
            rows.append(Row(line, first, left, width, round(baseline), up, under))
            first += len(line.texts)
            baseline += pitch
        return Setting(look, size, em, tuple(rows))

    def _first_baseline(self, height: float, above: float, below: float, em: float) -> float:
        look, canvas = self._look, self._canvas
        high, low = self._reach.above * em, self._reach.below * em
        down = self._down * (1.0 if look.box else em / self._em)
        if look.alignment > 6:
            return look.margin_v + down + max(high, above)
        if look.alignment > 3:
            return (canvas.height - height + high - low) / 2
        bottom = canvas.height - look.margin_v - down - max(low, below)
        waiting = MOST_UPCOMING_LINES * self.pitch(em * self._line_em)
        return bottom - height - (waiting if look.upcoming.opacity else 0)


def _left(width: float, look: Look, canvas: Canvas, side: float, accent: float) -> float:
    left, right = look.margin_l + side, canvas.width - look.margin_r - side
    if look.is_right_to_left:
        right -= accent
    else:
        left += accent
    column = look.alignment % 3
    return left if column == 1 else right - width if column == 0 else (left + right - width) / 2


def _edges(row: Row, look: Look, em: float) -> list[tuple[float, float]]:
    """Where each word of a line begins and ends, in pixels of the video."""
    texts = row.words.texts
    after = look.spacing * em / look.em  # of a word's last letter
    if not look.is_right_to_left and not any(map(runs_right_to_left, texts)):
        befores = [row.words.upto(k) for k in range(len(texts))]
        return [
            (
                row.left + width_px(before, look, em),
                row.left + width_px(before + text, look, em) - after,
            )
            for before, text in zip(befores, texts, strict=True)
        ]
    found = [(0.0, 0.0)] * len(texts)
    pen = row.left
    for piece in visual_pieces(texts, row.words.glue, look.is_right_to_left):
        width = width_px(piece.text, look, em)
        if piece.word is not None:
            found[piece.word] = pen, pen + width - after
        pen += width
    return found


def place_of_line(row: Row, look: Look, em: float) -> tuple[float, float]:
    r"""Where ``\pos`` puts a line that is anchored at its lower edge, by the look's column."""
    column = look.alignment % 3
    x = row.left if column == 1 else row.right if column == 0 else row.left + row.width / 2
    return x, row.baseline + _line_box(row.words.text, look, em)[1]


def centre_of(text: str, left: float, right: float, baseline: float, look: Look, em: float) -> (
    tuple[float, float]
):  # fmt: skip
    r"""Where ``\pos`` puts a piece of a line that is anchored at its centre."""
    ascent, descent = _line_box(text, look, em)
    return (left + right) / 2, baseline + (descent - ascent) / 2


def _line_box(text: str, look: Look, em: float) -> tuple[float, float]:
    """Ascent and descent of a line, of all the faces in it, in pixels."""
    ascent, descent = line_box_em(text, look)
    return ascent * em, descent * em
