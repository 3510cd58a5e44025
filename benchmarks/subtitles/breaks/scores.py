"""Break quality as EvalSubtitle computes it, and conformity.

Source: Karakanta, Buet, Cettolo, Yvon, "Evaluating Subtitle Segmentation for End-to-end Generation
Systems", LREC 2022; github.com/fatalinha/EvalSubtitle, ``f1_eval.py``, ``sigma_eval.py``, commit
10f336d. Rows of text are sentences, as in its corpora; BLEU is sacrebleu's default (13a, exp).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from breaks.corpus import Break, Shown, ends_sentence, marked

LINE_CHARACTERS, LINES, CHARACTERS_PER_S = 42, 2, 20.0
ANY = (Break.LINE, Break.CAPTION)
_ORDERS = range(1, 5)
_PLACEHOLDERS = {Break.NONE: "", Break.LINE: " µ", Break.CAPTION: " §"}
_13A = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
"""Tokenisation of NIST's mteval-v13a, as sacrebleu has it."""


class WordsDiffer(Exception):
    """A segmenter's captions do not hold the words that it was given."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many boundaries the reference has, the system has, and both have at the same place."""

    n_reference: int
    n_system: int
    n_both: int

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.n_reference + other.n_reference,
            self.n_system + other.n_system,
            self.n_both + other.n_both,
        )

    @property
    def precision(self) -> float:
        """Share of the system's boundaries that are the reference's too; 0 if it has none."""
        return self.n_both / self.n_system if self.n_system else 0.0

    @property
    def recall(self) -> float:
        """Share of the reference's boundaries that the system has; 0 if there are none."""
        return self.n_both / self.n_reference if self.n_reference else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 if nothing agrees."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def agreement(
    reference: Sequence[Shown], system: Sequence[Shown], kinds: Collection[Break] = ANY
) -> Agreement:
    """Counts the boundaries of these kinds. At one place, any two of these kinds agree.

    Raises:
        WordsDiffer: The two do not hold the same words.
    """
    pairs = _aligned(reference, system)
    return Agreement(
        sum(ours in kinds for _, ours, _ in pairs),
        sum(theirs in kinds for _, _, theirs in pairs),
        sum(ours in kinds and theirs in kinds for _, ours, theirs in pairs),
    )


def tagged_rows(reference: Sequence[Shown], system: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    """Rows of text, one per sentence, with boundaries as µ and §: the reference's and the system's.

    A row ends where a caption of the reference ends with a sentence. The system need not have a
    boundary there.

    Raises:
        WordsDiffer: The two do not hold the same words.
    """
    ours, theirs = "", ""
    for word, here, there in _aligned(reference, system):
        ours += f" {word}{_PLACEHOLDERS[here]}"
        theirs += f" {word}{_PLACEHOLDERS[there]}"
        if here is Break.CAPTION and ends_sentence(word):
            yield ours.strip(), theirs.strip()
            ours, theirs = "", ""
    if ours:
        yield ours.strip(), theirs.strip()


def sigma(rows: Iterable[tuple[str, str]]) -> float:
    """BLEU of the tagged text, in percent of the best value that these words allow.

    That bound, BLEU+, mixes the precisions of the text without tags with the share of tags. Here
    both texts have the same words, so all these precisions are 100 %. Only BLEU's brevity penalty
    remains of the bound.
    """
    references, systems = zip(*rows, strict=True)
    score, brevity = bleu(systems, references)
    return 100 * score / brevity


def bleu(systems: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    """Corpus BLEU and its brevity penalty, both in [0, 1]."""
    matched, offered = Counter[int](), Counter[int]()
    n_system = n_reference = 0
    for system, reference in zip(systems, references, strict=True):
        ours, theirs = tokens_13a(system), tokens_13a(reference)
        n_system, n_reference = n_system + len(ours), n_reference + len(theirs)
        for order in _ORDERS:
            matched[order] += (_ngrams(ours, order) & _ngrams(theirs, order)).total()
            offered[order] += max(0, len(ours) - order + 1)
    brevity = min(1.0, math.exp(1 - n_reference / n_system)) if n_system else 0.0
    if not all(offered[order] for order in _ORDERS) or not matched[1]:
        return 0.0, brevity
    unmatched = 0
    log_precisions = 0.0
    for order in _ORDERS:
        unmatched += not matched[order]
        hits = matched[order] or 0.5**unmatched  # "exp" smoothing
        log_precisions += math.log(hits / offered[order])
    return brevity * math.exp(log_precisions / len(_ORDERS)), brevity


def tokens_13a(text: str) -> list[str]:
    """The text's tokens, with punctuation separated from words.

    >>> tokens_13a("Nobody rode, in 1.5 hours. §")
    ['Nobody', 'rode', ',', 'in', '1.5', 'hours', '.', '§']
    """
    spaced = f" {text} "
    for pattern, replacement in _13A:
        spaced = pattern.sub(replacement, spaced)
    return spaced.split()


@dataclass(frozen=True, slots=True)
class Conformity:
    """The shares, in [0, 1], of lines and captions that keep to a limit."""

    lines_that_fit: float
    captions_of_two_lines: float
    captions_slow_enough: float

    @classmethod
    def of(cls, captions: Sequence[Shown]) -> Conformity:
        """The shares for these captions, of which there must be at least one."""
        rows = [len(" ".join(line)) for caption in captions for line in caption.lines]
        slow = [
            _characters(caption) <= CHARACTERS_PER_S * _stands_s(caption) for caption in captions
        ]
        few = [len(caption.lines) <= LINES for caption in captions]
        return cls(
            sum(row <= LINE_CHARACTERS for row in rows) / len(rows),
            sum(few) / len(captions),
            sum(slow) / len(captions),
        )


def _characters(caption: Shown) -> int:
    return sum(len(" ".join(line)) for line in caption.lines)


def _stands_s(caption: Shown) -> float:
    return caption.end_s - caption.start_s


def _ngrams(tokens: list[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[k : k + order]) for k in range(len(tokens) - order + 1))


def _aligned(reference: Sequence[Shown], system: Sequence[Shown]) -> list[tuple[str, Break, Break]]:
    ours, theirs = marked(reference), marked(system)
    if [word for word, _ in ours] != [word for word, _ in theirs]:
        raise WordsDiffer(f"{len(ours)} words given, {len(theirs)} came back, or others")
    return [(word, here, there) for (word, here), (_, there) in zip(ours, theirs, strict=True)]
