"""A small Vocos's spectrum: what it is sure of, and noise where it is not.

A mel tells where energy lies, not how it is spread over the bins: the magnitudes of a hiss are
Rayleigh's, and to know their mean is not to have them. A network that may only say one magnitude
says the mean; Griffin-Lim then finds a wave for a spectrum that no wave has, and it buzzes. So
this head says a magnitude, a phase and a deviation for each bin, and noise is drawn for the last.
All are relative to the envelope that the mel has, so that levels need not be learned.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d

from wordlight.speech.networks._griffin_lim import GriffinLim, MelInverse

LOUDEST = 1e2  # magnitude at which Vocos's own head stops
LOUDEST_LOG, QUIETEST_NOISE_LOG = 5.0, -3.5
"""Relative to the envelope. Without a limit a deviation of silence would go to zero."""


class Parts(NamedTuple):
    """Logs of magnitudes, phases, logs of deviations: (B, n_bins, n_frames) each.

    The deviation is that of the real and of the imaginary part.
    """

    logs: Tensor
    phases: Tensor
    noise_logs: Tensor


class HarmonicsAndNoise(nn.Module):
    """The head that a small Vocos's ``config.yaml`` names."""

    def __init__(self, dim: int, n_fft: int) -> None:
        super().__init__()
        self.out = nn.Linear(dim, 3 * (n_fft // 2 + 1))

    def forward(self, features: Tensor) -> Parts:
        """The parts for (B, n_frames, dim) of the backbone."""
        logs, phases, noise_logs = self.out(features).transpose(1, 2).chunk(3, dim=1)
        return Parts(
            logs.clamp(max=LOUDEST_LOG),
            phases,
            noise_logs.clamp(QUIETEST_NOISE_LOG, LOUDEST_LOG),
        )


class Speaking:
    """Parts and the mel they are said of → a wave; the same each time.

    ``mel`` is the manifest's table. Magnitudes are brought nearer to the mel, then Griffin-Lim
    begins with the phases said, for ``phase_steps``.
    """

    MEL_STEPS = 3
    NOISE_SHARE = 0.5
    """Of the deviation said: less sounds clearer."""
    SHARPENING, NEIGHBOURS = 0.2, 5
    """A sampled mel is smoother than a recording's: it is taken a little farther from the mean of
    its neighbouring bands, for the levels alone."""

    def __init__(self, mel: dict[str, Any], device: str, phase_steps: int) -> None:
        self._inverse = MelInverse(mel, device)
        self._griffin_lim = GriffinLim(mel["n_fft"], mel["hop_length"], device)
        self._window = torch.hann_window(mel["n_fft"], device=device)
        self._hop, self._phase_steps, self._device = mel["hop_length"], phase_steps, device

    def __call__(self, mel: Tensor, parts: Parts) -> Tensor:
        """((n_frames - 1) * hop,) of a log-mel (n_frames, n_mels) and the parts of one row."""
        logs, phases, noise_logs = (part[0].T for part in parts)
        noise = self.NOISE_SHARE * noise_logs.exp() * self._noise(len(mel))
        spectrum = torch.polar(logs.exp(), phases) + noise
        magnitudes = (spectrum.abs() * self._inverse.envelope(mel)).clamp(max=LOUDEST)
        magnitudes = self._inverse(self._sharpened(mel), self.MEL_STEPS, magnitudes)
        return self._griffin_lim(magnitudes, spectrum.angle(), self._phase_steps)

    def _sharpened(self, mel: Tensor) -> Tensor:
        around = avg_pool1d(
            mel[None], self.NEIGHBOURS, 1, self.NEIGHBOURS // 2, count_include_pad=False
        )
        return mel + self.SHARPENING * (mel - around[0])

    def _noise(self, n_frames: int) -> Tensor:
        """(n_frames, n_bins) of one white noise, so that neighbours fit: real and imaginary
        deviation 1."""
        generator = torch.Generator().manual_seed(0)
        wave = torch.randn(n_frames * self._hop, generator=generator).to(self._device)
        n_fft = len(self._window)
        spectrum = torch.stft(
            wave, n_fft, self._hop, window=self._window, pad_mode="constant", return_complex=True
        )
        return spectrum.T[:n_frames] * (2 / self._window.square().sum()).sqrt()
