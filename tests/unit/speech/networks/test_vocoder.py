"""A vocoder turns a mel into its sound, the same each time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import torch
import yaml
from f5_tts.model.modules import MelSpec
from safetensors.torch import save_file
from torch import Tensor
from vocos import Vocos

from wordlight.audio import read_wav
from wordlight.errors import SetupError
from wordlight.speech.networks import Vocoder, _vocoder, load_vocoder
from wordlight.speech.networks._vocoder import GriffinLimVocoder, HifiGanVocoder

HEART = Path(__file__).parents[4] / "models/mini/voices/heart/reference.wav"
HIFI_GAN = HEART.parents[2] / "vocoder"
SMALL_VOCOS = HEART.parents[2] / "vocos"
HOP = 256
MEL: dict[str, Any] = {
    "n_fft": 1024,
    "hop_length": HOP,
    "win_length": 1024,
    "n_mel_channels": 100,
    "target_sample_rate": 24_000,
    "mel_spec_type": "vocos",
}
VOCOS = {
    "feature_extractor": {
        "class_path": "vocos.feature_extractors.MelSpectrogramFeatures",
        "init_args": {
            "sample_rate": 24_000,
            "n_fft": 1024,
            "hop_length": HOP,
            "n_mels": 100,
            "padding": "center",
        },
    },
    "backbone": {
        "class_path": "vocos.models.VocosBackbone",
        "init_args": {"input_channels": 100, "dim": 32, "intermediate_dim": 64, "num_layers": 2},
    },
    "head": {
        "class_path": "vocos.heads.ISTFTHead",
        "init_args": {"dim": 32, "n_fft": 1024, "hop_length": HOP, "padding": "center"},
    },
}


@pytest.fixture(scope="module")
def spoken_mel() -> Tensor:
    """Log-mel (n_frames, 100) of the mini profile's voice."""
    torch.set_num_threads(1)
    return mel_of(torch.from_numpy(read_wav(HEART).samples))


@pytest.fixture(scope="module")
def griffin_lim() -> Vocoder:
    return load_vocoder("griffin-lim", None, MEL, "cpu")


@pytest.fixture
def vocos_folder(tmp_path: Path) -> Path:
    """Vocos as the hub has it, small and with random weights."""
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(VOCOS), encoding="utf-8")
    torch.manual_seed(0)
    model = Vocos.from_hparams(str(tmp_path / "config.yaml"))
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    return tmp_path


def mel_of(wave: Tensor) -> Tensor:
    return MelSpec(**MEL)(wave[None])[0].T


def test_griffin_lim_makes_a_sound_with_the_mel_it_was_given(
    griffin_lim: Vocoder, spoken_mel: Tensor
) -> None:
    wave = griffin_lim(spoken_mel)

    again = mel_of(wave)
    n_frames = min(len(again), len(spoken_mel))
    away = (again[:n_frames] - spoken_mel[:n_frames]).abs()
    assert wave.dtype == torch.float32
    assert abs(len(wave) - HOP * len(spoken_mel)) <= HOP
    assert away.mean() < 0.15  # of natural logarithms: 1.3 dB; seen 0.105
    assert away.mean() < 0.1 * spoken_mel.std()


def test_griffin_lim_repeats_itself_and_draws_nothing_from_the_common_generator(
    griffin_lim: Vocoder, spoken_mel: Tensor
) -> None:
    piece = spoken_mel[:60]
    torch.manual_seed(1)
    state = torch.random.get_rng_state()

    first = griffin_lim(piece)
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.manual_seed(2)

    assert torch.equal(griffin_lim(piece), first)


def test_griffin_lim_leaves_the_common_generator_alone_even_where_it_fails(
    griffin_lim: Vocoder,
) -> None:
    torch.manual_seed(1)
    state = torch.random.get_rng_state()

    with pytest.raises(RuntimeError):
        griffin_lim(torch.zeros(10, 7))

    assert torch.equal(torch.random.get_rng_state(), state)


def test_griffin_lim_keeps_the_power_of_a_louder_mel(
    griffin_lim: Vocoder, spoken_mel: Tensor
) -> None:
    piece = spoken_mel[40:100]

    louder = griffin_lim(piece + torch.log(torch.tensor(2.0)))

    ratio = louder.square().mean().sqrt() / griffin_lim(piece).square().mean().sqrt()
    assert float(ratio) == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("n_frames", [20, 133])
def test_vocos_decodes_as_its_own_library_does(
    vocos_folder: Path, spoken_mel: Tensor, n_frames: int
) -> None:
    mel = spoken_mel[:n_frames]

    wave = load_vocoder("vocos", vocos_folder, MEL, "cpu")(mel)

    own = Vocos.from_hparams(str(vocos_folder / "config.yaml"))
    own.load_state_dict(torch.load(vocos_folder / "pytorch_model.bin", weights_only=True))
    assert torch.equal(wave, own.eval().decode(mel.T[None])[0])
    assert abs(len(wave) - HOP * n_frames) <= HOP
    assert wave.abs().max() > 0


