"""The vectors of the speech model's tokens: each is a phoneme's vector plus a pitch's."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mini.speakers import N_PHONEMES
from wordlight.speech import N_PITCH_STEPS


class PitchedEmbedding(nn.Module):
    """Maps a token to its phoneme's vector plus its pitch's: upstream's table in two parts.

    Upstream's ids are ours plus one. Its id 0 is the filler, which has no pitch.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.phoneme = nn.Embedding(N_PHONEMES + 1, width)
        self.pitch = nn.Embedding(N_PITCH_STEPS, width)  # step 0, an unknown pitch, has no vector
        with torch.no_grad():
            self.pitch.weight.copy_(_waves(N_PITCH_STEPS, width))

    def forward(self, ids: Tensor) -> Tensor:
        """The (…, width) vectors of (…) ids."""
        step = (ids - 1).div(N_PHONEMES, rounding_mode="floor")
        phoneme = self.phoneme(ids - N_PHONEMES * step.clamp(min=0))
        return phoneme + self.pitch((step - 1).clamp(min=0)) * (step > 0)[..., None]

    @staticmethod
    def table(phoneme: Tensor, pitches: Tensor) -> Tensor:
        """The equivalent single table, (1 + 200 (1 + n_steps), width)."""
        pitched = pitches[:, None] + phoneme[1:]
        return torch.cat([phoneme, pitched.flatten(0, 1)])

    def load_table(self, table: Tensor) -> None:
        """Take phonemes and pitches from a table, or phonemes alone if it has no pitches."""
        phoneme, pitched = table[: N_PHONEMES + 1], table[N_PHONEMES + 1 :]
        with torch.no_grad():
            self.phoneme.weight.copy_(phoneme)
            if len(pitched):
                pitches = (pitched.unflatten(0, (-1, N_PHONEMES)) - phoneme[1:]).mean(1)
                self.pitch.weight.copy_(pitches)


def _waves(n_steps: int, width: int) -> Tensor:
    """(n_steps, width) sines and cosines, so that near pitches start with near vectors."""
    cycles = torch.logspace(-1, 1.2, width // 2, 2)  # 0.5 to 2.3 cycles over the whole range
    turns = 2 * math.pi * torch.linspace(0, 1, n_steps)[:, None] * cycles
    return 0.5 * torch.cat([turns.sin(), turns.cos()], dim=1)
