"""Packs weights into a quarter of their size: int8, with a scale for each channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

SCALE = ".scale"
LARGEST_INT8 = 127
SMALLEST_SCALE = 1e-12


def packed(
    weights: Mapping[str, Tensor], channel_of: Callable[[str, Tensor], int | None]
) -> dict[str, Tensor]:
    """Weights for a file: int8, with float32 scales of the channels under the name + ``.scale``.

    ``channel_of`` maps a name and its value to the dimension of its channels, or to None if the
    value must stay as it is.
    """
    found = {}
    for name, value in weights.items():
        channel = channel_of(name, value)
        if channel is None:
            found[name] = value.contiguous()
            continue
        others = [dim for dim in range(value.dim()) if dim != channel]
        largest = value.float().abs().amax(others, keepdim=True)
        scale = largest.clamp(min=SMALLEST_SCALE) / LARGEST_INT8
        found[name] = (value.float() / scale).round().to(torch.int8).contiguous()
        found[name + SCALE] = scale.contiguous()
    return found


def unpacked(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights in float32, whether they were ``packed`` or not."""
    return {
        name: value.float() * weights[name + SCALE] if name + SCALE in weights else value.float()
        for name, value in weights.items()
        if not name.endswith(SCALE)
    }
