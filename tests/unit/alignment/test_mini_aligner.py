"""The embedded aligner on a real voice it was not trained on, beside whisperX's own trellis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

import torch
from whisperx import alignment

from wordlight.alignment import AlignmentCall, align_tokens, quiet_libraries, spell_words
from wordlight.alignment._calls import prepare_audio
from wordlight.alignment._timing import found_times
from wordlight.alignment.networks import Aligner

MINI = Path(__file__).parents[3] / "models" / "mini" / "aligner"
WORDS = ["some", "call", "me", "nature", "others", "call", "me", "mother", "nature"]


@pytest.mark.skipif(not (MINI / "model.safetensors").is_file(), reason="no models/mini/aligner")
def test_words_start_where_whisperx_has_them_on_the_same_emissions(
    spoken_sentence: tuple[NDArray[np.float32], int],
) -> None:
    quiet_libraries()
    aligner = Aligner.load("en", MINI, "cpu")
    alphabet = aligner.alphabet
    assert alphabet.separator is not None
    log_probs = aligner.emit([prepare_audio(AlignmentCall(*spoken_sentence))])[0]
    letters = alphabet.letters | {"|": alphabet.separator}

    spelling = spell_words([[word] for word in WORDS], alphabet)
    spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, alphabet.blank)
    assert spans is not None
    ours = found_times(spans, spelling.words, aligner.grid, offset_s=0.0)
    transcript = "|".join(WORDS) + "|"
    tokens, emission = [letters[letter] for letter in transcript], torch.from_numpy(log_probs)
    trellis = alignment.get_trellis(emission, tokens, alphabet.blank)
    path = alignment.backtrack(trellis, emission, tokens, alphabet.blank)
    theirs = alignment.merge_words(alignment.merge_repeats(path, transcript))

    away = np.abs(ours.starts_s - np.array([word.start for word in theirs]) * 0.02)
    assert np.mean(away <= 0.0201) >= 0.85
    assert 2.5 < ours.starts_s[WORDS.index("others")] < 3.5  # after the pause
