"""HiFi-GAN hears our mels, and its weights survive their file.

That it is HiFi-GAN, `mini_recipes/test_hifi_gan.py` shows beside transformers' own.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torchaudio.functional import melscale_fbanks

from wordlight.audio import read_wav
from wordlight.speech.networks import HifiGan, Shape, channel_of, packed, unpacked
from wordlight.speech.networks._hifi_gan import FLOOR

SMALL = Shape(channels=32, rates=[8, 4, 4], kernel_sizes=[[3, 7], [3], [3]], dilations=[1, 3])
HAS_BFLOAT16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
KINDS = [torch.float32, *([torch.bfloat16] if HAS_BFLOAT16 else [])]
"""Without AVX-512 oneDNN refuses bfloat16, and the server never asks for it."""
HEART = Path(__file__).parents[4] / "models/mini/voices/heart/reference.wav"


@pytest.fixture
def net() -> HifiGan:
    torch.manual_seed(0)
    return HifiGan(SMALL).eval()


@torch.no_grad()
def test_the_authors_mels_are_about_what_ours_tell(net: HifiGan) -> None:
    wave = torch.from_numpy(read_wav(HEART).samples)[None]
    window = torch.hann_window(1024)
    spectrum = torch.stft(wave, 1024, 256, window=window, return_complex=True).abs()
    ours = (melscale_fbanks(513, 0.0, 12e3, 100, 24_000).T @ spectrum).clamp(min=1e-5).log()

    found = net.front(ours)

    basis = melscale_fbanks(513, 0.0, 8e3, 80, 22_050, norm="slaney", mel_scale="slaney").T
    wanted = (basis @ spectrum).clamp(min=1e-5).log()
    assert (found - wanted).abs().mean() < 0.1
    assert (found - wanted.mean()).abs().mean() > 1.0
    magnitudes = net.spectrum @ ours.exp()
    assert (magnitudes < 0).any()
    nearest = (basis @ magnitudes.clamp(min=1e-8)).clamp(min=1e-5).log()
    torch.testing.assert_close(found, nearest)


@torch.no_grad()
def test_no_authors_mel_is_under_their_floor(net: HifiGan) -> None:
    found = net.front(torch.full((1, 100, 5), -30.0))

    assert torch.equal(found, torch.full_like(found, FLOOR).log())


@torch.no_grad()
def test_a_mel_becomes_as_many_samples_as_its_frames_have(net: HifiGan) -> None:
    waves = net(torch.randn(3, 100, 7))

    assert waves.shape == (3, 7 * SMALL.hop_samples)
    assert SMALL.hop_samples == 128
    assert waves.dtype == torch.float32
    assert waves.std() > 0


@torch.no_grad()
@pytest.mark.parametrize("margin_frames", [1, 4, 15])
@pytest.mark.parametrize("shape", [SMALL, Shape(8, [8], [[3]], [1])])
def test_a_margin_is_heard_but_not_told(shape: Shape, margin_frames: int) -> None:
    torch.manual_seed(0)
    net = HifiGan(shape).eval()
    mel, edge = torch.randn(2, 100, 40), margin_frames * shape.hop_samples

    inner = net(mel, margin_frames)

    torch.testing.assert_close(inner, net(mel)[:, edge:-edge], atol=1e-6, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize(
    "shape", [SMALL, Shape(8, [4, 2], [[3], [3, 11]], [1, 5]), Shape(8, [2, 8], [[5], [3]], [2])]
)
def test_a_sample_depends_on_no_frame_out_of_reach(shape: Shape) -> None:
    torch.manual_seed(0)
    net, reach = HifiGan(shape).eval().double(), shape.reach_frames(0)
    mel, edge = torch.randn(1, 100, 61, dtype=torch.float64), shape.hop_samples
    other = mel.clone()
    other[..., 30] += 1.0

    away = (net.stages(mel[:, :80]) - net.stages(other[:, :80])).abs().amax((0, 1, 2))

    touched = away.nonzero()
    assert touched.min() >= (30 - reach) * edge
    assert touched.max() < (31 + reach) * edge
    assert touched.min() < (30 - reach + 2) * edge
    assert reach > shape.reach_frames(1) > 0


@torch.no_grad()
def test_the_head_stays_in_float32_where_the_stages_do_not(
    net: HifiGan, monkeypatch: pytest.MonkeyPatch
) -> None:
    mel = torch.randn(1, 100, 7)
    whole = net(mel)
    net.stages.to(torch.bfloat16)
    if not HAS_BFLOAT16:  # torch's own convolutions do it, slowly
        monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)

    with torch.backends.mkldnn.flags(enabled=HAS_BFLOAT16):
        halved = net(mel.bfloat16())

    assert halved.dtype == torch.float32
    assert (halved - whole).abs().max() < 0.05 * whole.abs().max()


@pytest.mark.parametrize("kind", KINDS)
def test_what_onednn_does_while_it_convolves_is_what_torch_does_after(
    net: HifiGan, kind: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.stages.to(kind)
    mel, fused = torch.randn(2, 100, 9), []
    op = torch.ops.mkldnn._convolution_pointwise_
    counted = SimpleNamespace(
        _convolution_pointwise=torch.ops.mkldnn._convolution_pointwise,
        _convolution_pointwise_=lambda *call: fused.append(op(*call)),
    )
    monkeypatch.setattr(torch.ops, "mkldnn", counted)
    with torch.no_grad():
        found = net(mel)
    n_fused = len(fused)

    with torch.enable_grad():
        waves = net(mel)
    waves.sum().backward()
    wanted = waves.detach()

    assert all(parameter.grad is not None for parameter in net.parameters())
    assert n_fused == len(fused) == sum(map(len, SMALL.kernel_sizes)) * len(SMALL.dilations)
    tolerance = 1e-5 if kind == torch.float32 else 0.02
    assert (found - wanted).abs().max() < tolerance * wanted.abs().max()


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_prepared_weights_say_the_same_at_any_length(net: HifiGan, kind: torch.dtype) -> None:
    net.stages.to(kind)
    mels = [torch.randn(1, 100, n_frames) for n_frames in (3, 40, 64)]
    wanted = [net(mel) for mel in mels]

    net.prepare(40)

    assert all(
        c.weight.is_mkldnn for blocks in net.stages.resblocks for b in blocks for c in b.convs2
    )
    tolerance = 1e-6 if kind == torch.float32 else 0.01
    for mel, wave in zip(mels, wanted, strict=True):
        assert (net(mel) - wave).abs().max() <= tolerance * wave.abs().max()


@torch.no_grad()
def test_no_mel_is_louder_than_full_scale(net: HifiGan) -> None:
    waves = net(torch.full((1, 100, 7), 50.0))

    assert waves.isfinite().all()
    assert waves.abs().max() <= 1.0


def test_packed_weights_are_off_by_half_a_step_at_most(net: HifiGan) -> None:
    net.stages.ups[0].weight.data[:, 3] *= 100.0
    net.stages.conv_pre.weight.data[5] *= 0.01
    weights = net.state_dict()

    again = unpacked(packed(weights, channel_of))

    assert again.keys() == weights.keys()
    for name, value in weights.items():
        if value.dim() < 4:
            assert torch.equal(again[name], value)
            continue
        channel = 1 if ".ups." in name else 0
        others = [dim for dim in range(value.dim()) if dim != channel]
        step = value.abs().amax(others) / 127
        away = (again[name] - value).abs().amax(others)
        assert (away <= 0.501 * step).all(), name
        assert (away > 0.2 * step).any(), name


def test_packed_weights_take_a_quarter(net: HifiGan) -> None:
    weights = net.state_dict()

    n_bytes, before = (
        sum(v.numel() * v.element_size() for v in each.values())
        for each in (packed(weights, channel_of), weights)
    )

    assert n_bytes < 0.3 * before


def test_a_silent_channel_is_packed(net: HifiGan) -> None:
    net.stages.conv_pre.weight.data[2] = 0.0

    again = unpacked(packed(net.state_dict(), channel_of))

    assert (again["stages.conv_pre.weight"][2] == 0).all()
