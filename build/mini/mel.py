"""F5-TTS's log-mel at 24 kHz, and Griffin-Lim to turn it back into audio.

Without a vocoder the mini model speaks through Griffin-Lim, so the aligner must be trained on it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

SPEECH_HZ = 24_000
HOP_SAMPLES = 256
FFT_SAMPLES = 1024
N_MELS = 100
LOG_FLOOR = 1e-5
SPEECH_RMS = 0.1  # upstream raises every reference to this level
N_SOLVER_STEPS = 30


@lru_cache(maxsize=1)
def mel_basis() -> torch.Tensor:
    """The (100, 513) HTK mel filters without area norm, equal to torchaudio's in Vocos."""
    import torch
    from librosa.filters import mel

    return torch.tensor(mel(sr=SPEECH_HZ, n_fft=FFT_SAMPLES, n_mels=N_MELS, htk=True, norm=None))


def log_mel(wave: torch.Tensor) -> torch.Tensor:
    """The (n_samples // 256 + 1, 100) log-mel of a wave; frame i is centred on sample 256 i."""
    import torch

    window = torch.hann_window(FFT_SAMPLES)
    spectrum = torch.stft(
        wave, FFT_SAMPLES, HOP_SAMPLES, window=window, center=True, return_complex=True
    ).abs()
    return (mel_basis() @ spectrum).clamp(min=LOG_FLOOR).log().T


def griffin_lim(mel: torch.Tensor, n_iterations: int = 60) -> torch.Tensor:
    """A (n_samples,) wave whose log-mel is near `mel` (n_frames, 100).

    Non-negative least squares invert the filters, then Griffin-Lim finds the phases.
    """
    import torch
    import torchaudio

    basis, target = mel_basis(), mel.exp().T
    spectrum = (torch.linalg.pinv(basis) @ target).clamp(min=1e-8)
    for _ in range(N_SOLVER_STEPS):  # multiplicative non-negative least squares
        spectrum = spectrum * ((basis.T @ target) / (basis.T @ (basis @ spectrum) + 1e-9))
    window = torch.hann_window(FFT_SAMPLES)
    return torchaudio.functional.griffinlim(
        spectrum, window, FFT_SAMPLES, HOP_SAMPLES, FFT_SAMPLES, 1.0, n_iterations, 0.99, None, True
    )


def resynthesise(wave: NDArray[np.float32], n_iterations: int = 32) -> NDArray[np.float32]:
    """The wave after `log_mel` and `griffin_lim`, with its own length and level."""
    import torch

    level = float(np.sqrt(np.mean(wave**2))) + 1e-9
    copy = griffin_lim(log_mel(torch.from_numpy(wave * (SPEECH_RMS / level))), n_iterations).numpy()
    copy = np.pad(copy, (0, max(0, len(wave) - len(copy))))[: len(wave)]
    return np.asarray(copy * (level / (float(np.sqrt(np.mean(copy**2))) + 1e-9)), np.float32)
