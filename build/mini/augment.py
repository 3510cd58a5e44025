"""Training rows for the aligner: degraded speech at 16 kHz, and the onset of each letter.

Clips are played faster or slower and joined with silence between them. The row then gets colour,
echo, noise and a lower level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mini.clips import Clip
from mini.letters import LetterAligner
from mini.mel import SPEECH_HZ

ALIGNER_HZ = 16_000
FRAME_SAMPLES = 320  # 20 ms
FIELD_SAMPLES = 400  # samples that the first frame needs
BLANK_ID, BREAK_ID = 0, 2
VOCABULARY = ("<pad>", "<unk>", "|", "'", *"abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Spoiling:
    """How a row may be degraded. `[spoiling]` of `aligner.toml` explains it; pairs are ranges."""

    ratios: Sequence[tuple[int, int]]
    max_silence_s: float
    n_draws: int
    gain_db: tuple[float, float]
    noise_share: float
    noise_db: tuple[float, float]
    colour_share: float
    colour_db: float
    low_pass_share: float
    low_pass_hz: tuple[float, float]
    echo_share: float
    echo_decay_s: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """(n,) float32 audio at 16 kHz; (m,) token ids and the (m,) seconds at which they begin."""

    audio: NDArray[np.float32]
    tokens: NDArray[np.int64]
    onsets_s: NDArray[np.float64]

    def frame_labels(self) -> NDArray[np.int64]:
        """The (n_frames,) labels: a token at the frame where it begins, blank elsewhere.

        The first letters of words keep their frames. Another letter, or a break, moves to a free
        frame if its own is taken.
        """
        n_frames = (len(self.audio) - FIELD_SAMPLES) // FRAME_SAMPLES + 1
        frames = np.round(self.onsets_s * ALIGNER_HZ / FRAME_SAMPLES).astype(int)
        frames = _spread(frames, self.tokens, n_frames)
        labels = np.full(n_frames, BLANK_ID)
        labels[frames] = self.tokens
        return labels


@dataclass(frozen=True, slots=True)
class Utterance:
    """A trimmed clip, and the onsets of its tokens counted from the trimmed start."""

    clip: Clip
    first_sample: int
    last_sample: int
    tokens: NDArray[np.int64]
    onsets_s: NDArray[np.float64]

    @classmethod
    def of(cls, clip: Clip, aligner: LetterAligner) -> Utterance:
        """The clip's letters, with a break after each word at the word's end."""
        first, last = clip.trim_samples()
        tokens: list[int] = []
        onsets: list[float] = []
        for word in clip.words():
            tokens += [VOCABULARY.index(letter) for letter in word.text] + [BREAK_ID]
            onsets += [*aligner.onsets_s(clip, word), word.end_s]
        return cls(clip, first, last, np.array(tokens), np.array(onsets) - first / SPEECH_HZ)

    @property
    def length_s(self) -> float:
        """Seconds between the trimmed ends."""
        return (self.last_sample - self.first_sample) / SPEECH_HZ


def resampled(
    utterance: Utterance, up: int, down: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The utterance at 16 kHz, played at 2/3 · down/up of its speed, and its onsets then."""
    from scipy.signal import resample_poly

    audio = utterance.clip.audio[utterance.first_sample : utterance.last_sample]
    stretch = up / down * SPEECH_HZ / ALIGNER_HZ
    return np.asarray(resample_poly(audio, up, down), np.float32), utterance.onsets_s * stretch


@dataclass(frozen=True, slots=True)
class Deck:
    """Utterances to draw from, and the running sums of their (n,) shares."""

    utterances: Sequence[Utterance]
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, sources: Sequence[tuple[Sequence[Utterance], float]]) -> Deck:
        """A deck from which each source is drawn by its share, whatever its size."""
        shares = [np.full(len(drawn), share / max(1, len(drawn))) for drawn, share in sources]
        sums = np.cumsum(np.concatenate(shares))
        return cls([u for drawn, _ in sources for u in drawn], sums / sums[-1])

    def draw(self, rng: np.random.Generator) -> Utterance:
        """A random utterance."""
        return self.utterances[int(np.searchsorted(self.sums, rng.random(), side="right"))]


