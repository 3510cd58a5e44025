"""HiFi-GAN's own weights, weight norm and all, become the network that is served."""

from __future__ import annotations

from pathlib import Path

import torch
from mini.hifi_gan import export, named_as_ours
from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

from wordlight.speech.networks import HifiGan, Shape, load_hifi_gan

SHAPE = Shape(32, (8, 2), ((3, 7, 11),) * 2, (1, 3, 5))


def theirs() -> SpeechT5HifiGan:
    """A HiFi-GAN of few channels with weight norm, as one is trained."""
    torch.manual_seed(0)
    config = SpeechT5HifiGanConfig(
        model_in_dim=80,
        upsample_initial_channel=32,
        upsample_rates=[8, 2],
        upsample_kernel_sizes=[16, 4],
        normalize_before=False,
        initializer_range=0.1,
    )
    model = SpeechT5HifiGan(config).eval()
    model.apply_weight_norm()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("original0"):
                parameter.mul_(1.5)
    return model


def as_the_authors_save(model: SpeechT5HifiGan) -> dict[str, torch.Tensor]:
    """The state under HiFi-GAN's own names."""
    named = {
        "upsampler.": "ups.",
        ".parametrizations.weight.original0": ".weight_g",
        ".parametrizations.weight.original1": ".weight_v",
    }
    found = {}
    for name, value in model.state_dict().items():
        if name in ("mean", "scale"):
            continue
        for old, new in named.items():
            name = name.replace(old, new)
        found[name] = value
    return found


@torch.no_grad()
def test_the_authors_weights_say_the_same_in_our_network() -> None:
    model = theirs()
    net = HifiGan(SHAPE).eval()
    mel = torch.randn(2, 80, 20)

    net.load_state_dict(named_as_ours(as_the_authors_save(model)))

    wanted = model(mel.transpose(1, 2))
    assert wanted.std() > 0.01
    torch.testing.assert_close(net.head(net.stages(mel)), wanted, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_what_is_exported_is_served(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = HifiGan(SHAPE).eval()
    mel = torch.randn(1, 100, 20)

    export(net, tmp_path)

    found, wanted = load_hifi_gan(tmp_path).eval()(mel), net(mel)
    assert (found - wanted).square().mean().sqrt() < 0.1 * wanted.square().mean().sqrt()
    assert {path.name for path in tmp_path.iterdir()} == {"model.safetensors", "config.json"}
