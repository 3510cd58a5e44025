"""Spectra of training crops, and how unlikely they are by what the small vocoder says."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mini.mel import FFT_SAMPLES, LOG_FLOOR, mel_basis
from wordlight.speech.networks import ENVELOPE_FLOOR, Parts

TINY = 1e-9
LARGEST = 8.0  # magnitude relative to the envelope: what is louder was not foretold by the mel


@dataclass(frozen=True, slots=True)
class Losses:
    """The weight of each loss."""

    surprise: float
    mel: float
    turn: float


def spectra(waves: Tensor, n_fft: int = FFT_SAMPLES) -> Tensor:
    """(B, n_bins, n_frames) complex, hop a quarter of the window."""
    window = torch.hann_window(n_fft, device=waves.device)
    return torch.stft(waves, n_fft, n_fft // 4, window=window, return_complex=True)


def log_mels(magnitudes: Tensor) -> Tensor:
    """(B, 100, n_frames): `mini.mel.log_mel` from magnitudes (B, 513, n_frames)."""
    return (mel_basis().to(magnitudes.device) @ magnitudes).clamp(min=LOG_FLOOR).log()


def log_envelope(mel: Tensor) -> Tensor:
    """(B, 513, n_frames): logs of the server's `MelInverse.envelope` of (B, 100, n_frames)."""
    basis = mel_basis().to(mel.device)
    each = basis / basis.sum(1, keepdim=True).clamp(min=TINY)  # a filter's mean
    heard = (each.T @ mel.exp()) / (basis.sum(0)[:, None] + TINY)
    heard[:, 0], heard[:, -1] = heard[:, 1], heard[:, -2]  # no filter hears these two
    return (heard + ENVELOPE_FLOOR).log()


def losses_of(parts: Parts, envelope: Tensor, true: Tensor, edge: int) -> dict[str, Tensor]:
    """Each loss of what is said about a log envelope, beside the true spectra.

    All are (B, 513, n_frames); `edge`: frames at either end that are not judged.
    """
    judged = slice(edge, true.shape[-1] - edge)
    logs, phases, noise_logs = (part[..., judged] for part in parts)
    envelope, true = envelope[..., judged], true[..., judged]
    weight = (envelope / 4).exp()
    weight = weight / weight.mean()
    sizes = (true.abs() * (-envelope).exp()).clamp(max=LARGEST)
    surprises = surprise(sizes, logs, noise_logs)
    power = (2 * logs).exp() + 2 * (2 * noise_logs).exp()
    said = mel_basis().to(true.device) @ ((power + TINY).sqrt() * envelope.exp())
    heard = mel_basis().to(true.device) @ true.abs()
    return {
        "surprise": (surprises * weight).mean(),
        "mel": torch.sub(*((m + ENVELOPE_FLOOR).log() for m in (said, heard))).abs().mean(),
        "turn": turn_loss(torch.polar((logs + envelope).exp(), phases), true),
    }


def surprise(sizes: Tensor, logs: Tensor, noise_logs: Tensor) -> Tensor:
    """How unlikely each size is: Rice's distribution, a sure magnitude amid Gaussian noise.

    Source: Rice 1945, Mathematical Analysis of Random Noise. A term of the size alone is left out.
    """
    variance, sure = (2 * noise_logs).exp(), logs.exp()
    away = (sizes - sure).square() / (2 * variance)
    return away - torch.special.i0e(sizes * sure / variance).log() + 2 * noise_logs


def turn_loss(heard: Tensor, wanted: Tensor) -> Tensor:
    """0 to 2: how unlike the phase turns between neighbours in (B, n_bins, n_frames) spectra.

    1 less the cosine of the difference, weighed by the root of the magnitude: no angle is ever
    taken, so no wrapping, and a common phase or polarity costs nothing.
    """
    each = []
    for dim in (1, 2):
        turns = [
            s.narrow(dim, 1, s.shape[dim] - 1) * s.narrow(dim, 0, s.shape[dim] - 1).conj()
            for s in (heard, wanted)
        ]
        (a, b), (c, d) = ((t.real, t.imag) for t in turns)
        sizes = (a.square() + b.square() + TINY), (c.square() + d.square() + TINY)
        cosine = (a * c + b * d) * (sizes[0] * sizes[1]).rsqrt()
        weight = sizes[1] ** 0.125
        each.append(((1 - cosine) * weight).sum() / weight.sum())
    return torch.stack(each).mean()
