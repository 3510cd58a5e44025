"""A piece of an English script and the pieces around it, which is what the rules look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wordlight.reading._pieces import Piece
from wordlight.reading.english._tables_neighbours import DETERMINERS, NO_THINGS

NOTHING = Piece(word=-1, raw="", before="", core="", after="")
"""A stand-in for a neighbour outside the sentence, so that no rule has to check for None."""
_PARTS_NUMBERS = re.compile(r"[,;:!?)\]—…\"]")
_PARTS_THINGS = re.compile(r"[,;:!?)—…]")

Shares = list[list[str]]
"""What is said for a piece, and for each piece after it that is read with it."""


@dataclass(frozen=True, slots=True)
class Context:
    """A piece and its neighbours in the sentence. A neighbour that does not exist is `NOTHING`."""

    pieces: Sequence[Piece]
    """All pieces of the script."""
    at: int
    """The piece's index among them."""
    piece: Piece
    before: Piece
    after: Piece
    partner: Piece
    """The piece after it if no mark stands between the two, else `NOTHING`. A number may be read
    together with its partner."""

    @property
    def is_headline(self) -> bool:
        """Whether a neighbour is a word in capitals, as in headlines."""
        near = (self.before.core, self.after.core)
        return any(core.isalpha() and core.isupper() and len(core) > 1 for core in near)

    def ahead(self, offset: int) -> Piece:
        """The piece that is ``offset`` places further on in the sentence, or `NOTHING`."""
        stop = self.at + offset
        if stop >= len(self.pieces) or any(p.is_last for p in self.pieces[self.at : stop]):
            return NOTHING
        return self.pieces[stop]

    def lower_before(self, n_pieces: int) -> set[str]:
        """Up to ``n_pieces`` pieces before it, in lower case, also from earlier sentences."""
        return {piece.lower for piece in self.pieces[max(0, self.at - n_pieces) : self.at]}

    def lower_after(self, n_pieces: int) -> set[str]:
        """Up to ``n_pieces`` pieces after it, in lower case, also from later sentences."""
        return {piece.lower for piece in self.pieces[self.at + 1 : self.at + 1 + n_pieces]}


def context_of(pieces: Sequence[Piece], at: int) -> Context:
    """The context of the piece with that index."""
    piece = pieces[at]
    before = pieces[at - 1] if at and not piece.is_first else NOTHING
    after = pieces[at + 1] if at + 1 < len(pieces) and not piece.is_last else NOTHING
    is_parted = piece.after != "" and _PARTS_NUMBERS.search(piece.after) is not None
    return Context(pieces, at, piece, before, after, NOTHING if is_parted else after)


def is_attribute(before: Piece, unit: Piece, thing: Piece) -> bool:
    """Whether an amount describes the thing after it: "a $5 bill", "a 6 ft. rope"."""
    if before.lower not in DETERMINERS or _PARTS_THINGS.search(unit.after):
        return False
    return thing.core.isalpha() and thing.lower not in NO_THINGS
