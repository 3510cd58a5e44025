"""A script's route through a recording: which words are said, and where there is other speech.

A forced aligner places every word it is given, and takes all sound for these words. Here each gap
between words may hold any other speech, and any words may be skipped. The path pays for both, so it
takes them only where the script as written would cost more.

The prices come from two sets of sentences: of four voices that no model was trained on, and of
LibriVox. Right sentences and wrong ones of the same length were forced onto the sound. How much
more a letter then costs than anything else would there, in nepers, for the two sets: -0.3 and 0.3
in right sentences (98 % cost less than 0.5 and 1.0), 2.8 and 2.0 in wrong ones (5 % cost less than
1.8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._letters import Recognition
from wordlight.alignment._trellis import Trellis
from wordlight.alignment._viterbi import WILDCARD

SKIPPED_LETTER = 1.35
"""Nepers that each letter of an unspoken word costs. At 1.3, a sentence that one reader says
unclearly is left out now and then. From 1.4 on, sentences of another text are found that nobody
says."""
SKIPPED_SHORT, SHORT_LETTERS = 3.5, 15
"""Additional nepers for an unspoken sentence with fewer letters than the second figure. Without
them, a "What?" that an aligner recognises badly costs about as much to find as to leave out. At 3,
twice as many short sentences are left out. From 4 on, some are found that nobody says."""
LEAVE_AT_BREAK, LEAVE_IN_SENTENCE = 1.0, 10.0
"""Nepers for leaving the script and again for coming back; cheap where a sentence or line ends."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a script was found in a recording; frames are int64, half open.

    ``starts``, ``stops``: (n_words,) frames of each word, -1 if nobody says it. ``is_other``:
    (n_frames,) whether the path is outside the script in a frame, in silence or in other speech.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    is_other: NDArray[np.bool_]

    @property
    def is_spoken(self) -> NDArray[np.bool_]:
        """(n_words,) whether somebody says the word."""
        return self.starts >= 0


def follow(
    recognition: Recognition,
    words: Sequence[Sequence[int]],
    is_break: NDArray[np.bool_],
    between: Callable[[], None] = lambda: None,
) -> Followed:
    """The cheapest way through the script and the recording.

    Args:
        recognition: What the aligner recognises.
        words: The labels of each word's letters; a word without labels stands for any one letter.
        is_break: (n_words + 1,) whether a sentence or a line ends before each word, and at the end.
        between: Called between blocks of frames; an error that it raises ends the work.
    """
    spelt = [list(word) or [WILDCARD] for word in words]
    first = np.cumsum([0, *map(len, spelt)]).astype(np.int64)
    labels = np.array([label for word in spelt for label in word], dtype=np.int64)
    labels[labels == WILDCARD] = recognition.letters.shape[1] - 1
    leaving = np.where(is_break, LEAVE_AT_BREAK, LEAVE_IN_SENTENCE).astype(np.float32)
    leaving[[0, -1]] = 0.0
    skipping = SKIPPED_LETTER * np.diff(first) + SKIPPED_SHORT * _begins_short(
        np.diff(first), is_break[:-1]
    )
    trellis = Trellis(recognition, labels, first, skipping.astype(np.float32), leaving)
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
