"""What the prosody predictor is taught: paces, registers, and scales that come out right."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mini.clips import Clip
from mini.prosody import registers_of, scales, utterances
from torch import Tensor, nn

HZ = 24_000


def clip(voice: str, hz: float, seconds: float = 1.0) -> Clip:
    """A buzz between two pads, said to be three phonemes of equal length."""
    n = round(seconds * HZ)
    phase = 2 * np.pi * np.cumsum(np.full(n, hz)) / HZ
    buzz = sum(np.sin(k * phase) / k for k in range(1, 11))
    edges = np.linspace(0, n, 6).round().astype(np.int32)
    wave = np.round(9_000 * np.asarray(buzz) / 2).astype(np.int16)
    return Clip("so", voice, False, False, wave, np.array([0, 20, 21, 22, 0], np.uint8), edges)


def test_a_voice_is_known_by_the_mean_and_spread_of_its_sounds() -> None:
    clips = [clip("a", 100), clip("a", 110), clip("b", 200)]
    pitches = [np.log2([50.0, hz, hz, hz, 50.0]) for hz in (100, 110, 200)]

    registers = registers_of(clips, pitches)

    mean, spread = registers["a"]
    assert 2**mean == pytest.approx(np.sqrt(100 * 110))
    assert spread == pytest.approx(np.log2(1.1) / 2)
    assert registers["b"] == pytest.approx((np.log2(200), 0))


def test_utterances_are_told_in_the_voices_own_pace_and_register() -> None:
    low, high, slow = clip("a", 100), clip("a", 110), clip("b", 200, seconds=2.0)

    first, second, third, _ = utterances([low, high, slow, clip("b", 220, seconds=2.0)])

    assert first.heights[1:4].tolist() == pytest.approx([-1, -1, -1], abs=0.1)
    assert second.heights[1:4].tolist() == pytest.approx([1, 1, 1], abs=0.1)
    assert float(third.frames.sum()) == pytest.approx(float(first.frames.sum()), rel=0.05)


class Halves(nn.Module):
    """Tells every phoneme half its frames and half its height."""

    def __init__(self, frames: Tensor, heights: Tensor) -> None:
        super().__init__()
        self.logs = (frames / 2 + 0.5).log()[None]
        self.heights = heights[None] / 2

    def forward(self, ids: Tensor, is_real: Tensor) -> tuple[Tensor, Tensor]:
        return self.logs, self.heights


def test_scales_make_lengths_and_spread_come_out_right() -> None:
    one, *_ = utterances([clip("a", 100), clip("a", 120)])
    heights = torch.tensor([0.0, -1.0, 0.5, 2.0, 0.0])
    told = type(one)(one.ids, one.frames, heights)

    assert scales(Halves(told.frames, heights), [told]) == pytest.approx((2.0, 2.0), rel=1e-4)
