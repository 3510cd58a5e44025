"""Learns how readily a line ends after a word, and writes ``_looseness_weights.py``.

.venv/bin/python benchmarks/subtitles/people.py out/clones out/people
.venv/bin/python benchmarks/subtitles/learn_breaks.py out/people/dev/google

Every seventh document is left out, to tune prices on and to test how well the weights predict.
A run takes two minutes on two cores, mostly for reading the files. Every run gives the same
weights.
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from breaks.corpus import Break, Document, marked, read_corpus
from numpy.typing import NDArray

from wordlight.subtitles.breaks import (
    N_CLASSES,
    N_DISTANCES,
    PHRASE,
    TENTH,
    break_after,
    sizes,
    traits,
    unmarked,
)

LINE_CHARACTERS = 32
TUNED_ON_EVERY = 7
N_COMMON, SHARE_OF_DOCUMENTS, LONG = 200, 0.75, 200
"""Words get weights of their own if they are the most frequent ones among the words that occur in
this share of the documents with at least so many captions."""
OF_ONE_FIELD = frozenset(
    ("google", "web", "code", "data", "application", "system", "support", "run", "running", "set")
)
STEPS, RATE, RIDGE = 150, 0.15, 4.0
N_WIDTHS = 16
TARGET = Path(__file__).parents[2] / "src/wordlight/subtitles/breaks/_looseness_weights.py"


@dataclass(frozen=True, slots=True)
class Choices:
    """Places where a line could end. The places of one line follow each other.

    ``rows`` are `traits` of the places, and one more for the line's length. ``line`` (n_places,) is
    the number of the line, and ``is_chosen`` (n_places,) marks the place where the line ends.
    """

    rows: NDArray[np.int64]
    line: NDArray[np.int64]
    is_chosen: NDArray[np.bool_]

    @classmethod
    def of(cls, documents: Sequence[Document], common: Sequence[str]) -> Choices:
        """The places of every line of the documents that had more than one."""
        rows, line, is_chosen = [], [], []
        n_lines = 0
        for document in documents:
            pairs = marked(document.captions)
            texts = [word for word, _ in pairs]
            seen = traits(texts, np.array([break_after(text) for text in texts]), common)
            for places, chosen, widths in _lines(pairs):
                rows.append(np.column_stack((seen[places], sum(sizes(len(common))) + widths)))
                line += [n_lines] * len(places)
                is_chosen += [place == chosen for place in places]
                n_lines += 1
        return cls(np.concatenate(rows), np.array(line), np.array(is_chosen))

    def chances(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """How likely each place is by these weights."""
        score = weights[self.rows].sum(axis=1)
        starts = np.flatnonzero(np.diff(self.line, prepend=-1))
        likely = np.exp(score - np.maximum.reduceat(score, starts)[self.line])
        chances: NDArray[np.float64] = likely / np.add.reduceat(likely, starts)[self.line]
        return chances


def _lines(
    pairs: Sequence[tuple[str, Break]],
) -> Iterator[tuple[list[int], int, NDArray[np.int64]]]:
    """For each line, the places where it could end, where it ends, and its possible lengths."""
    first = 0
    for chosen, (_, what) in enumerate(pairs):
        if what is Break.NONE:
            continue
        lengths = np.cumsum([len(word) + 1 for word, _ in pairs[first : first + LINE_CHARACTERS]])
        lengths = lengths[lengths <= LINE_CHARACTERS + 1] - 1
        places = list(range(first, first + len(lengths)))
        if len(places) > 1 and chosen in places:
            yield places, chosen, (lengths * N_WIDTHS // LINE_CHARACTERS).clip(max=N_WIDTHS - 1)
        first = chosen + 1


def main(folder: Path) -> None:
    """Learns from all but every seventh document, and prints how well the others are predicted."""
    documents = read_corpus(folder)
    kept = documents[::TUNED_ON_EVERY]
    learned = [d for number, d in enumerate(documents) if number % TUNED_ON_EVERY]
    common = common_words(learned)
    weights = learn(Choices.of(learned, common), sum(sizes(len(common))) + N_WIDTHS)
    tell("learned", Choices.of(learned, common), weights)
    tell("kept", Choices.of(kept, common), weights)
    seen = [
        (rows, texts)
        for document in learned
        for texts in [[word for word, _ in marked(document.captions)]]
        for rows in [traits(texts, np.array([break_after(text) for text in texts]), common)]
    ]
    write(common, weights, middle([weights[rows].sum(axis=1) for rows, _ in seen], seen))


def common_words(documents: Sequence[Document]) -> list[str]:
    """Words that most speakers use, the most frequent first."""
    long = [document for document in documents if len(document.captions) >= LONG]
    counts = [
        Counter(unmarked(word) for caption in document.captions for word in caption.words)
        for document in documents
    ]
    spread = Counter(
        word for count, d in zip(counts, documents, strict=True) if d in long for word in count
    )
    total = sum(counts, Counter[str]())
    shared = [w for w, n in spread.items() if n >= SHARE_OF_DOCUMENTS * len(long) and w.isascii()]
    frequent = sorted(set(shared) - {""}, key=lambda word: (-total[word], word))[:N_COMMON]
    return [word for word in frequent if word not in OF_ONE_FIELD]


def learn(choices: Choices, n_weights: int) -> NDArray[np.float64]:
    """The weights that make people's choices most likely, by Adam: a ridge and a falling rate."""
    weights, mean, square = np.zeros(n_weights), np.zeros(n_weights), np.zeros(n_weights)
    n_lines, n_traits = int(choices.line[-1]) + 1, choices.rows.shape[1]
    flat = choices.rows.ravel()
    for step in range(1, STEPS + 1):
        surprise = np.repeat(choices.chances(weights) - choices.is_chosen, n_traits)
        slope = np.bincount(flat, surprise, minlength=n_weights) + RIDGE * weights
        slope /= n_lines
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        rate = RATE * (1 + np.cos(np.pi * step / STEPS)) / 2
        weights -= rate * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def tell(name: str, choices: Choices, weights: NDArray[np.float64]) -> None:
    """Prints how likely the chosen places are, and how often they are the likeliest."""
    chances = choices.chances(weights)
    starts = np.flatnonzero(np.diff(choices.line, prepend=-1))
    is_first = chances == np.maximum.reduceat(chances, starts)[choices.line]
    print(
        f"{name}: {len(starts)} lines, -log p {-np.log(chances[choices.is_chosen]).mean():.4f}, "
        f"foretold {(is_first & choices.is_chosen).sum() / len(starts):.1%}"
    )


