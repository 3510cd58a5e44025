"""Spectra of training crops, and how unlikely they are by the small vocoder's predictions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mini.mel import FFT_SAMPLES, LOG_FLOOR, mel_basis
from wordlight.speech.networks import ENVELOPE_FLOOR, Parts

TINY = 1e-9
LARGEST = 8.0  # cap on magnitudes relative to the envelope: the mel cannot predict louder ones


@dataclass(frozen=True, slots=True)
class Losses:
    """The weight of each loss."""

    surprise: float
    mel: float
    turn: float


def spectra(waves: Tensor, n_fft: int = FFT_SAMPLES) -> Tensor:
    """The (B, n_bins, n_frames) complex spectra; the hop is a quarter of the window."""
    window = torch.hann_window(n_fft, device=waves.device)
    return torch.stft(waves, n_fft, n_fft // 4, window=window, return_complex=True)


def log_mels(magnitudes: Tensor) -> Tensor:
    """The (B, 100, n_frames) log-mels of magnitudes (B, 513, n_frames), as `mini.mel.log_mel`'s."""
    return (mel_basis().to(magnitudes.device) @ magnitudes).clamp(min=LOG_FLOOR).log()


def log_envelope(mel: Tensor) -> Tensor:
    """The (B, 513, n_frames) logarithms of the server's `MelInverse.envelope` of a mel."""
    basis = mel_basis().to(mel.device)
    each = basis / basis.sum(1, keepdim=True).clamp(min=TINY)  # a filter's mean
    heard = (each.T @ mel.exp()) / (basis.sum(0)[:, None] + TINY)
    heard[:, 0], heard[:, -1] = heard[:, 1], heard[:, -2]  # no filter covers these two bins
    return (heard + ENVELOPE_FLOOR).log()


def losses_of(parts: Parts, envelope: Tensor, true: Tensor, edge: int) -> dict[str, Tensor]:
    """Each loss of the vocoder's predictions, which are relative to a log envelope.

    All tensors are (B, 513, n_frames). The first and last `edge` frames are not judged.
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
    """How unlikely each size is by Rice's distribution: a fixed magnitude in Gaussian noise.

    A term that depends on the size alone is left out.
    Source: Rice 1945, Mathematical Analysis of Random Noise.
    """
    variance, sure = (2 * noise_logs).exp(), logs.exp()
    away = (sizes - sure).square() / (2 * variance)
    return away - torch.special.i0e(sizes * sure / variance).log() + 2 * noise_logs


def turn_loss(heard: Tensor, wanted: Tensor) -> Tensor:
    """How much the phase steps between neighbours differ in two spectra, from 0 to 2.

    The spectra are (B, n_bins, n_frames). The loss is 1 minus the cosine of the difference,
    weighted by the root of the magnitude. No angle is computed, so none has to be unwrapped. A
    phase or polarity that is common to all costs nothing.
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
