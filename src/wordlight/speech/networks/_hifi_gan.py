"""HiFi-GAN for F5-TTS's mels, which it converts to the mels that it was trained on.

Source: Kong et al. 2020 (arXiv 2010.05646). The layers have two dimensions, (1, n), with
channels last, because oneDNN runs those 2.4 times as fast on a CPU. oneDNN also activates and adds
while it convolves, by the operators that torch's own compiler uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, prod

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

SLOPE, LAST_SLOPE = 0.1, 0.01
RATE_HZ, N_MELS, N_BINS = 24_000, 100, 513
AUTHORS_HZ, AUTHORS_MELS, AUTHORS_HIGHEST_HZ = 22_050, 80, 8_000.0
FLOOR, TINY = 1e-5, 1e-8
ENDS_SIZE = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's sizes, as in `config.json`.

    `kernel_sizes` are those of each stage's residual blocks; each stage halves the `channels`.
    """

    channels: int
    rates: Sequence[int]
    kernel_sizes: Sequence[Sequence[int]]
    dilations: Sequence[int]

    @property
    def hop_samples(self) -> int:
        """Samples for each mel frame."""
        return prod(self.rates)

    def reach_frames(self, first_stage: int) -> int:
        """Frames on either side on which a sample depends, counted from a stage's input."""
        frames = (ENDS_SIZE // 2) / self.hop_samples
        if first_stage == 0:
            frames += ENDS_SIZE // 2
        for stage in range(first_stage, len(self.rates)):
            block = max(self.kernel_sizes[stage]) // 2 * sum(d + 1 for d in self.dilations)
            frames += 1 / prod(self.rates[:stage]) + block / prod(self.rates[: stage + 1])
        return ceil(frames)


class Stages(nn.Module):
    """HiFi-GAN without its last layer: (B, n_mels, n_frames) → (B, channels, 1, n_samples).

    Every stage multiplies the rate, halves the channels, and takes the mean of residual blocks with
    several kernel sizes.
    """

    def __init__(
        self,
        n_mels: int,
        channels: int,
        rates: Sequence[int],
        kernel_sizes: Sequence[Sequence[int]],
        dilations: Sequence[int],
    ) -> None:
        super().__init__()
        self.conv_pre = _conv(n_mels, channels, ENDS_SIZE)
        widths = [channels // 2**stage for stage in range(len(rates) + 1)]
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(wide, narrow, (1, 2 * rate), (1, rate), (0, rate // 2))
            for (wide, narrow), rate in zip(pairwise(widths), rates, strict=True)
        )
        self.resblocks = nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, size, dilations) for size in sizes)
            for width, sizes in zip(widths[1:], kernel_sizes, strict=True)
        )

    def forward(self, mel: Tensor, cropped_frames: int = 0) -> Tensor:
        """The last stage's result for a log-mel, without ``cropped_frames`` at either end.

        Only the first stage sees those frames, because it looks further than the later ones.
        """
        hidden = self.conv_pre(mel.unsqueeze(2).contiguous(memory_format=torch.channels_last))
        for number, (up, blocks) in enumerate(zip(self.ups, self.resblocks, strict=True)):
            hidden = up(leaky_relu(hidden, SLOPE, inplace=True))
            active = leaky_relu(hidden, SLOPE)
            mean = blocks[0](hidden, active)
            for n_before, block in enumerate(blocks[1:], 1):
                mean.lerp_(block(hidden, active), 1 / (n_before + 1))
            edge = 0 if number else cropped_frames * up.stride[1]
            hidden = mean[..., edge : mean.shape[-1] - edge]
        return hidden


