"""Weights packed into int8, and read again."""

import pytest
import torch
from torch import Tensor

from wordlight.speech.networks import packed, unpacked


def first(_: str, value: Tensor) -> int | None:
    return 0 if value.is_floating_point() and value.dim() > 1 else None


@pytest.fixture
def weights() -> dict[str, Tensor]:
    torch.manual_seed(0)
    loudness = torch.logspace(-3, 2, 16)[:, None]
    return {
        "block.weight": (loudness * torch.randn(16, 32)).half(),
        "kernel.weight": torch.randn(8, 4, 3),
        "block.bias": torch.randn(16).half(),
        "count": torch.tensor(7),
    }


def test_each_channel_is_off_by_half_its_own_step_at_most(weights: dict[str, Tensor]) -> None:
    again = unpacked(packed(weights, first))

    assert again.keys() == weights.keys()
    for name in ("block.weight", "kernel.weight"):
        rows, found = weights[name].float().flatten(1), again[name].flatten(1)
        step = rows.abs().amax(1) / 127
        away = (found - rows).abs().amax(1)
        assert (away <= 0.501 * step).all(), name
        assert (away > 0.2 * step).any(), name


def test_what_has_no_channels_stays_as_it_is(weights: dict[str, Tensor]) -> None:
    file = packed(weights, first)

    assert torch.equal(file["block.bias"], weights["block.bias"])
    assert torch.equal(file["count"], weights["count"])
    assert torch.equal(unpacked(file)["block.bias"], weights["block.bias"].float())


def test_weights_that_were_never_packed_are_read_as_they_are(weights: dict[str, Tensor]) -> None:
    for name, value in unpacked(weights).items():
        assert torch.equal(value, weights[name].float()), name
        assert value.dtype == torch.float32


def test_a_silent_channel_stays_silent(weights: dict[str, Tensor]) -> None:
    weights["block.weight"][3] = 0

    assert (unpacked(packed(weights, first))["block.weight"][3] == 0).all()
