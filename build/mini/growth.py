"""Puts a trained DiT's weights into a deeper and wider one, which computes the same at first.

Each new block is a copy of the block before it, with its gates closed. A block with closed gates is
the identity (adaLN-Zero, arXiv 2212.09748). The new part of a feed-forward layer starts with random
input weights and with output weights of zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

BLOCK = re.compile(r"(.*transformer_blocks\.)(\d+)\.(.*)")
GATES = (2, 5)
"""The gates' places in a block's modulation: (shift, scale, gate) of attention, then of the
feed-forward layer."""


def grown(weights: Mapping[str, Tensor], new: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights in the shapes of `new`, the untrained `state_dict` of a network at least as deep.

    Raises:
        ValueError: The old network does not fit into the new one.
    """
    old_depth, depth = _depth(weights), _depth(new)
    if not old_depth <= depth:
        raise ValueError(f"{old_depth} blocks do not fit into {depth}")
    found = {}
    for name, fresh in new.items():
        block = BLOCK.match(name)
        source, is_copy = name, False
        if block:
            index = int(block[2])
            origin = index * old_depth // depth
            is_copy = index > 0 and (index - 1) * old_depth // depth == origin
            source = f"{block[1]}{origin}.{block[3]}"
        if source in weights:
            found[name] = _widened(name, weights[source], fresh)
        if is_copy and "attn_norm.linear" in name:
            for gate in GATES:
                found[name].chunk(6)[gate].zero_()
    return found


def _depth(weights: Mapping[str, Tensor]) -> int:
    return 1 + max(int(match[2]) for name in weights if (match := BLOCK.match(name)))


def _widened(name: str, old: Tensor, fresh: Tensor) -> Tensor:
    """The fresh weight with the old one in its corner. Its columns beyond the old ones are zero."""
    if old.shape == fresh.shape:
        return old.clone()
    if ".ff.ff." not in name or any(a > b for a, b in zip(old.shape, fresh.shape, strict=True)):
        raise ValueError(f"{name} is {tuple(old.shape)}, wanted {tuple(fresh.shape)}")
    wide = fresh.detach().clone()
    if old.ndim == 2:
        wide[:, old.shape[1] :] = 0
    wide[tuple(slice(n) for n in old.shape)] = old
    return wide
