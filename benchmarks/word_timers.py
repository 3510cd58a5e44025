"""Word timers for `word_times.py`: the engine of a profile, and ``whisperx.align``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from word_recordings import Samples

from wordlight.adapter import alignment_weights
from wordlight.alignment import SAMPLE_RATE_HZ, AlignmentAnswer, AlignmentCall, AlignmentEngine
from wordlight.manifest import load_manifest


class Timer:
    """The alignment engine of a profile."""

    def __init__(self, profile: str) -> None:
        self.weights = alignment_weights(load_manifest(profile), Path("out/volume"))
        self._engine = AlignmentEngine.load(self.weights, "cpu", 2)

    def times(self, samples: Samples, script: str) -> AlignmentAnswer:
        """The times of every word of a script, in one recording."""
        return self.run([AlignmentCall(samples, SAMPLE_RATE_HZ, script, "en")])[0]

    def run(self, calls: Sequence[AlignmentCall]) -> list[AlignmentAnswer]:
        """The answers to several calls at once."""
        answers = []
        for answer in self._engine.run(calls):
            assert isinstance(answer, AlignmentAnswer), answer
            answers.append(answer)
        return answers

    def transcribe(self, cuts: Sequence[Samples]) -> list[str]:
        """Whisper's transcript of each piece."""
        return self._engine.transcribe(cuts, "en")


class Rival:
    """``whisperx.align`` with the same model, on the same recording as one segment."""

    def __init__(self, timer: Timer) -> None:
        import whisperx
        from nltk.tokenize.punkt import PunktSentenceTokenizer

        # No registry has the model that nltk would download. This one splits English as well.
        whisperx.alignment.nltk_load = lambda _: PunktSentenceTokenizer()
        self._align = whisperx.align
        folder = timer.weights.aligners["en"]
        self._model, self._metadata = whisperx.load_align_model(
            "en", "cpu", model_name=str(folder), model_cache_only=True
        )

    def times_s(self, samples: Samples, script: str) -> NDArray[np.float64]:
        """The (n_words, 2) seconds of words; NaN if whisperx gives a word no time."""
        segment = {"text": script, "start": 0.0, "end": len(samples) / SAMPLE_RATE_HZ}
        found = self._align([segment], self._model, self._metadata, samples, "cpu")
        return np.array(
            [
                (word.get("start", np.nan), word.get("end", np.nan))
                for word in found["word_segments"]
            ]
        )
