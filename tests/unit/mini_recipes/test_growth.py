"""A grown network computes the same as its original, and can learn in its new parts."""

from __future__ import annotations

import pytest
import torch
from f5_tts.model import DiT
from mini.growth import grown
from torch import Tensor

WIDTHS = {"dim": 64, "heads": 1, "mel_dim": 20, "text_num_embeds": 30, "text_dim": 16}


def network(depth: int, ff_mult: int, seed: int) -> DiT:
    """A small DiT whose closed gates and zeroed ends are opened, as training would."""
    torch.manual_seed(seed)
    net = DiT(depth=depth, ff_mult=ff_mult, dropout=0.0, conv_layers=1, **WIDTHS)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return net.eval()


def flow(net: DiT) -> Tensor:
    draw = torch.manual_seed(7)
    mel = torch.randn(2, 40, 20, generator=draw)
    text = torch.randint(0, 30, (2, 40), generator=draw)
    return net(mel, 0.5 * mel, text, torch.tensor([0.2, 0.9]))


@pytest.mark.parametrize(("depth", "ff_mult"), [(3, 2), (5, 2), (3, 4), (6, 3)])
def test_the_grown_network_computes_the_same(depth: int, ff_mult: int) -> None:
    small, large = network(3, 2, seed=0), network(depth, ff_mult, seed=1)

    large.load_state_dict(grown(small.state_dict(), large.state_dict()))

    torch.testing.assert_close(flow(large), flow(small), atol=1e-5, rtol=1e-5)


def test_every_new_block_and_unit_can_learn() -> None:
    small, large = network(3, 2, seed=0), network(6, 4, seed=1)
    large.load_state_dict(grown(small.state_dict(), large.state_dict()))

    flow(large).square().sum().backward()

    for block in large.transformer_blocks:
        gates = block.attn_norm.linear.weight.grad.chunk(6)
        assert gates[2].abs().sum() > 0
        assert gates[5].abs().sum() > 0
    wide = large.transformer_blocks[0].ff.ff[2].weight.grad
    assert (wide[:, 2 * WIDTHS["dim"] :].abs().sum(0) > 0).all()


def test_a_smaller_network_takes_nothing() -> None:
    with pytest.raises(ValueError, match="4 blocks do not fit into 3"):
        grown(network(4, 2, 0).state_dict(), network(3, 2, 1).state_dict())


def test_another_width_is_named() -> None:
    other = DiT(depth=3, ff_mult=2, **(WIDTHS | {"text_dim": 24}))

    with pytest.raises(ValueError, match=r"text_embed\S+ is \(31, 16\), wanted \(31, 24\)"):
        grown(network(3, 2, 0).state_dict(), other.state_dict())
