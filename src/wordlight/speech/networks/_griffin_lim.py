"""Estimates phases for magnitudes, by fast Griffin-Lim, and magnitudes for a mel."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from wordlight.errors import ManifestUnreadable

MOMENTUM, TINY, QUIETEST = 0.99, 1e-16, 1e-8
ENVELOPE_FLOOR = 1e-3  # speech is at 2, the noise of 16 bits at 2e-4


class GriffinLim:
    """Fast Griffin-Lim (Perraudin et al. 2013) from phases that may be known already.

    torchaudio's version begins with random phases, and is twice as slow. Here each frame is a row,
    so that neither transform copies, and no hypotenuse is computed.

    Raises:
        SetupError: The hop does not divide the window.
    """

    def __init__(self, n_fft: int, hop: int, device: str) -> None:
        if n_fft % hop:
            raise ManifestUnreadable(
                "the manifest's speech.mel",
                f"has a window of {n_fft} samples and a hop of {hop}; Griffin-Lim needs an n_fft "
                "that is a multiple of hop_length",
            )
        self._window = torch.hann_window(n_fft, device=device)
        self._hop, self._n_hops = hop, n_fft // hop

    def __call__(self, magnitudes: Tensor, phases: Tensor, steps: int) -> Tensor:
        """The wave, ((n_frames - 1) * hop,), of magnitudes and phases, (n_frames, n_bins).

        Frame i is centred on sample hop * i.
        """
        spectrum, before = torch.polar(magnitudes, phases), torch.zeros(())
        weight = self._overlapped(torch.ones_like(magnitudes[:, :1]) * self._window.square())
        weight = weight.clamp(min=QUIETEST).reciprocal_()
        for _ in range(steps):
            found = self._frames(self._wave(spectrum, weight))
            ahead = torch.sub(found, before.to(found), alpha=MOMENTUM / (1 + MOMENTUM))
            parts = torch.view_as_real(ahead)
            size = parts.square().sum(-1).add_(TINY).rsqrt_().mul_(magnitudes)
            parts.mul_(size[..., None])
            spectrum, before = ahead, found
        half = len(self._window) // 2
        return self._wave(spectrum, weight).flatten()[half : half + (len(spectrum) - 1) * self._hop]

    def _wave(self, spectrum: Tensor, weight: Tensor) -> Tensor:
        """The samples, (n_frames + n_hops - 1, hop), from half a window before the first on."""
        frames = torch.fft.irfft(spectrum, len(self._window)).mul_(self._window)
        return self._overlapped(frames).mul_(weight)

    def _overlapped(self, frames: Tensor) -> Tensor:
        n_frames = len(frames)
        hops = frames.view(n_frames, self._n_hops, self._hop)
        total = frames.new_zeros(n_frames + self._n_hops - 1, self._hop)
        for i in range(self._n_hops):
            total[i : i + n_frames] += hops[:, i]
        return total

    def _frames(self, wave: Tensor) -> Tensor:
        """The spectrum of each frame, (n_frames, n_bins) complex."""
        n_frames, n_fft = len(wave) - self._n_hops + 1, len(self._window)
        frames = wave.as_strided((n_frames, n_fft), (self._hop, 1))
        return torch.fft.rfft(frames * self._window)


class MelInverse:
    """Turns a log-mel (n_frames, n_mels) into the magnitudes (n_frames, n_bins) nearest to it.

    Multiplicative non-negative least squares. Source: Lee and Seung 2001.
    """

    def __init__(self, mel: dict[str, Any], device: str) -> None:
        from torchaudio.functional import melscale_fbanks

        rate_hz = mel["target_sample_rate"]
        self._basis = melscale_fbanks(
            mel["n_fft"] // 2 + 1, 0.0, rate_hz / 2, mel["n_mel_channels"], rate_hz
        ).to(device)  # (n_bins, n_mels)
        self._inverse = torch.linalg.pinv(self._basis)

        self._each = self._basis / self._basis.sum(0).clamp(min=QUIETEST)  # a filter's mean
        self._overlap = self._basis.sum(1).clamp(min=QUIETEST)

    def envelope(self, mel: Tensor) -> Tensor:
        """The average in the filters around each bin, plus a floor, (n_frames, n_bins)."""
        heard = mel.float().exp() @ self._each.T / self._overlap + ENVELOPE_FLOOR
        heard[:, 0], heard[:, -1] = heard[:, 1], heard[:, -2]  # no filter covers these two
        return heard

    def __call__(self, mel: Tensor, steps: int, begin: Tensor | None = None) -> Tensor:
        """The magnitudes after so many steps from ``begin`` or, without it, the pseudo-inverse."""
        target = mel.float().exp()
        found = (target @ self._inverse).clamp(min=QUIETEST) if begin is None else begin
        wanted = target @ self._basis.T
        for _ in range(steps):
            found = found * (wanted / (found @ self._basis @ self._basis.T + 1e-9))
        return found