def pack(deck: Deck, length_s: float, spoiling: Spoiling, rng: np.random.Generator) -> Row:
    """A row of exactly `length_s`, filled with those of some randomly drawn utterances that fit."""
    audio = np.zeros(round(length_s * ALIGNER_HZ), np.float32)
    longest_s = spoiling.max_silence_s
    at = round(rng.uniform(0, longest_s) ** 2 / longest_s * ALIGNER_HZ)
    tokens, onsets = [np.zeros(0, np.int64)], [np.zeros(0)]
    for _ in range(spoiling.n_draws):
        up, down = spoiling.ratios[rng.integers(len(spoiling.ratios))]
        utterance = deck.draw(rng)
        if at + utterance.length_s * SPEECH_HZ * up / down + 1 > len(audio):
            continue
        wave, times = resampled(utterance, up, down)
        audio[at : at + len(wave)] = wave
        tokens.append(utterance.tokens)
        onsets.append(times + at / ALIGNER_HZ)
        at += len(wave) + round(rng.uniform(0.02, longest_s) * ALIGNER_HZ)
    return Row(audio, np.concatenate(tokens), np.concatenate(onsets))


def spoil(
    audio: NDArray[np.float32], spoiling: Spoiling, rng: np.random.Generator
) -> NDArray[np.float32]:
    """The audio with a random echo, tone, noise and gain."""
    spectrum = np.fft.rfft(audio)
    hertz = np.fft.rfftfreq(len(audio), 1 / ALIGNER_HZ)
    octaves = np.log2(np.maximum(hertz, 60.0) / 60.0)
    if rng.random() < spoiling.echo_share:
        spectrum *= np.fft.rfft(_echo(rng.uniform(*spoiling.echo_decay_s), rng), len(audio))
    if rng.random() < spoiling.colour_share:
        bands_db = rng.normal(0, spoiling.colour_db, 8)
        spectrum *= 10 ** (np.interp(octaves, np.arange(8), bands_db) / 20)
    if rng.random() < spoiling.low_pass_share:
        spectrum /= 1 + (hertz / rng.uniform(*spoiling.low_pass_hz)) ** 8
    clean = np.fft.irfft(spectrum, len(audio))
    level = np.sqrt(np.mean(clean**2)) + 1e-9
    if rng.random() < spoiling.noise_share:
        tilt = 10 ** (rng.uniform(-6, 0.5) * octaves / 20)
        noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(len(audio))) * tilt, len(audio))
        noise *= level / np.sqrt(np.mean(noise**2))
        clean += noise * 10 ** (-rng.uniform(*spoiling.noise_db) / 20)
    peak = np.abs(clean).max() + 1e-9
    return np.asarray(clean / peak * 10 ** (rng.uniform(*spoiling.gain_db) / 20), np.float32)


def _echo(decay_s: float, rng: np.random.Generator) -> NDArray[np.float64]:
    decay = decay_s * ALIGNER_HZ
    n_samples = int(3 * decay)
    echo: NDArray[np.float64] = rng.standard_normal(n_samples) * np.exp(
        -np.arange(n_samples) / decay
    )
    echo *= rng.uniform(0.1, 0.5) / np.sqrt((echo**2).sum())
    echo[0] = 1.0
    return echo


def _spread(
    frames: NDArray[np.int64], tokens: NDArray[np.int64], n_frames: int
) -> NDArray[np.int64]:
    """Strictly rising frames near the given ones; word beginnings move least."""
    frames, n = frames.copy(), len(frames)
    is_fixed = np.concatenate([[True], tokens[:-1] == BREAK_ID])
    for i in range(1, n):
        if not is_fixed[i]:
            frames[i] = max(frames[i], frames[i - 1] + 1)
    for i in range(n - 2, -1, -1):
        frames[i] = min(frames[i], frames[i + 1] - 1)
    for i in range(
        n
    ):  # too many letters for the time: a frame that was pushed before its neighbour goes after it
        frames[i] = max(frames[i], frames[i - 1] + 1 if i else 0)
    return np.minimum(frames, n_frames - 1)
