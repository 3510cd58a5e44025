"""What the small vocoder is judged by: distances between spectra, and slim discriminators.

The discriminators hear complex spectra, and the wave folded by periods. Sources: Vocos (arXiv
2306.00814) for the spectra, HiFi-GAN (arXiv 2010.05646) for the periods. Fewer channels than
theirs, spectra whose magnitudes are compressed so that the high bins count, and no discriminator
on a narrow band of its own: for training on a CPU.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pad
from torch.nn.utils.parametrizations import weight_norm
from torch.optim import Optimizer

from mini.mel import FFT_SAMPLES, LOG_FLOOR, SPEECH_RMS, mel_basis

TINY = 1e-9
SLOPE = 0.1
GAIN, LAST_GAIN = 2**0.5, 0.3  # length of an output channel's weights to begin with
COMPRESSION_FLOOR, COMPRESSION = 1e-4, 0.35  # |z| becomes about |z| ** 0.3


@dataclass(frozen=True, slots=True)
class Losses:
    """Resolutions, and the weight of each loss."""

    resolutions: Sequence[int]
    turn_resolutions: Sequence[int]
    floor: float
    mel: float
    log_magnitude: float
    magnitude: float
    turn: float
    adversarial: float
    features: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Learning rates over the time given, and the weights' average."""

    adversarial_from: float
    ramp_steps: int
    peak_rate: float
    adversary_rate: float
    last_rate_share: float
    warm_up_steps: int
    betas: tuple[float, float]
    weight_decay: float
    largest_norm: float
    average_decay: float

    def optimizer(self, net: nn.Module) -> Optimizer:
        """AdamW, its rate yet to be set."""
        return torch.optim.AdamW(
            net.parameters(), betas=self.betas, weight_decay=self.weight_decay, fused=True
        )

    def set_rates(self, vocoder: Optimizer, adversary: Optimizer, step: int, done: float) -> None:
        """Set both learning rates; `done` is the share of the time that is over."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        share = cosine * (1 - self.last_rate_share) + self.last_rate_share
        warm = min(1.0, (step + 1) / self.warm_up_steps)
        for group in vocoder.param_groups:
            group["lr"] = self.peak_rate * warm * share
        for group in adversary.param_groups:
            group["lr"] = self.adversary_rate * share


def spectra(waves: Tensor, n_fft: int) -> Tensor:
    """(B, n_bins, n_frames) complex, hop a quarter of the window."""
    window = torch.hann_window(n_fft, device=waves.device)
    return torch.stft(waves, n_fft, n_fft // 4, window=window, return_complex=True)


def log_mels(magnitudes: Tensor) -> Tensor:
    """(B, 100, n_frames): `mini.mel.log_mel` from magnitudes (B, 513, n_frames)."""
    return (mel_basis().to(magnitudes.device) @ magnitudes).clamp(min=LOG_FLOOR).log()


def spectral_losses(fake: Tensor, real: Tensor, losses: Losses) -> dict[str, Tensor]:
    """Distances between (B, n_samples) waves, each the mean over its resolutions.

    `mel`: of log-mels. `log_magnitude`: above a floor. `magnitude`: relative to the mean one.
    """
    found: dict[str, list[Tensor]] = {}
    for n_fft in losses.resolutions:
        heard, wanted = spectra(fake, n_fft), spectra(real, n_fft)
        scale = (8 / (3 * n_fft)) ** 0.5  # of the window: white noise keeps its level
        magnitude = (heard.real.square() + heard.imag.square() + TINY).sqrt()
        target = wanted.abs()
        logs = [(m * scale + losses.floor).log() for m in (magnitude, target)]
        found.setdefault("log_magnitude", []).append((logs[0] - logs[1]).abs().mean())
        found.setdefault("magnitude", []).append(
            (magnitude - target).abs().mean() / (target.mean() + TINY)
        )
        if n_fft == FFT_SAMPLES:
            mels = (log_mels(magnitude), log_mels(target))
            found["mel"] = [(mels[0] - mels[1]).abs().mean()]
        if n_fft in losses.turn_resolutions:
            found.setdefault("turn", []).append(turn_loss(heard, wanted))
    return {name: torch.stack(each).mean() for name, each in found.items()}


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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one discriminator says of a batch, and the features (B, C, …) it says it by."""

    scores: Tensor
    features: list[Tensor]


class SpectrumDiscriminator(nn.Module):
    """Convolutions over the complex spectrum of one resolution, as an image of two channels."""

    def __init__(self, n_fft: int, channels: int) -> None:
        super().__init__()
        self.n_fft = n_fft
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(n_inputs, channels, kernel, (1, stride), padding))
            for n_inputs, kernel, stride, padding in (
                (2, (3, 9), 4, (1, 4)),
                (channels, (3, 9), 2, (1, 4)),
                (channels, (3, 9), 2, (1, 4)),
                (channels, (3, 9), 2, (1, 4)),
                (channels, (3, 3), 1, (1, 1)),
            )
        )
        self.last = weight_norm(nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, wave: Tensor) -> Judgement:
        """The judgement of (B, n_samples) waves."""
        return _judge(compressed_spectrum(wave, self.n_fft), self.layers, self.last)


