"""Recordings whose words have known times or known texts, for `word_times.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from mini.clips import Clip, held_out_clips
from mini.evaluate_alignment import LIBRIVOX, read_librivox
from mini.mel import SPEECH_HZ
from numpy.typing import NDArray

from wordlight.alignment import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence: (n_samples,) at 16 kHz, its text, and (n_words, 2) seconds, NaN if unknown."""

    samples: Samples
    text: str
    voice: str
    times_s: NDArray[np.float64]


def synthetic(folder: Path) -> list[Spoken]:
    """Kokoro's sentences with the durations of its graph, in an order that mixes voices."""
    clips = [
        clip for clip in held_out_clips([folder]) if len(clip.text.split()) == len(clip.words())
    ]
    order = np.random.default_rng(0).permutation(len(clips))
    return [_spoken(clips[i]) for i in order]


def _spoken(clip: Clip) -> Spoken:
    first, last = clip.trim_samples()
    times = np.array([(word.start_s, word.end_s) for word in clip.words()]) - first / SPEECH_HZ
    samples = soxr.resample(clip.audio[first:last], SPEECH_HZ, SAMPLE_RATE_HZ)
    return Spoken(samples.astype(np.float32), _sentence(clip.text), clip.voice, times)


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def real() -> list[Spoken]:
    """LibriVox's five sentences. The text lacks the word that the reader leaves out."""
    found = []
    for utterance in read_librivox(LIBRIVOX):
        text = " ".join(utterance.words).replace("a more a amiable", "a more amiable")
        found.append(Spoken(utterance.audio, _sentence(text), "librivox", utterance.times_s))
    return found


@dataclass(frozen=True, slots=True)
class Recording:
    """Sentences one after the other, and the seconds at which each one's own samples begin."""

    samples: Samples
    sentences: list[Spoken]
    offsets_s: list[float]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """The (n_words, 2) seconds of the whole script's words."""
        pairs = zip(self.sentences, self.offsets_s, strict=True)
        return np.concatenate([sentence.times_s + offset_s for sentence, offset_s in pairs])

    @property
    def script(self) -> str:
        """The text of all sentences."""
        return " ".join(sentence.text for sentence in self.sentences)


def recording(
    sentences: Sequence[Spoken],
    pauses_s: NDArray[np.float64],
    noise_db: float,
    rng: np.random.Generator,
) -> Recording:
    """The sentences with a pause before each and after the last, over faint noise."""
    parts, offsets, at = [], [], 0
    for pause_s, sentence in zip(pauses_s, sentences, strict=False):
        silence = np.zeros(int(pause_s * SAMPLE_RATE_HZ), np.float32)
        parts += [silence, sentence.samples]
        at += len(silence)
        offsets.append(at / SAMPLE_RATE_HZ)
        at += len(sentence.samples)
    parts.append(np.zeros(int(pauses_s[-1] * SAMPLE_RATE_HZ), np.float32))
    samples = np.concatenate(parts)
    if noise_db > -100:
        samples = samples + rng.normal(0, 10 ** (noise_db / 20), len(samples))
    return Recording(samples.astype(np.float32), list(sentences), offsets)


def grouped(sentences: Sequence[Spoken], n: int) -> Iterator[list[Spoken]]:
    """Groups of ``n`` sentences, each of one voice."""
    for voice in sorted({s.voice for s in sentences}):
        own = [s for s in sentences if s.voice == voice]
        for first in range(0, len(own) - n + 1, n):
            yield own[first : first + n]
