"""HiFi-GAN hears our mels, and its weights survive their file.

That it is HiFi-GAN, `mini_recipes/test_hifi_gan.py` shows beside transformers' own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torchaudio.functional import melscale_fbanks

from wordlight.audio import read_wav
from wordlight.speech._hifi_gan import FLOOR, HifiGan, Shape, packed, unpacked

SMALL = Shape(channels=32, rates=[8, 4, 4], kernel_sizes=[[3, 7], [3], [3]], dilations=[1, 3])
HEART = Path(__file__).parents[3] / "models/mini/voices/heart/reference.wav"


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
def test_the_head_stays_in_float32_where_the_stages_do_not(net: HifiGan) -> None:
    mel = torch.randn(1, 100, 7)
    whole = net(mel)
    net.stages.to(torch.bfloat16)

    halved = net(mel.bfloat16())

    assert halved.dtype == torch.float32
    assert (halved - whole).abs().max() < 0.05 * whole.abs().max()


@torch.no_grad()
def test_no_mel_is_louder_than_full_scale(net: HifiGan) -> None:
    waves = net(torch.full((1, 100, 7), 50.0))

    assert waves.isfinite().all()
    assert waves.abs().max() <= 1.0


def test_packed_weights_are_off_by_half_a_step_at_most(net: HifiGan) -> None:
    net.stages.ups[0].weight.data[:, 3] *= 100.0
    net.stages.conv_pre.weight.data[5] *= 0.01
    weights = net.state_dict()

    again = unpacked(packed(weights))

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
        for each in (packed(weights), weights)
    )

    assert n_bytes < 0.3 * before


def test_a_silent_channel_is_packed(net: HifiGan) -> None:
    net.stages.conv_pre.weight.data[2] = 0.0

    again = unpacked(packed(net.state_dict()))

    assert (again["stages.conv_pre.weight"][2] == 0).all()
