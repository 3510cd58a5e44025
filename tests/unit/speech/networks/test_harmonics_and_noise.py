"""A small Vocos speaks the parts of which it is sure as predicted, and the others as noise."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor
from torchaudio.functional import melscale_fbanks
from vocos import Vocos

from wordlight.speech.networks import HarmonicsAndNoise, Parts, Speaking, load_vocoder

HOP, N_BINS = 256, 513
MEL: dict[str, Any] = {
    "n_fft": 1024,
    "hop_length": HOP,
    "win_length": 1024,
    "n_mel_channels": 100,
    "target_sample_rate": 24_000,
    "mel_spec_type": "vocos",
}
SURE, UNSURE = -9.0, 0.0


def parts(n_frames: int, logs: float, noise_logs: float) -> Parts:
    """The same for all bins."""
    each = torch.ones(1, N_BINS, n_frames)
    half_turns = (torch.arange(N_BINS) % 2 * torch.pi)[None, :, None].expand_as(each)
    return Parts(each * logs, half_turns, each * noise_logs)


def spectrum(wave: Tensor) -> Tensor:
    return torch.stft(wave, 1024, HOP, window=torch.hann_window(1024), return_complex=True).abs()


def dispersion(wave: Tensor) -> float:
    """Of log magnitudes, apart from the edges; Rayleigh's have 0.64."""
    return float(spectrum(wave)[8:-8, 8:-8].log().std())


def test_noise_is_drawn_where_it_is_unsure() -> None:
    flat = melscale_fbanks(N_BINS, 0.0, 12e3, 100, 24_000).sum(0).log().expand(120, -1)
    speak = Speaking(MEL, "cpu", 16)

    noise = speak(flat, parts(120, SURE, UNSURE))
    pulses = speak(flat, parts(120, UNSURE, SURE))

    assert 0.45 < dispersion(noise) < 0.75  # the mel is fitted, so a little less
    assert dispersion(pulses) < 0.2


def test_levels_are_those_of_the_mel() -> None:
    loud, soft = torch.full((80, 100), 1.0), torch.full((80, 100), -1.0)
    speak = Speaking(MEL, "cpu", 8)

    levels = [
        spectrum(speak(mel, parts(80, UNSURE, SURE)))[8:-8, 8:-8].mean() for mel in (loud, soft)
    ]

    assert float(levels[0] / levels[1]) == pytest.approx(math.e**2, rel=0.02)


def test_it_speaks_the_same_each_time_and_begins_the_same_when_longer() -> None:
    mel = torch.randn(90, 100, generator=torch.Generator().manual_seed(0))
    speak = Speaking(MEL, "cpu", 4)

    once, again = (speak(mel, parts(90, SURE, UNSURE)) for _ in range(2))
    longer = speak(torch.cat([mel, mel]), parts(180, SURE, UNSURE))

    assert len(once) == 89 * HOP
    assert torch.equal(once, again)
    assert torch.allclose(once[: 40 * HOP], longer[: 40 * HOP], atol=1e-3)


@pytest.mark.parametrize("n_frames", [1, 2, 3])
def test_the_shortest_mels_become_waves(n_frames: int) -> None:
    wave = Speaking(MEL, "cpu", 2)(torch.zeros(n_frames, 100), parts(n_frames, SURE, UNSURE))

    assert wave.shape == ((n_frames - 1) * HOP,)
    assert wave.isfinite().all()


def test_what_is_beyond_the_limits_is_kept_within_them() -> None:
    head = HarmonicsAndNoise(8, 1024)
    with torch.no_grad():
        head.out.weight.zero_()
        head.out.bias.copy_(torch.tensor([99.0, 0.3, -99.0]).repeat_interleave(N_BINS))

    logs, phases, noise_logs = head(torch.zeros(2, 5, 8))

    assert logs.shape == (2, N_BINS, 5)
    assert logs.unique().tolist() == [5.0]
    assert phases.unique().tolist() == [pytest.approx(0.3)]
    assert noise_logs.unique().tolist() == [-3.5]


def test_a_vocos_with_that_head_is_spoken_so(tmp_path: Path) -> None:
    tables = {
        "feature_extractor": ("vocos.feature_extractors.MelSpectrogramFeatures", {"n_mels": 100}),
        "backbone": (
            "vocos.models.VocosBackbone",
            {"input_channels": 100, "dim": 16, "intermediate_dim": 32, "num_layers": 1},
        ),
        "head": ("wordlight.speech.networks.HarmonicsAndNoise", {"dim": 16, "n_fft": 1024}),
    }
    config = {
        name: {"class_path": path, "init_args": init} for name, (path, init) in tables.items()
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    model = Vocos.from_hparams(str(tmp_path / "config.yaml"))
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    mel = torch.randn(50, 100, generator=torch.Generator().manual_seed(0))

    wave = load_vocoder("vocos", tmp_path, MEL, "cpu", phase_steps=4)(mel)

    with torch.inference_mode():
        said = model.eval().head(model.backbone(mel.T[None]))
    assert torch.equal(wave, Speaking(MEL, "cpu", 4)(mel, said))
