"""Tunes the prices of breaks in English, by coordinate search on documents that are not held out.

.venv/bin/python benchmarks/subtitles/people.py out/clones out/people
.venv/bin/python benchmarks/subtitles/tune_breaks.py out/people/dev

The documents are people's talks (lines of 32 characters, without times), people's lectures (without
their line breaks, which a machine made), the guide's captions, and the short ones. The documents
that the weights were learned from are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from break_quality import pooled, pooled_sigma
from breaks.corpus import Break, Document, Shown, read_corpus
from breaks.segmenters import shown
from learn_breaks import LINE_CHARACTERS, TUNED_ON_EVERY

from wordlight.subtitles import Layout, Prices, set_captions
from wordlight.words import Word

CORPUS = Path(__file__).parent / "corpus"
MOST = 110
"""The most captions that are taken of a talk, so that every talk counts about the same."""
ROUNDS, FIRST_STEP = 3, 0.3
"""The number of rounds, and the first step: a share of a price, or of one point if that is more.
The step is halved after each round."""
ALL, LINES, CAPTIONS = (Break.LINE, Break.CAPTION), (Break.LINE,), (Break.CAPTION,)


@dataclass(frozen=True, slots=True)
class Part:
    """Some documents, their words, and how much each of their scores counts."""

    name: str
    documents: Sequence[Document]
    words: Sequence[Sequence[Word]]
    layout: Layout
    weight: float
    kinds: Sequence[tuple[Sequence[Break], float]] = ((ALL, 1.0), (LINES, 0.2))

    def value(self, prices: Prices) -> float:
        """The value of prices for this part: a weighted sum of Sigma and the F1 of breaks."""
        captions = self.captions(prices)
        total = pooled_sigma(self.documents, captions) / 100
        for kinds, weight in self.kinds:
            total += weight * pooled(self.documents, captions, kinds).f1
        return self.weight * total

    def captions(self, prices: Prices) -> list[list[Shown]]:
        """The captions of each document at these prices."""
        layout = replace(self.layout, prices=prices)
        return [shown(set_captions(words, layout)) for words in self.words]


def parts(people: Path) -> list[Part]:
    """The parts that prices are tuned on."""
    wide, short = Layout.of(), Layout.of(profile="shorts")
    talks = [
        replace(document, captions=document.captions[:MOST])
        for document in read_corpus(people / "google")[::TUNED_ON_EVERY]
    ]
    lectures = read_corpus(people / "course")[::8]
    guide, shorts = read_corpus(CORPUS / "dev"), read_corpus(CORPUS / "shorts" / "dev")
    return [
        Part("talks", talks, [d.evenly() for d in talks], wide.narrowed(LINE_CHARACTERS), 1.2),
        Part("lectures", lectures, [d.evenly() for d in lectures], wide, 0.4, ((CAPTIONS, 1.2),)),
        Part("guide", guide, [d.spoken() for d in guide], wide, 1.2),
        Part("shorts", shorts, [d.spoken() for d in shorts], short, 0.6),
    ]  # fmt: skip


def main(people: Path) -> None:
    """Prints the prices that each round finds."""
    tuned_on = parts(people)
    prices = Layout.of().prices
    for round_number in range(ROUNDS):
        prices, value = searched(
            prices,
            lambda tried: sum(p.value(tried) for p in tuned_on),
            FIRST_STEP / 2**round_number,
        )
        print(f"{value:.4f} {prices}", flush=True)


def searched(
    prices: Prices, worth: Callable[[Prices], float], share: float
) -> tuple[Prices, float]:
    """The prices and their value after moving each price up or down for as long as that helps."""
    best = worth(prices)
    for name, place in PLACES:
        step = share * max(1.0, abs(_get(prices, name, place)))
        for signed in (step, -step):
            is_moved = False
            while True:
                tried = _with(prices, name, place, _get(prices, name, place) + signed)
                if (value := worth(tried)) <= best + 1e-5:
                    break
                prices, best, is_moved = tried, value, True
            if is_moved:
                break
    return prices, best


PLACES: tuple[tuple[str, int | None], ...] = (
    *((name, place) for name in ("caption_end", "line_end") for place in range(3)),
    ("looseness", 0), ("looseness", 1), ("bond_at_caption_end", None), ("bond_at_line_end", None),
    ("caption", None), ("second_line", None), ("sentence_inside", None), ("imbalance", None),
    ("top_heavy", None), ("too_short", None), ("pause_relief", None),
)  # fmt: skip


def _get(prices: Prices, name: str, place: int | None) -> float:
    value = getattr(prices, name)
    return float(value if place is None else value[place])


def _with(prices: Prices, name: str, place: int | None, value: float) -> Prices:
    changed: Any = round(value, 3)
    if place is not None:
        values = list(getattr(prices, name))
        values[place] = changed
        changed = tuple(values)
    return replace(prices, **{name: changed})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
