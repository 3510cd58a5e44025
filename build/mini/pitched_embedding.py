"""The vectors of the speech model's tokens: a phoneme's and a pitch's, added."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mini.speakers import N_PHONEMES
from wordlight.speech import N_PITCH_STEPS


class PitchedEmbedding(nn.Module):
    """Token → its phoneme's vector plus its pitch's: upstream's table, in two parts.

    Upstream's ids are one more than ours, and its 0 is the filler, which has no pitch.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.phoneme = nn.Embedding(N_PHONEMES + 1, width)
        self.pitch = nn.Embedding(N_PITCH_STEPS, width)  # step 0, none known, is no vector
        with torch.no_grad():
            self.pitch.weight.copy_(_waves(N_PITCH_STEPS, width))

    def forward(self, ids: Tensor) -> Tensor:
        """(…, width) of (…) ids."""
        step = (ids - 1).div(N_PHONEMES, rounding_mode="floor")
        phoneme = self.phoneme(ids - N_PHONEMES * step.clamp(min=0))
        return phoneme + self.pitch((step - 1).clamp(min=0)) * (step > 0)[..., None]

    @staticmethod
    def table(phoneme: Tensor, pitches: Tensor) -> Tensor:
        """The (1 + 200 (1 + n_steps), width) table that does the same."""
        pitched = pitches[:, None] + phoneme[1:]
        return torch.cat([phoneme, pitched.flatten(0, 1)])

    def load_table(self, table: Tensor) -> None:
        """Take a table apart; of one without pitches, the phonemes."""
        phoneme, pitched = table[: N_PHONEMES + 1], table[N_PHONEMES + 1 :]
        with torch.no_grad():
            self.phoneme.weight.copy_(phoneme)
            if len(pitched):
                pitches = (pitched.unflatten(0, (-1, N_PHONEMES)) - phoneme[1:]).mean(1)
                self.pitch.weight.copy_(pitches)


def _waves(n_steps: int, width: int) -> Tensor:
    """(n_steps, width) sines and cosines: near pitches have near vectors from the start."""
    cycles = torch.logspace(-1, 1.2, width // 2, 2)  # over the whole range: half of one to 2.3
    turns = 2 * math.pi * torch.linspace(0, 1, n_steps)[:, None] * cycles
    return 0.5 * torch.cat([turns.sin(), turns.cos()], dim=1)
