"""A script's route through a recording: which of its words are said, where something else is.

A forced aligner places every word it is given, and takes all sound for these words. Here each gap
between words may hold any other speech, and any words may be skipped. The path pays for both, so it
takes them only where the script as written would cost more.

What each costs comes from sentences of four voices never trained on and of LibriVox, right ones and
wrong ones of the same length. Forced onto the sound, a letter costs so many nepers more than
anything else would there: in right ones -0.3 and 0.3 (98 % cost less than 0.5 and 1.0), in wrong
ones 2.8 and 2.0 (5 % cost less than 1.8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._letters import Hearing
from wordlight.alignment._trellis import Trellis
from wordlight.alignment._viterbi import WILDCARD

SKIPPED_LETTER = 1.35
"""Nepers that a letter which nobody says costs. At 1.3, a sentence that one reader says unclearly
is left out now and then; from 1.4 on, sentences of another text are found where they are not."""
SKIPPED_SHORT, SHORT_LETTERS = 3.5, 15
"""Nepers more that a sentence costs which nobody says if it has fewer letters: what an aligner does
not hear in "What?" is hardly dearer to find than to leave out. At 3, twice as many short sentences
are left out; from 4 on, some are found that nobody says."""
LEAVE_AT_BREAK, LEAVE_IN_SENTENCE = 1.0, 10.0
"""Nepers for leaving the script, and for coming back: cheap where a sentence or a line ends."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a script was found in a recording; frames are int64, half open.

    ``starts``, ``stops``: (n_words,) of each word, -1 where nobody says it. ``is_other``:
    (n_frames,) whether the path is outside the script there, in silence or in other speech.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    is_other: NDArray[np.bool_]

    @property
    def is_spoken(self) -> NDArray[np.bool_]:
        """(n_words,) whether somebody says the word."""
        return self.starts >= 0


def follow(
    hearing: Hearing,
    words: Sequence[Sequence[int]],
    is_break: NDArray[np.bool_],
    between: Callable[[], None] = lambda: None,
) -> Followed:
    """The cheapest way through the script and the recording.

    Args:
        hearing: What the aligner hears.
        words: The labels of each word's letters; a word of none is any one letter.
        is_break: (n_words + 1,) whether a sentence or a line ends before each word, and at the end.
        between: Called between blocks of frames; what it raises ends the work.
    """
    spelt = [list(word) or [WILDCARD] for word in words]
    first = np.cumsum([0, *map(len, spelt)]).astype(np.int64)
    labels = np.array([label for word in spelt for label in word], dtype=np.int64)
    labels[labels == WILDCARD] = hearing.letters.shape[1] - 1
    leaving = np.where(is_break, LEAVE_AT_BREAK, LEAVE_IN_SENTENCE).astype(np.float32)
    leaving[[0, -1]] = 0.0
    skipping = SKIPPED_LETTER * np.diff(first) + SKIPPED_SHORT * _begins_short(
        np.diff(first), is_break[:-1]
    )
    trellis = Trellis(hearing, labels, first, skipping.astype(np.float32), leaving)
    return Followed(*trellis.best_path(between))


def _begins_short(n_letters: NDArray[np.int64], is_break: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n_words,) whether a short sentence begins with each word.

    >>> _begins_short(np.array([5, 9, 4, 4]), np.array([True, True, False, True])).tolist()
    [True, True, False, True]
    >>> _begins_short(np.array([5, 9, 6]), np.array([True, True, False])).tolist()
    [True, False, False]
    """
    sentence = np.cumsum(is_break)
    sizes = np.bincount(sentence, n_letters)
    begins: NDArray[np.bool_] = is_break & (sizes[sentence] < SHORT_LETTERS)
    return begins
