"""The prosody predictor's network. Imports torch: only `ProsodyPredictor` imports it, lazily."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

LOG_OFFSET_FRAMES = 0.5  # the network predicts log(frames + 0.5), as a phoneme may have 0 frames


class ProsodyNet(nn.Module):
    """Dilated residual convolutions over phonemes, given the sequence's mean and length midway.

    Nothing in it depends on an absolute position, so it takes sequences of any length.
    """

    def __init__(
        self,
        n_phonemes: int,
        width: int,
        dilations: Sequence[int],
        kernel: int,
        min_length: int,
        max_length: int,
    ) -> None:
        super().__init__()
        self.min_length, self.max_length = min_length, max_length
        self.embedding = nn.Embedding(n_phonemes, width)
        self.blocks = nn.ModuleList(_Block(width, kernel, dilation) for dilation in dilations)
        self.globe = nn.Linear(width + 1, width)
        self.n_local = len(self.blocks) // 2
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 2)

    def forward(self, phoneme_ids: Tensor, is_real: Tensor) -> tuple[Tensor, Tensor]:
        """The log(frames + 0.5) and the heights, (batch, n) each, of (batch, n) ids.

        `is_real`: (batch, n), False for padding.
        """
        mask = is_real[..., None].to(self.head.weight.dtype)
        hidden = self.embedding(phoneme_ids) * mask
        for block in self.blocks[: self.n_local]:
            hidden = block(hidden, mask)
        n_real = mask.sum(1)
        length = n_real.clamp(self.min_length, self.max_length).log() - 4.0
        summary = torch.cat([(hidden * mask).sum(1) / n_real, length], dim=-1)
        hidden = hidden + self.globe(summary)[:, None]
        for block in self.blocks[self.n_local :]:
            hidden = block(hidden, mask)
        logs, heights = self.head(self.norm(hidden)).unbind(-1)
        return logs, heights


class _Block(nn.Module):
    """Norm, dilated convolution, GELU and projection, added to the input."""

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.convolution = nn.Conv1d(
            width, width, kernel, padding=dilation * (kernel // 2), dilation=dilation
        )
        self.projection = nn.Linear(width, width)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        spread = self.convolution((self.norm(hidden) * mask).transpose(1, 2)).transpose(1, 2)
        return hidden + self.projection(functional.gelu(spread))
