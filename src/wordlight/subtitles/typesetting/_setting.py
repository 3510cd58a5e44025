"""The position of every line and every word of a caption on the video.

Each line has an explicit position: a face's own line height does not suit captions, and a shape
behind a word must be exactly where the word is. HarfBuzz measures the widths, in the face that
draws the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordlight.subtitles.looks import WORD_PADDING_Y_EM, Canvas, Look
from wordlight.subtitles.typesetting._direction import runs_right_to_left, visual_pieces
from wordlight.subtitles.typesetting._type import extent_em, line_box_em, ordinary_reach, width_px

MOST_UPCOMING_LINES = 2
"""The most lines of a waiting caption for which room is kept."""
LEAST_GAP_PX, LEAST_GAP_SHARE = 4.0, 1 / 270
"""The least gap between two lines, drawings around the letters included. On a video smaller than
1080 pixels the gap is the given share of its shorter side."""
Edges = list[list[tuple[float, float]]]
"""For each line, the left and right edge of each of its words."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one line as they are drawn, and the text after each; nothing follows the last.

    >>> Words(("so", "it"), (" ", "")).text
    'so it'
    """

    texts: tuple[str, ...]
    glue: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text of the line."""
        return "".join(word + space for word, space in zip(self.texts, self.glue, strict=True))

    def upto(self, index: int) -> str:
        """The text before the word of this index."""
        pairs = zip(self.texts[:index], self.glue[:index], strict=True)
        return "".join(word + space for word, space in pairs)


@dataclass(frozen=True, slots=True)
class Row:
    """A line in its place. ``first`` is the number of its first word in the caption.

    ``above`` and ``below`` are how far its letters reach from the baseline, in pixels.
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
        """The right edge of its last letter."""
        return self.left + self.width

    @property
    def stop(self) -> int:
        """The number of its last word in the caption, plus 1."""
        return self.first + len(self.words.texts)


@dataclass(frozen=True, slots=True)
class Setting:
    """The lines of a caption in their places. ``size`` is an ASS font size; ``em`` is in pixels."""

    look: Look
    size: float
    em: float
    rows: tuple[Row, ...]

    @property
    def left(self) -> float:
        """The left edge of the longest line."""
        return min(row.left for row in self.rows)

    @property
    def right(self) -> float:
        """The right edge of the longest line."""
        return max(row.right for row in self.rows)

    @property
    def top(self) -> float:
        """The top of the first line's letters, never lower than the top of an ordinary line."""
        above = ordinary_reach(self.look).above * self.em
        return self.rows[0].baseline - max(above, self.rows[0].above)

    @property
    def bottom(self) -> float:
        """The bottom of the last line's letters, never higher than that of an ordinary line."""
        below = ordinary_reach(self.look).below * self.em
        return self.rows[-1].baseline + max(below, self.rows[-1].below)

    def edges(self) -> Edges:
        """The left and right edge of each word of each line, in pixels of the video."""
        return [_edges(row, self.look, self.em) for row in self.rows]

    def spans(self, first: int, stop: int, edges: Edges) -> Iterator[Span]:
        """For each line that has some of these words: those words, with their edges.

        Words that cannot be drawn are omitted.
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
    """Successive words of one line, by their numbers in the caption, and their edges."""

    row: Row
    first: int
    stop: int
    left: float
    right: float


class Typesetter:
    """Positions the lines of captions, in one look on one canvas."""

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
        """The ASS font size at which the lines fit: the look's size, or a smaller one.

        No player wraps the lines, so a word that is wider than a line gets smaller type.
        """
        look = self._look
        widest = max(self._inked_px(line) for line in lines)
        if widest <= self._room:
            return look.size
        return max(1.0, int(10 * look.size * max(self._room, 1.0) / widest) / 10)

    def _inked_px(self, line: Words) -> float:
        """The line's width at the look's size, including ink beyond the ends of its advance."""
        extent = extent_em(line.text, self._look)
        over = max(extent.right - extent.advance, 0.0) - min(0.0, extent.left)
        return max(width_px(line.text, self._look, self._em) + over * self._em, 0.01)

    def pitch(self, size: float) -> int:
        """The distance of the baselines of two ordinary lines, in whole pixels."""
        em = size / self._line_em
        high = (self._reach.above + self._reach.below) * em
        return math.ceil(max(self._look.leading * em, high + self._around))

    def has_room(self, setting: Setting) -> bool:
        """Whether the whole setting is above the lower margin."""
        lowest = self._canvas.height - self._look.margin_v - self._down
        return setting.bottom <= lowest + 1

    def distance(self, below: float, above: float, size: float) -> int:
        """The distance that the baselines of two lines need, in whole pixels.

        ``below`` is how far the upper line reaches below its baseline, ``above`` how far the lower
        line reaches above its baseline.
        """
        return max(self.pitch(size), math.ceil(below + above + self._around))

    def set(self, lines: Sequence[Words], share: float = 1.0) -> Setting:
        """The lines in their places, in this share of the size at which they fit."""
        look, size = self._look, round(share * self.size(lines), 1)
        em = size / self._line_em
        extents = [extent_em(line.text, look) for line in lines]
        above = [one.top * em for one in extents]
        below = [-one.bottom * em for one in extents]
        pitches = [self.distance(*one, size) for one in zip(below, above[1:], strict=False)]
        baseline = self._first_baseline(sum(pitches), above[0], below[-1], em)
        most = self._canvas.height - sum(pitches) - below[-1]
        baseline = max(min(baseline, most), above[0])  # margins may exceed the height
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
    """The left and right edge of each word of a line, in pixels of the video."""
    texts = row.words.texts
    after = look.spacing * em / look.em  # the spacing after a word's last letter
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
    r"""The ``\pos`` of a line that is anchored at its lower edge, in the look's column."""
    column = look.alignment % 3
    x = row.left if column == 1 else row.right if column == 0 else row.left + row.width / 2
    return x, row.baseline + _line_box(row.words.text, look, em)[1]


def centre_of(text: str, left: float, right: float, baseline: float, look: Look, em: float) -> (
    tuple[float, float]
):  # fmt: skip
    r"""The ``\pos`` of a piece of a line that is anchored at its centre."""
    ascent, descent = _line_box(text, look, em)
    return (left + right) / 2, baseline + (descent - ascent) / 2


def _line_box(text: str, look: Look, em: float) -> tuple[float, float]:
    """The greatest ascent and descent of the faces in a line, in pixels."""
    ascent, descent = line_box_em(text, look)
    return ascent * em, descent * em