class ResidualBlock(nn.Module):
    """Pairs of convolutions, of which the first is dilated. Each pair is added to its input."""

    def __init__(self, channels: int, kernel_size: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(
            _conv(channels, channels, kernel_size, dilation) for dilation in dilations
        )
        self.convs2 = nn.ModuleList(_conv(channels, channels, kernel_size) for _ in dilations)

    def forward(self, hidden: Tensor, active: Tensor) -> Tensor:
        """The result, in the shape of `hidden`. `active`: `hidden` after the leaky ReLU."""
        total = hidden.clone(memory_format=torch.channels_last)
        for number, (dilated, plain) in enumerate(zip(self.convs1, self.convs2, strict=True)):
            heard = leaky_relu(total, SLOPE) if number else active
            total = _plus_convolved(total, plain, _convolved_active(dilated, heard))
        return total


class HifiGan(nn.Module):
    """Turns log-mels of 24 kHz, (B, 100, n_frames), into (B, n_frames * hop_samples) float32 waves.

    Frame i is centred on sample `hop_samples * i + hop_samples // 2`. `stages` may be in bfloat16;
    the layers before and after them are always in float32, since samples in bfloat16 would hiss.

    The authors' weights take 80 mels of 22.05 kHz. Sound of 24 kHz is presented as if it were
    slower, at 22.05 kHz. The hop in samples is the same, so the waves have 24 kHz again, with
    nothing above 8.7 kHz.
    """

    spectrum: Tensor
    authors_mels: Tensor

    def __init__(self, shape: Shape) -> None:
        from torchaudio.functional import melscale_fbanks

        super().__init__()
        self.shape = shape
        self.stages = Stages(
            AUTHORS_MELS, shape.channels, shape.rates, shape.kernel_sizes, shape.dilations
        )
        self.conv_post = _conv(shape.channels // 2 ** len(shape.rates), 1, ENDS_SIZE)
        ours = melscale_fbanks(N_BINS, 0.0, RATE_HZ / 2, N_MELS, RATE_HZ).T
        theirs = melscale_fbanks(
            N_BINS,
            0.0,
            AUTHORS_HIGHEST_HZ,
            AUTHORS_MELS,
            AUTHORS_HZ,
            norm="slaney",
            mel_scale="slaney",
        ).T
        self.register_buffer("spectrum", torch.linalg.pinv(ours), persistent=False)
        self.register_buffer("authors_mels", theirs.contiguous(), persistent=False)

    def forward(self, mel: Tensor, margin_frames: int = 0) -> Tensor:
        """The waves without those of ``margin_frames`` at either end, which are only context."""
        kept = min(margin_frames, self.shape.reach_frames(1))
        waves = self.head(self.stages(self.front(mel), margin_frames - kept))
        edge = kept * self.shape.hop_samples
        return waves[:, edge : waves.shape[1] - edge]

    def prepare(self, n_frames: int) -> None:
        """Lays out the residual blocks' weights as oneDNN needs them for mels of about that length.

        Otherwise oneDNN would do so in each call. Afterwards there are no gradients.
        """
        n_samples = n_frames
        for rate, blocks in zip(self.shape.rates, self.stages.resblocks, strict=True):
            n_samples *= rate
            for block in blocks:
                for conv in (*block.convs1, *block.convs2):
                    _lay_out(conv, n_samples)

    def front(self, mel: Tensor) -> Tensor:
        """The authors' log-mels, (B, 80, n_frames), estimated from ours.

        Negative magnitudes in between are clamped, or high voices suffer. Copies of six clips had
        distillMOS 4.38 with clamping, 4.19 without, 4.36 by non-negative least squares instead.
        """
        magnitudes = (self.spectrum @ mel.float().exp()).clamp(min=TINY)
        found = (self.authors_mels @ magnitudes).clamp(min=FLOOR).log()
        return found.to(self.stages.conv_pre.weight.dtype)

    def head(self, hidden: Tensor) -> Tensor:
        """The waves for the result of the stages."""
        waves: Tensor = self.conv_post(leaky_relu(hidden.float(), LAST_SLOPE))
        return waves.tanh().flatten(1)


def channel_of(name: str, value: Tensor) -> int | None:
    """For `packed`: the dimension of a kernel's output channels; None for small tensors."""
    if value.dim() < 4:
        return None
    return 1 if ".ups." in name else 0


def _convolved_active(conv: nn.Conv2d, hidden: Tensor) -> Tensor:
    """The leaky ReLU of a convolution; on a CPU, oneDNN applies it while it convolves."""
    if not _is_fused(hidden):
        return leaky_relu(conv(hidden), SLOPE, inplace=True)
    active: Tensor = torch.ops.mkldnn._convolution_pointwise(
        hidden,
        conv.weight,
        conv.bias,
        conv.padding,
        conv.stride,
        conv.dilation,
        conv.groups,
        "leaky_relu",
        [SLOPE],
        "",
    )
    return active


def _plus_convolved(total: Tensor, conv: nn.Conv2d, hidden: Tensor) -> Tensor:
    """`total` plus a convolution; on a CPU, oneDNN adds into `total` while it convolves."""
    if not _is_fused(hidden):
        added: Tensor = conv(hidden).add_(total)
        return added
    torch.ops.mkldnn._convolution_pointwise_(
        total,
        hidden,
        conv.weight,
        conv.bias,
        conv.padding,
        conv.stride,
        conv.dilation,
        conv.groups,
        "add",
        1.0,
        None,
        [],
        None,
    )
    return total


def _lay_out(conv: nn.Conv2d, n_samples: int) -> None:
    laid_out = torch.ops.mkldnn._reorder_convolution_weight(
        conv.weight.detach(),
        conv.padding,
        conv.stride,
        conv.dilation,
        conv.groups,
        (1, conv.in_channels, 1, n_samples),
    )
    conv.weight = nn.Parameter(laid_out, requires_grad=False)


def _is_fused(hidden: Tensor) -> bool:
    """Whether oneDNN can fuse the operation; it computes no gradients."""
    is_known = hidden.device.type == "cpu" and hidden.dtype in (torch.float32, torch.bfloat16)
    return is_known and torch.backends.mkldnn.is_available() and not torch.is_grad_enabled()


def _conv(n_inputs: int, n_outputs: int, size: int, dilation: int = 1) -> nn.Conv2d:
    padding = dilation * (size - 1) // 2
    return nn.Conv2d(n_inputs, n_outputs, (1, size), 1, (0, padding), (1, dilation))
