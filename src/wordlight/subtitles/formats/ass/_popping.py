"""The mode ``pop``: the spoken word changes its colour and grows, while nothing else moves.

For each state of the caption there is one event a line, in which the spoken word is transparent.
Above it another event shows only the spoken word, growing from its centre. The transparent word
keeps its place, so the other words never move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from wordlight.subtitles.formats.ass._karaoke import State
from wordlight.subtitles.formats.ass._tags import HIDDEN, block, fill, number, seen_through
from wordlight.subtitles.formats.ass._written import Event, Written
from wordlight.subtitles.looks import BORDER_GROWTH, REACH_EM
from wordlight.subtitles.typesetting import Row, width_px

TIGHT_REACH_EM, LEAST_CLEARANCE_EM = 0.05, 0.03
"""How far a word may grow in text without spaces, and the least distance between two outlines."""
GROWTH_MS, GROWTH_SHARE = 80, 0.6
"""The time in which a word grows, and the largest share of the word's duration that this may
take."""


def popping(written: Written, states: Sequence[State], layer: int) -> Iterator[Event]:
    """The events of all states: lines on ``layer``, spoken words on the layer above."""
    for row in written.rows:
        unsung = _Unsung.of(written, row)
        texts = [(unsung.without(one.first, one.stop), one) for one in states]
        for text, alike in groupby(texts, key=itemgetter(0)):
            told = [state for _, state in alike]
            tags = written.placed(row) + _entrance(written, told[0])
            yield written.event(
                layer, written.opening(tags) + text, (told[0].start_cs, told[-1].end_cs)
            )
    edges = written.setting.edges()
    for state in states:
        for span in written.setting.spans(state.first, state.stop, edges):
            tags, words = written.alone(span)
            tags += _entrance(written, state) + _growth(written, span.right - span.left, state)
            yield written.event(
                layer + 1, written.opening(tags) + words, (state.start_cs, state.end_cs)
            )


def _entrance(written: Written, state: State) -> str:
    return written.entrance() if state.start_cs == written.caption.start_cs else ""


@dataclass(frozen=True, slots=True)
class _Unsung:
    """The words of a line while they are not spoken. Each piece is a word or the space after it.

    libass draws a run of one colour as one image, and places the image on a grid of an eighth of a
    pixel. The runs must be the same whichever word is transparent. So each piece differs in colour
    from the piece before it, by one of 256 shades of blue. An emphasised word keeps its colour
    after it is spoken.
    """

    row: Row
    reset: str
    fills: tuple[tuple[str, str], ...]
    """The tags of each piece, before its word is spoken and after."""
    pieces: tuple[str, ...]
    places: tuple[int, ...]
    """The index of each word among the pieces."""

    @classmethod
    def of(cls, written: Written, row: Row) -> _Unsung:
        look = written.style
        colour = look.primary if written.karaoke == "none" else look.secondary
        is_seen_through = colour.opacity != look.primary.opacity
        alpha = seen_through(colour) if is_seen_through else ""
        other = replace(colour, blue=colour.blue ^ 1)
        shades = fill(colour) + alpha, fill(other) + alpha
        pieces: list[str] = []
        fills: list[tuple[str, str]] = []
        places = []
        for index in range(row.first, row.stop):
            places.append(len(pieces))
            glue = written.glue[index]
            for piece in ("".join(written.words[index]), *([glue] if glue else [])):
                shade = shades[len(pieces) % 2]
                is_word = len(pieces) == places[-1]
                own = written.colours.get(index) if is_word else None
                fills.append((shade, fill(own) + alpha if own else shade))
                pieces.append(piece)
        return cls(row, rf"\r{written.tags}", tuple(fills), tuple(pieces), tuple(places))

    def without(self, first: int, stop: int) -> str:
        """The line with the caption's words from ``first`` to before ``stop`` transparent."""
        spoken = self.places[max(0, min(first - self.row.first, len(self.places) - 1))]
        is_past = first >= self.row.stop
        written = [
            block(after if is_past or k < spoken else before) + piece
            for k, (piece, (before, after)) in enumerate(zip(self.pieces, self.fills, strict=True))
        ]
        hidden = self.places[max(first - self.row.first, 0) : max(stop - self.row.first, 0)]
        for place in hidden:
            written[place] = block(HIDDEN) + self.pieces[place]
            if place + 1 < len(written):
                piece, before = self.pieces[place + 1], self.fills[place + 1][0]
                written[place + 1] = block(self.reset + before) + piece
        return "".join(written)


def _clearance(written: Written) -> float:
    """Pixels that a word can grow towards its neighbour before the outlines touch."""
    look, em = written.setting.look, written.setting.em
    if not any(written.glue):
        return TIGHT_REACH_EM * em
    edges = (1.0 + BORDER_GROWTH) * look.letter_outline + (0.0 if look.box else look.shadow)
    return max(width_px(" ", look, em) - edges - LEAST_CLEARANCE_EM * em, 0.0)


def _growth(written: Written, width: float, state: State) -> str:
    look, em = written.style, written.setting.em
    reach = min(REACH_EM * em, _clearance(written))
    growth = min(look.growth, 1 + 2 * reach / max(width, 1.0))
    percent = number(100 * growth)
    over_ms = int(min(GROWTH_MS, 10 * GROWTH_SHARE * (state.end_cs - state.start_cs)))
    outline = BORDER_GROWTH * look.letter_outline * written.shrinkage
    border = rf"\bord{number(outline, 2)}" if not look.box else ""
    return rf"\t(0,{over_ms},\fscx{percent}\fscy{percent}{border})" if growth > 1 else ""