def middle(
    loose: Sequence[NDArray[np.float64]],
    seen: Sequence[tuple[NDArray[np.int64], Sequence[str]]],
) -> float:
    """The looseness of a middling place inside a clause: the mean plus a standard deviation."""
    inside = np.concatenate(
        [
            values[[break_after(text) == PHRASE for text in texts]]
            for values, (_, texts) in zip(loose, seen, strict=True)
        ]
    )
    return float(inside.mean() + inside.std())


def write(common: Sequence[str], weights: NDArray[np.float64], middling: float) -> None:
    """Writes the weights as a module, in tenths; a middling place has 0."""
    edges = np.cumsum(sizes(len(common)))
    weights = weights.copy()
    weights[edges[2] : edges[2] + N_DISTANCES] -= middling
    tenths = np.round(weights / TENTH).astype(int)
    lefts, rights = tenths[edges[4] : edges[5]], tenths[edges[5] : edges[6]]
    words = [f"{w} {a} {b}" for w, a, b in zip([*common, "*"], lefts, rights, strict=True)]
    parts = {
        "WORDS_AROUND": (tenths[: edges[2]], f"{N_CLASSES} x {N_CLASSES} each: the word before and "
                         "after; the word before that; the word after that."),
        "DISTANCES": (tenths[edges[2] : edges[4]], "Words up to the next mark, and from the last."),
        "WORDS": (words, "Common words: the weight on the left, and on the right; * is any other."),
    }  # fmt: skip
    text = (
        '"""Weights of `looseness`, in tenths; written by benchmarks/subtitles/learn_breaks.py.\n\n'
    )
    text += "Learned from captions of talks at Google, 2008 and 2009, CC BY 3.0 Google:\n"
    text += 'github.com/madprogramer/google-video-captions, 77ad0b1.\n"""\n'
    for name, (values, what) in parts.items():
        body = textwrap.fill(" ".join(map(str, values)), 96, break_on_hyphens=False)
        text += f'\n{name} = """\n{body}\n"""\n"""{what}"""\n'
    TARGET.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