class PeriodDiscriminator(nn.Module):
    """Convolutions over every `period`-th sample."""

    def __init__(self, period: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.period = period
        strides = [3] * (len(channels) - 1) + [1]
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(n_inputs, n_outputs, (5, 1), (stride, 1), (2, 0)))
            for n_inputs, n_outputs, stride in zip(
                (1, *channels[:-1]), channels, strides, strict=True
            )
        )
        self.last = weight_norm(nn.Conv2d(channels[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, wave: Tensor) -> Judgement:
        """The judgement of (B, n_samples) waves."""
        wave = pad(wave / SPEECH_RMS, (0, -wave.shape[-1] % self.period), "reflect")
        return _judge(wave.unflatten(1, (1, -1, self.period)), self.layers, self.last)


class Discriminators(nn.Module):
    """All of them."""

    def __init__(
        self,
        resolutions: Sequence[int],
        channels: int,
        periods: Sequence[int],
        period_channels: Sequence[int],
    ) -> None:
        super().__init__()
        self.all = nn.ModuleList(
            [
                *(SpectrumDiscriminator(n_fft, channels) for n_fft in resolutions),
                *(PeriodDiscriminator(period, period_channels) for period in periods),
            ]
        ).to(memory_format=torch.channels_last)
        for each in self.all:
            for layer in (*each.layers, each.last):  # or the signal would fade, layer by layer
                gain = LAST_GAIN if layer is each.last else GAIN
                nn.init.constant_(layer.parametrizations.weight.original0, gain)

    def forward(self, wave: Tensor) -> list[Judgement]:
        """Their judgements of (B, n_samples) waves."""
        with torch.autocast(wave.device.type, torch.bfloat16):
            return [each(wave) for each in self.all]


class Adversary:
    """The discriminators and how they are taught."""

    def __init__(self, net: Discriminators, pace: Pace) -> None:
        self.net, self.optimizer = net, pace.optimizer(net)
        self._largest_norm = pace.largest_norm

    def judge(self, fake: Tensor, real: Tensor, losses: Losses) -> dict[str, Tensor]:
        """Learn to tell (B, n_samples) waves apart, and put into `fake.grad` how to fool it.

        Both come from one judgement, made before the update: a third less to compute.
        """
        of_real, of_fake = self.net(real), self.net(fake)
        told_apart = discriminators_loss(of_real, of_fake)
        fooled, apart = generator_losses(of_real, of_fake)
        wanted = losses.adversarial * fooled + losses.features * apart
        fake.grad = torch.autograd.grad(wanted, fake, retain_graph=True)[0]
        parameters = list(self.net.parameters())
        gradients = torch.autograd.grad(told_apart, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(parameters, self._largest_norm)
        self.optimizer.step()
        return {"told_apart": told_apart, "adversarial": fooled, "features": apart}


def compressed_spectrum(wave: Tensor, n_fft: int) -> Tensor:
    """(B, 2, n_frames, n_bins) real and imaginary parts."""
    parts = torch.view_as_real(spectra(wave, n_fft))
    scale = (parts.square().sum(-1, keepdim=True) + COMPRESSION_FLOOR) ** -COMPRESSION
    return (parts * scale).permute(0, 3, 2, 1)


def _judge(x: Tensor, layers: nn.ModuleList, last: nn.Module) -> Judgement:
    x = x.contiguous(memory_format=torch.channels_last)
    features = []
    for layer in layers:
        x = leaky_relu(layer(x), SLOPE)
        features.append(x)
    return Judgement(last(x).float(), features)


def discriminators_loss(real: Sequence[Judgement], fake: Sequence[Judgement]) -> Tensor:
    """Least squares: 1 for the real, 0 for the fake; the mean over the discriminators."""
    each = [
        (1 - r.scores).square().mean() + f.scores.square().mean()
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(each).mean()


def generator_losses(real: Sequence[Judgement], fake: Sequence[Judgement]) -> tuple[Tensor, Tensor]:
    """How far from 1 the fake is thought, and how far its features are from the real ones.

    Features are compared relative to the size of the real ones, so that every layer counts alike.
    """
    fooled = torch.stack([(1 - f.scores).square().mean() for f in fake]).mean()
    apart = [
        (wanted.detach() - found).abs().mean() / (wanted.detach().abs().mean() + TINY)
        for r, f in zip(real, fake, strict=True)
        for wanted, found in zip(r.features, f.features, strict=True)
    ]
    return fooled, torch.stack(apart).mean()
