"""What an aligner recognises, frame by frame: which letter, silence, or anything at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import stretches
from wordlight.alignment._loudness import is_silent, quiet_below_db
from wordlight.alignment._spelling import Alphabet

BLANK_DISCOUNT = 2.0
"""Nepers taken off blank, which is likely at every frame and means little unless it is certain.
Like the other prices, this one was chosen by trial on speech that no weights were trained on."""
OTHER_SPEECH = 0.6
"""Nepers per frame that speech outside the script costs more than the best label."""
QUIET_IN_SENTENCE, MOST_QUIET_FRAMES = 0.06, 150
"""Nepers that a quiet frame costs between two words without a break, and for how many frames of a
pause it costs them. Readers pause at breaks."""

SILENT_LETTER, SILENT_WITHIN = 6.0, 1.0
"""Additional nepers for a letter in a long silence, and for each frame of such a silence within a
word. Without them, aligners find faint letters where noise begins, and take two halves on either
side of a silence for one word."""

_FLOOR = np.float32(-30.0)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an aligner recognises, with blank discounted.

    The first five are natural logarithms of probabilities, float32. ``letters``:
    (n_frames, n_labels + 1), each label, and in the last column any letter. The others are
    (n_frames,). ``silence``: no letter. ``pause``: no letter between two words of a sentence.
    ``within``: no letter within a word. ``anything``: the cheaper of silence and other speech.

    ``speech``: (n_frames,) the probability of a letter, not its logarithm. ``is_letter``:
    (n_frames,) whether a letter is the likeliest label before the discount. In noise and music
    that is never so; in speech it is so for at least every fourth letter. ``is_silent``:
    (n_frames,) whether nobody can be speaking.
    """

    letters: NDArray[np.float32]
    silence: NDArray[np.float32]
    pause: NDArray[np.float32]
    within: NDArray[np.float32]
    anything: NDArray[np.float32]
    speech: NDArray[np.float64]
    is_letter: NDArray[np.bool_]
    is_silent: NDArray[np.bool_]

    @classmethod
    def of(
        cls, log_probs: NDArray[np.float32], levels: NDArray[np.float64], alphabet: Alphabet
    ) -> Recognition:
        """The recognition that (n_frames, n_labels) log-probabilities and (n_frames,) dB make."""
        n_frames, n_labels = log_probs.shape
        likeliest = log_probs.argmax(axis=1)
        is_letter = (likeliest != alphabet.blank) & (likeliest != alphabet.separator)
        scaled = log_probs.astype(np.float32)
        scaled[:, alphabet.blank] -= BLANK_DISCOUNT
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        no_letter = labels_of_none(alphabet)
        letters = np.empty((n_frames, n_labels + 1), dtype=np.float32)
        np.maximum(scaled, _FLOOR, out=letters[:, :n_labels])
        letters[:, n_labels] = np.delete(letters[:, :n_labels], no_letter, axis=1).max(axis=1)
        speech = 1.0 - np.exp(scaled[:, no_letter].astype(np.float64)).sum(axis=1)
        silence, best = scaled[:, no_letter].max(axis=1), scaled.max(axis=1)
        silent = is_silent(levels)
        letters = dearer_in_silence(letters, silent, no_letter)
        is_costly = _first_of_each(levels < quiet_below_db(levels), MOST_QUIET_FRAMES)
        pause = silence - np.float32(QUIET_IN_SENTENCE) * is_costly
        within = pause - np.float32(SILENT_WITHIN) * silent
        anything = np.maximum(silence, best - np.float32(OTHER_SPEECH))
        return cls(letters, silence, pause, within, anything, speech, is_letter, silent)


def labels_of_none(alphabet: Alphabet) -> list[int]:
    """The labels that stand for no letter: blank, and the separator if there is one."""
    return [alphabet.blank] + ([] if alphabet.separator is None else [alphabet.separator])


def dearer_in_silence(
    log_probs: NDArray[np.float32], is_silent: NDArray[np.bool_], no_letter: list[int]
) -> NDArray[np.float32]:
    """The (n_frames, n_labels) log-probabilities, with letters in silence made dearer."""
    is_letter = np.ones(log_probs.shape[1], np.bool_)
    is_letter[no_letter] = False
    return log_probs - np.float32(SILENT_LETTER) * (is_silent[:, None] & is_letter)


def _first_of_each(flags: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    """The first ``n`` flags of each run of set ones.

    >>> _first_of_each(np.array([True, True, True, False, True]), 2).tolist()
    [True, True, False, False, True]
    """
    firsts = np.zeros(len(flags), np.bool_)
    for start, stop in stretches(flags):
        firsts[start : min(stop, start + n)] = True
    return firsts
