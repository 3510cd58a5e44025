"""Spectra of training crops, and how far what the small vocoder says is from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mini.mel import FFT_SAMPLES, HOP_SAMPLES, LOG_FLOOR, mel_basis

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Losses:
    """Resolutions, and the weight of each loss."""

    mel_steps: int
    resolutions: Sequence[int]
    floor: float
    log_magnitude: float
    magnitude: float
    mel: float
    turn: float
    wave: float


def spectra(waves: Tensor, n_fft: int = FFT_SAMPLES) -> Tensor:
    """(B, n_bins, n_frames) complex, hop a quarter of the window."""
    window = torch.hann_window(n_fft, device=waves.device)
    return torch.stft(waves, n_fft, n_fft // 4, window=window, return_complex=True)


def log_mels(magnitudes: Tensor) -> Tensor:
    """(B, 100, n_frames): `mini.mel.log_mel` from magnitudes (B, 513, n_frames)."""
    return (mel_basis().to(magnitudes.device) @ magnitudes).clamp(min=LOG_FLOOR).log()


def fitted(magnitudes: Tensor, mel: Tensor, steps: int) -> Tensor:
    """(B, 513, n_frames) nearer to the log-mels, as the server's `MelInverse` brings them."""
    basis = mel_basis().to(mel.device)
    wanted = basis.T @ mel.exp()
    for _ in range(steps):
        magnitudes = magnitudes * (wanted / (basis.T @ (basis @ magnitudes) + TINY))
    return magnitudes


def losses_of(
    magnitudes: Tensor, phases: Tensor, mel: Tensor, waves: Tensor, edge: int, losses: Losses
) -> dict[str, Tensor]:
    """Each loss of (B, 513, n_frames) magnitudes and phases, beside what the waves have.

    `edge`: frames at either end that are not judged.
    """
    judged = slice(edge, magnitudes.shape[-1] - edge)
    wanted = spectra(waves)
    spectrum = torch.complex(magnitudes * phases.cos(), magnitudes * phases.sin())
    window = torch.hann_window(FFT_SAMPLES, device=waves.device)
    spoken = torch.istft(spectrum, FFT_SAMPLES, HOP_SAMPLES, window=window)
    n_edge_samples, each = (edge + 2) * HOP_SAMPLES, []
    for n_fft in losses.resolutions:
        inner = slice(n_edge_samples * 4 // n_fft, -n_edge_samples * 4 // n_fft)
        heard, real = (spectra(wave, n_fft)[..., inner] for wave in (spoken, waves))
        size = (heard.real.square() + heard.imag.square() + TINY).sqrt()
        each.append(_log_distance(size, real.abs(), n_fft, losses.floor))
        each.append(0.4 * _distance(size, real.abs()))
    found, true = magnitudes[..., judged], wanted[..., judged].abs()
    return {
        "log_magnitude": _log_distance(found, true, FFT_SAMPLES, losses.floor),
        "magnitude": _distance(found, true),
        "mel": (log_mels(magnitudes) - mel)[..., judged].abs().mean(),
        "turn": turn_loss(spectrum[..., judged], wanted[..., judged]),
        "wave": torch.stack(each).sum() / len(losses.resolutions),
    }


def _distance(found: Tensor, wanted: Tensor) -> Tensor:
    """Of magnitudes, relative to the mean one."""
    return (found - wanted).abs().mean() / (wanted.mean() + TINY)


def _log_distance(found: Tensor, wanted: Tensor, n_fft: int, floor: float) -> Tensor:
    """Of the logs of magnitudes above a floor."""
    scale = (8 / (3 * n_fft)) ** 0.5  # of the window: white noise keeps its level
    return ((found * scale + floor).log() - (wanted * scale + floor).log()).abs().mean()


def turn_loss(heard: Tensor, wanted: Tensor) -> Tensor:
    """0 to 2: how unlike the phase turns between neighbours in (B, n_bins, n_frames) spectra.

    1 less the cosine of the difference, weighed by the root of the magnitude: no angle is ever
    taken, so no wrapping, and a common phase or polarity costs nothing.
    """
    each = []
    for dim in (1, 2):
        turns = [s.narrow(dim, 1, s.shape[dim] - 1) * s.narrow(dim, 0, s.shape[dim] - 1).conj()
                 for s in (heard, wanted)]  # fmt: skip
        (a, b), (c, d) = ((t.real, t.imag) for t in turns)
        sizes = (a.square() + b.square() + TINY), (c.square() + d.square() + TINY)
        cosine = (a * c + b * d) * (sizes[0] * sizes[1]).rsqrt()
        weight = sizes[1] ** 0.125
        each.append(((1 - cosine) * weight).sum() / weight.sum())
    return torch.stack(each).mean()
