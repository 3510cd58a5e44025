"""Pieces of speech that the small vocoder is trained on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mini import processes
from mini.answers import Answer
from mini.clips import INT16_MAX, Clip
from mini.mel import HOP_SAMPLES, LOG_FLOOR, SPEECH_RMS
from mini.spectra import log_mels, spectra


@dataclass(frozen=True, slots=True)
class Crops:
    """How training crops are cut and varied."""

    batch_size: int
    frames: int
    edge_frames: int
    shares: Mapping[str, float]
    gain_db: tuple[float, float]
    resampled_share: float
    resampling: tuple[float, float]
    noisy_share: float
    mel_noise: float
    answered_share: float


class CropSource:
    """Crops of the voices' clips, and of F5-TTS's answers if there are any."""

    def __init__(
        self, clips: Iterable[Clip], crops: Crops, seed: int, answers: Sequence[Answer] = ()
    ) -> None:
        self._crops, self._seed = crops, seed
        self._answers = [answer for answer in answers if len(answer.mel) > crops.frames]
        self._waves: dict[str, list[NDArray[np.int16]]] = {}
        for clip in clips:
            self._waves.setdefault(clip.voice, []).append(clip.wave)
        named = {v: s for v, s in crops.shares.items() if v in self._waves}
        rest = (1 - sum(named.values())) / max(1, len(self._waves) - len(named))
        shares = np.array([named.get(voice, rest) for voice in self._waves])
        self._voices, self._shares = list(self._waves), shares / shares.sum()

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """(B, 100, n_frames) log-mels, some with noise, and the (B, n_samples) waves they are from.

        The same step of the same process always gets the same batch.
        """
        crops, rng = self._crops, np.random.default_rng((self._seed, processes.rank(), step))
        n_answered = round(crops.answered_share * crops.batch_size) if self._answers else 0
        voices = rng.choice(self._voices, crops.batch_size - n_answered, p=self._shares)
        waves = torch.from_numpy(np.stack([self._crop(str(voice), rng) for voice in voices]))
        mel = log_mels(spectra(waves).abs())
        if n_answered:
            mels, said = zip(*(self._answered(rng) for _ in range(n_answered)), strict=True)
            mel = torch.cat([mel, torch.from_numpy(np.stack(mels))])
            waves = torch.cat([waves, torch.from_numpy(np.stack(said))])
        is_noisy = rng.random(crops.batch_size) < crops.noisy_share
        sigma = rng.uniform(0, crops.mel_noise, crops.batch_size) * is_noisy
        noise = rng.standard_normal(mel.shape, dtype=np.float32)
        mel = mel + torch.from_numpy(noise * sigma[:, None, None].astype(np.float32))
        return mel.clamp(min=math.log(LOG_FLOOR)), waves

    def _crop(self, voice: str, rng: np.random.Generator) -> NDArray[np.float32]:
        """A piece of a clip, (n_samples,), at about SPEECH_RMS and sometimes resampled."""
        crops = self._crops
        n_samples = crops.frames * HOP_SAMPLES
        waves = self._waves[voice]
        wave = waves[rng.integers(len(waves))]
        n_taken = n_samples
        if rng.random() < crops.resampled_share:
            n_taken = round(n_samples * rng.uniform(*crops.resampling) / HOP_SAMPLES) * HOP_SAMPLES
        first = int(rng.integers(-n_samples // 4, max(1, len(wave) - 3 * n_taken // 4)))
        piece = np.zeros(n_taken, np.float32)
        taken = wave[max(0, first) : max(0, first + n_taken)]
        piece[max(0, -first) : max(0, -first) + len(taken)] = taken
        level = math.sqrt(np.square(wave, dtype=np.float32).mean()) + 1e-9
        gain = 10 ** (rng.uniform(*crops.gain_db) / 20)
        return resampled(piece, n_samples) * np.float32(SPEECH_RMS / level * gain)

    def _answered(
        self, rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A (100, n_frames + 1) piece of a mel that F5-TTS sampled, and its (n_samples,) wave."""
        n_frames, answer = self._crops.frames, self._answers[rng.integers(len(self._answers))]
        first = int(rng.integers(len(answer.mel) - n_frames))
        wave = answer.wave[first * HOP_SAMPLES : (first + n_frames) * HOP_SAMPLES]
        gain = np.float32(10 ** (rng.uniform(*self._crops.gain_db) / 20))
        mel = answer.mel[first : first + n_frames + 1].astype(np.float32).T + np.log(gain)
        return mel, wave.astype(np.float32) * (gain / np.float32(INT16_MAX))


def resampled(wave: NDArray[np.float32], n_samples: int) -> NDArray[np.float32]:
    """The wave resampled to another number of samples, through its spectrum."""
    if len(wave) == n_samples:
        return wave
    spectrum = np.zeros(n_samples // 2 + 1, np.complex64)
    n_bins = min(len(spectrum), len(wave) // 2 + 1)
    spectrum[:n_bins] = np.fft.rfft(wave)[:n_bins]
    return np.asarray(np.fft.irfft(spectrum, n_samples) * (n_samples / len(wave)), np.float32)
