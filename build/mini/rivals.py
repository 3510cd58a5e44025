"""Word aligners behind one interface: the project's own, and two from PyPI to compare it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment import (
    AlignmentAnswer,
    AlignmentCall,
    AlignmentEngine,
    AlignmentWeights,
    align_tokens,
)

if TYPE_CHECKING:
    from wordlight.alignment.networks import Transcriber

ALIGNER_HZ = 16_000
HAMA_FRAME_S = 0.02
SPHINX_FRAME_S = 0.01
NOTHING = np.empty((0, 2))
UNFOUND = ("interpolated", "unspoken")


class WordAligner(Protocol):
    """Finds when known words are spoken."""

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        """The (n_words, 2) seconds of starts and ends in 16 kHz audio, or (0, 2) if not found."""
        ...


@dataclass(frozen=True, slots=True)
class Wordlight:
    """The engine as it is served, with the aligner from a folder."""

    engine: AlignmentEngine

    @classmethod
    def load(cls, folder: Path) -> Wordlight:
        """The engine without Whisper, because every call brings its words."""
        weights = AlignmentWeights(Path("/nowhere"), {"en": folder})
        return cls(AlignmentEngine(cast("Transcriber", None), weights, "cpu"))

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        """As in `WordAligner`. The times of a word that was not found are NaN."""
        (answer,) = self.engine.run([AlignmentCall(audio, ALIGNER_HZ, " ".join(words), "en")])
        if not isinstance(answer, AlignmentAnswer) or len(answer.words) != len(words):
            return NOTHING
        times = np.stack([answer.starts, answer.ends], 1)
        times[[origin in UNFOUND for origin in answer.origins]] = np.nan
        return times


@dataclass(frozen=True, slots=True)
class Hama:
    """hama's phoneme recogniser and spelling rules, with our own search for the path.

    hama times the phonemes that it recognises, not given words. So the phonemes of the given words
    are aligned with its log-probabilities by the trellis that aligns our letters. A word break
    (`<wb>`) follows each word.
    """

    hearing: Any = field(default_factory=lambda: _hama().ASRModel())
    spelling: Any = field(default_factory=lambda: _hama().G2PModel())

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        """As in `WordAligner`. A word ends where its break begins, or else the next word."""
        label = {token: i for i, token in enumerate(self.hearing.decoder_tokens)}
        wave = np.ascontiguousarray(audio, np.float32)
        log_probs, n_frames = self.hearing.session.run(
            ["log_probs", "out_lengths"],
            {"waveform": wave[None], "waveform_lengths": np.array([len(wave)])},
        )
        tokens: list[int] = []
        firsts: list[int] = []
        for word in words:
            firsts.append(len(tokens))
            tokens += [label[p.phoneme] for p in self.spelling(word).alignments] + [label["<wb>"]]
        is_break = np.array(tokens) == label["<wb>"]
        spans = align_tokens(
            log_probs[0, : int(n_frames[0])], np.array(tokens), is_break, self.hearing.blank_id
        )
        if spans is None or any(b - a < 2 for a, b in pairwise(firsts)):
            return NOTHING
        lasts = [*(first - 2 for first in firsts[1:]), len(tokens) - 2]
        frames = np.stack([spans.starts[firsts], spans.stops[lasts]], 1)
        return np.asarray(frames * HAMA_FRAME_S)


@dataclass(frozen=True, slots=True)
class PocketSphinx:
    """pocketsphinx's forced aligner with the American English model in its wheel."""

    decoder: Any = field(default_factory=lambda: _pocketsphinx().Decoder(lm=None, loglevel="FATAL"))

    def knows(self, words: Sequence[str]) -> bool:
        """Whether the dictionary has every word."""
        return all(self.decoder.lookup_word(word) for word in words)

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        """As in `WordAligner`. No word is found if one is missing in the dictionary."""
        if not self.knows(words):
            return NOTHING
        self.decoder.set_align_text(" ".join(words))
        self.decoder.start_utt()
        pcm = np.round(np.clip(audio, -1, 1) * 32767).astype("<i2")
        self.decoder.process_raw(pcm.tobytes(), full_utt=True)
        self.decoder.end_utt()
        found = [
            (segment.start_frame * SPHINX_FRAME_S, (segment.end_frame + 1) * SPHINX_FRAME_S)
            for segment in self.decoder.seg() or ()
            if segment.word[0] not in "<[+"
        ]
        return np.array(found) if len(found) == len(words) else NOTHING


def _hama() -> Any:
    import hama

    return hama


def _pocketsphinx() -> Any:
    import pocketsphinx

    return pocketsphinx
