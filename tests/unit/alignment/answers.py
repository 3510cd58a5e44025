"""The sentence that is spoken, and what every answer to it holds to."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from wordlight.alignment import AlignmentAnswer
from wordlight.words import Word, check_words

SENTENCE = "Some call me nature, others call me mother nature."


def check_answer(answer: object, duration_s: float) -> AlignmentAnswer:
    assert isinstance(answer, AlignmentAnswer)
    n_words = len(answer.words)
    assert len(answer.origins) == n_words
    assert answer.starts.shape == answer.ends.shape == answer.scores.shape == (n_words,)
    assert (answer.starts.dtype, answer.scores.dtype) == (np.float64, np.float32)
    check_words(
        Word(word, float(start), float(end))
        for word, start, end in zip(answer.words, answer.starts, answer.ends, strict=True)
    )
    assert n_words == 0 or answer.ends[-1] <= duration_s
    assert ((answer.scores >= 0) & (answer.scores <= 1)).all()
    return answer
