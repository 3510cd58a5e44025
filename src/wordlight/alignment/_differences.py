"""The differences between a script and a recording, in sentences for the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import stretches
from wordlight.reading import Reading, ReadWord, guess_language
from wordlight.words import Origin

_LONGEST_QUOTE = 40
_MOST_NAMED = 3
"""How many differences are named one by one."""
UNLIKELY = 0.5
"""A word less probable than this is probably not said where it was placed."""
SHARE_UNLIKELY, FEWEST_UNLIKELY = 0.35, 5
"""The script is doubted if this share of its words is unlikely, and at least this many words."""
LEAST_SPELT = 0.5
"""Least share of the words that an aligner has letters for if the script is in its language."""

Span = tuple[float, float]


class Judged(Protocol):
    """An aligner's judgement of words: the (n_words,) scores, and the origins."""

    @property
    def scores(self) -> NDArray[np.float32]:
        """The probability that each word is said, and said where it is placed."""

    @property
    def origins(self) -> Sequence[Origin]:
        """How each word came by its time."""


def doubts(
    aligner: str,
    reading: Reading,
    text: str,
    times: Judged,
    others: Sequence[Span],
    n_spelt: int,
) -> list[str]:
    """All warnings about a text and its recording.

    ``aligner``: the language of the aligner. ``n_spelt``: how many words of the reading that
    aligner has letters for.
    """
    found = spelling_doubts(aligner, reading.words, n_spelt, guess_language(text))
    return found + (differences(reading.words, times, others) if n_spelt else [])


def differences(words: Sequence[ReadWord], times: Judged, others: Sequence[Span]) -> list[str]:
    """Warnings about unspoken words, speech that is not in the script, and a doubtful script.

    >>> from wordlight.alignment._timing import WordTimes
    >>> empty = WordTimes.join([])
    >>> differences([], empty, [(1.0, 2.5)])
    ['the recording says something at 1.0 to 2.5 s that the script does not hold']
    """
    is_meant = np.array([bool(word.said) for word in words], dtype=np.bool_)
    is_unspoken = np.array([origin is Origin.UNSPOKEN for origin in times.origins], np.bool_)
    missing = is_meant & is_unspoken
    if is_meant.any() and missing.sum() == is_meant.sum():
        return ["the recording says nothing of the script"]
    warnings = [*_unspoken(words, missing), *_unwritten(others)]
    unlikely = int((times.scores[is_meant & ~is_unspoken] < UNLIKELY).sum())
    if unlikely >= max(FEWEST_UNLIKELY, SHARE_UNLIKELY * is_meant.sum()):
        warnings.append(
            f"{unlikely} of {is_meant.sum()} words can hardly be heard where they should be: "
            "is this the script of the recording?"
        )
    return warnings


def spelling_doubts(
    aligner: str, words: Sequence[ReadWord], n_spelt: int, guessed: str | None
) -> list[str]:
    """A warning if an aligner has letters for less than half of the words, else nothing.

    ``aligner`` is the aligner's language. ``guessed`` is the language that the script seems to be
    in, if its letters show one.

    >>> spelling_doubts("en", [ReadWord("Да.", ("да",), 0)], 0, "ru")
    ["the aligner for 'en' can spell none of the script's words, which seem to be in 'ru'"]
    """
    n_said = sum(bool(word.said) for word in words)
    if n_spelt >= LEAST_SPELT * n_said:
        return []
    few = (
        f"only {n_spelt} of the script's {n_said} words"
        if n_spelt
        else "none of the script's words"
    )
    guess = f", which seem to be in {guessed!r}" if guessed and guessed != aligner else ""
    return [f"the aligner for {aligner!r} can spell {few}{guess}"]


def _unspoken(words: Sequence[ReadWord], missing: NDArray[np.bool_]) -> list[str]:
    runs = [words[first:past] for first, past in stretches(missing)]
    lines = [
        f"nobody says {_quoted(run)}" + (f" ({len(run)} words)" if len(run) > 1 else "")
        for run in runs[:_MOST_NAMED]
    ]
    rest = sum(map(len, runs[_MOST_NAMED:]))
    return lines + ([f"nobody says {rest} more words of the script"] if rest else [])


def _unwritten(others: Sequence[Span]) -> list[str]:
    lines = [
        f"the recording says something at {start_s:.1f} to {end_s:.1f} s that the script does not "
        "hold"
        for start_s, end_s in others[:_MOST_NAMED]
    ]
    rest = sum(end_s - start_s for start_s, end_s in others[_MOST_NAMED:])
    return lines + (
        [f"the recording says more that the script does not hold, {rest:.0f} s in all"]
        if len(others) > _MOST_NAMED
        else []
    )


def _quoted(words: Sequence[ReadWord]) -> str:
    text = " ".join(word.text for word in words)
    if len(text) > _LONGEST_QUOTE:
        text = f"{text[: _LONGEST_QUOTE // 2].rstrip()} … {text[-_LONGEST_QUOTE // 2 :].lstrip()}"
    return f"“{text}”"
