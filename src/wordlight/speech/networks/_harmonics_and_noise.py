"""The spectrum of a small Vocos: magnitudes and phases that it predicts, and noise for the rest.

A mel shows where energy lies, but not how it is spread over the bins. The magnitudes of a hiss, for
example, have a Rayleigh distribution, of which the mel shows only the mean. A network that predicts
one magnitude predicts this mean; Griffin-Lim then looks for a wave with a spectrum that no wave
has, and the result buzzes. So this head predicts a magnitude, a phase and a deviation for each bin,
and noise is drawn with that deviation. Magnitudes and deviations are relative to the mel's
envelope, so that levels need not be learned.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d

from wordlight.speech.networks._griffin_lim import GriffinLim, MelInverse

LOUDEST = 1e2  # the largest magnitude of Vocos's own head
LOUDEST_LOG, QUIETEST_NOISE_LOG = 5.0, -3.5
"""Limits of logarithms, relative to the envelope. Without one, a deviation would go to zero in
silence."""


class Parts(NamedTuple):
    """Log magnitudes, phases, and log deviations: (B, n_bins, n_frames) each.

    A deviation applies to the real and to the imaginary part.
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
        """The parts for the backbone's features, (B, n_frames, dim)."""
        logs, phases, noise_logs = self.out(features).transpose(1, 2).chunk(3, dim=1)
        return Parts(
            logs.clamp(max=LOUDEST_LOG),
            phases,
            noise_logs.clamp(QUIETEST_NOISE_LOG, LOUDEST_LOG),
        )


class Speaking:
    """Turns a mel and the parts predicted for it into a wave, which is the same each time.

    ``mel`` is the manifest's table. Magnitudes are brought nearer to the mel. Griffin-Lim then runs
    for ``phase_steps``, from the predicted phases.
    """

    MEL_STEPS = 3
    NOISE_SHARE = 0.5
    """The share of the predicted deviation that is used, because less noise sounds clearer."""
    SHARPENING, NEIGHBOURS = 0.2, 5
    """A sampled mel is smoother than a recording's. So each band is moved a little away from the
    mean of the bands around it, for the magnitudes only."""

    def __init__(self, mel: dict[str, Any], device: str, phase_steps: int) -> None:
        self._inverse = MelInverse(mel, device)
        self._griffin_lim = GriffinLim(mel["n_fft"], mel["hop_length"], device)
        self._window = torch.hann_window(mel["n_fft"], device=device)
        self._hop, self._phase_steps, self._device = mel["hop_length"], phase_steps, device

    def __call__(self, mel: Tensor, parts: Parts) -> Tensor:
        """The wave, ((n_frames - 1) * hop,), of a log-mel (n_frames, n_mels) and its parts.

        The parts are those of one row: B is 1.
        """
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
        """The spectrum of white noise, (n_frames, n_bins), with real and imaginary deviation 1.

        All frames are cut from one noise, so that neighbouring frames fit.
        """
        generator = torch.Generator().manual_seed(0)
        wave = torch.randn(n_frames * self._hop, generator=generator).to(self._device)
        n_fft = len(self._window)
        spectrum = torch.stft(
            wave, n_fft, self._hop, window=self._window, pad_mode="constant", return_complex=True
        )
        return spectrum.T[:n_frames] * (2 / self._window.square().sum()).sqrt()