def test_vocos_takes_safetensors_where_they_lie(vocos_folder: Path, spoken_mel: Tensor) -> None:
    pickled = load_vocoder("vocos", vocos_folder, MEL, "cpu")(spoken_mel[:30])
    state = torch.load(vocos_folder / "pytorch_model.bin", weights_only=True)
    save_file(
        {name: t.contiguous() for name, t in state.items()}, vocos_folder / "model.safetensors"
    )
    (vocos_folder / "pytorch_model.bin").unlink()

    wave = load_vocoder("vocos", vocos_folder, MEL, "cpu")(spoken_mel[:30])

    assert torch.equal(wave, pickled)


def test_the_small_vocos_says_what_the_mel_tells(spoken_mel: Tensor) -> None:
    wave = load_vocoder("vocos", SMALL_VOCOS, MEL, "cpu", phase_steps=24)(spoken_mel)

    again = mel_of(wave)
    assert len(wave) == HOP * (len(spoken_mel) - 1)
    away = (again - spoken_mel).abs().mean()
    later = (again[1:] - spoken_mel[:-1]).abs().mean()
    earlier = (again[:-1] - spoken_mel[1:]).abs().mean()
    assert away < 0.25
    assert later > 1.5 * away
    assert earlier > 1.5 * away


def test_a_small_vocos_without_phase_steps_is_refused() -> None:
    with pytest.raises(SetupError, match=r"speech\.phase_steps is 0; .* 1 or more"):
        load_vocoder("vocos", SMALL_VOCOS, MEL, "cpu")


@pytest.mark.parametrize("name", ["bigvgan", "vocos", "hifi-gan"])
def test_a_vocoder_that_there_is_not_is_named(name: str) -> None:
    with pytest.raises(
        SetupError, match=f"vocoder '{name}'; there are vocos, hifi-gan, griffin-lim"
    ):
        load_vocoder(name, None, MEL, "cpu")


@pytest.fixture(scope="module")
def hifi_gan() -> Vocoder:
    return load_vocoder("hifi-gan", HIFI_GAN, MEL, "cpu")


def test_hifi_gan_keeps_what_is_said_in_time(hifi_gan: Vocoder, spoken_mel: Tensor) -> None:
    wave = hifi_gan(spoken_mel)

    again, low = mel_of(wave), slice(0, 80)  # it has nothing above 8.7 kHz
    assert len(wave) == HOP * (len(spoken_mel) - 1)
    away = (again[:, low] - spoken_mel[:, low]).abs().mean()
    later = (again[1:, low] - spoken_mel[:-1, low]).abs().mean()
    earlier = (again[:-1, low] - spoken_mel[1:, low]).abs().mean()
    assert away < 0.295  # seen 0.281; 0.404 with neighbours averaged
    assert later > 1.5 * away
    assert earlier > 1.5 * away


def test_hifi_gan_in_pieces_is_as_in_one(
    spoken_mel: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_vocoder, "multiplies_bfloat16", lambda: False)
    pieces, whole = (load_vocoder("hifi-gan", HIFI_GAN, MEL, "cpu") for _ in range(2))
    assert isinstance(pieces, HifiGanVocoder)
    assert isinstance(whole, HifiGanVocoder)
    monkeypatch.setattr(whole, "PIECE_FRAMES", 2 * len(spoken_mel))
    mel = torch.cat([spoken_mel, spoken_mel[::2]])

    assert len(mel) > pieces.PIECE_FRAMES
    torch.testing.assert_close(pieces(mel), whole(mel), atol=1e-4, rtol=0)


def test_hifi_gan_in_bfloat16_says_what_it_says_in_float32(
    spoken_mel: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():  # without AVX-512 torch does it, slowly
        monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    waves = []
    for multiplies in (True, False):
        monkeypatch.setattr(_vocoder, "multiplies_bfloat16", partial(bool, multiplies))
        speak = load_vocoder("hifi-gan", HIFI_GAN, MEL, "cpu")
        with torch.backends.mkldnn.flags(enabled=torch.backends.mkldnn.is_available()):
            waves.append(speak(spoken_mel[:60]))

    away = (mel_of(waves[0]) - mel_of(waves[1])).abs().mean()
    assert 0 < away < 0.1


def test_hifi_gan_needs_the_mels_that_its_weights_know() -> None:
    with pytest.raises(SetupError, match=r"hop_length = 256, the manifest has 300"):
        load_vocoder("hifi-gan", HIFI_GAN, {**MEL, "hop_length": 300}, "cpu")


def test_weights_of_another_network_are_not_taken_for_hifi_gan(tmp_path: Path) -> None:
    copyfile(HIFI_GAN / "config.json", tmp_path / "config.json")
    save_file({"ups.9.bias": torch.zeros(1)}, tmp_path / "model.safetensors")

    with pytest.raises(SetupError, match=r"the weights are not what config\.json says"):
        load_vocoder("hifi-gan", tmp_path, MEL, "cpu")


def test_a_config_of_another_network_is_not_taken_for_hifi_gans(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"rates": [8, 8]}', encoding="utf-8")

    with pytest.raises(SetupError, match=r"config\.json is not HiFi-GAN's: .*channels"):
        load_vocoder("hifi-gan", tmp_path, MEL, "cpu")


def test_griffin_lim_needs_no_folder() -> None:
    assert isinstance(load_vocoder("griffin-lim", Path("/nowhere"), MEL, "cpu"), GriffinLimVocoder)
