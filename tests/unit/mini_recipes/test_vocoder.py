"""The small Vocos learns harmonics and noise, and what is exported is what the server loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mini.answers import Answer
from mini.clips import Clip
from mini.crops import CropSource
from mini.mel import SPEECH_HZ
from mini.spectra import log_envelope, log_mels, losses_of, spectra, surprise, turn_loss
from mini.vocoder import RECIPE, Recipe, Trainer, export, train, training_clips
from safetensors.torch import load_file
from scipy.stats import rice

from wordlight.speech.networks import Parts, load_vocoder

MEL: dict[str, Any] = {
    "n_fft": 1024,
    "hop_length": 256,
    "win_length": 1024,
    "n_mel_channels": 100,
    "target_sample_rate": SPEECH_HZ,
    "mel_spec_type": "vocos",
}


def buzz(pitch_hz: float, seconds: float = 1.5) -> np.ndarray:
    """(n_samples,) int16: twenty harmonics and a little noise."""
    time = np.arange(round(seconds * SPEECH_HZ)) / SPEECH_HZ
    wave = sum(np.sin(2 * np.pi * pitch_hz * n * time + n) / n for n in range(1, 21))
    noise = np.random.default_rng(0).normal(0, 0.01, len(time))
    return np.asarray((wave / np.abs(wave).max() + noise) * 16_000, np.int16)


def clip(voice: str, pitch_hz: float, **flags: bool) -> Clip:
    held_out, resynthesised = flags.get("held_out", False), flags.get("resynthesised", False)
    none = np.zeros(0)
    return Clip(
        "",
        voice,
        held_out,
        resynthesised,
        buzz(pitch_hz),
        none.astype(np.uint8),
        none.astype(np.int32),
    )


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """The real one with a tiny network and small batches."""
    found = Recipe.read(RECIPE)
    vocos = {
        name: {**table, "init_args": dict(table["init_args"])}
        for name, table in found.vocos.items()
    }
    vocos["backbone"]["init_args"] |= {"dim": 32, "intermediate_dim": 64, "num_layers": 2}
    vocos["head"]["init_args"] |= {"dim": 32}
    return replace(
        found,
        vocos=vocos,
        crops=replace(found.crops, batch_size=2, frames=40),
        pace=replace(found.pace, warm_up_steps=10),
    )


@pytest.fixture
def trainer(recipe: Recipe) -> Trainer:
    torch.set_num_threads(1)
    clips = [clip("heart", 180.0), clip("am_echo", 95.0)]
    return Trainer(recipe, CropSource(clips, recipe.crops, recipe.seed), "cpu")


@pytest.mark.slow
def test_a_few_updates_make_the_truth_less_surprising(trainer: Trainer) -> None:
    losses = [trainer.update(0.0) for _ in range(60)]

    first, last = (
        float(torch.stack([found["surprise"] for found in part]).mean())
        for part in (losses[:5], losses[-5:])
    )
    assert last < first - 1.0


@pytest.mark.slow
def test_the_same_step_has_the_same_crops(recipe: Recipe) -> None:
    source = CropSource([clip("heart", 180.0)], recipe.crops, recipe.seed)

    (mel, waves), (again, _), (other, _) = source.batch(3), source.batch(3), source.batch(4)

    assert torch.equal(mel, again)
    assert not torch.equal(mel, other)
    assert mel.shape == (2, 100, 41)
    assert waves.shape == (2, 40 * 256)


def test_surprise_is_that_of_rice_s_distribution() -> None:
    sizes = torch.tensor([0.05, 0.8, 1.0, 3.0])
    logs, noise_logs = torch.tensor([-1.0, 0.0, 0.0, 1.0]), torch.tensor([-2.0, -0.5, 0.5, 0.0])

    found = surprise(sizes, logs, noise_logs)

    deviations = noise_logs.exp()
    theirs = rice.logpdf(sizes, logs.exp() / deviations, scale=deviations)
    assert torch.allclose(found - sizes.log(), -torch.from_numpy(theirs).float(), atol=1e-4)


def test_what_is_so_is_the_least_surprising() -> None:
    waves = torch.from_numpy(buzz(150.0)[None, : 60 * 256] / 32_767).float()
    true = spectra(waves)
    envelope = log_envelope(log_mels(true.abs()))
    logs = (true.abs() + 1e-6).log() - envelope
    quiet = torch.full_like(logs, -3.5)

    def cost(off: float, noise_logs: torch.Tensor) -> dict[str, float]:
        parts = Parts(logs + off, true.angle(), noise_logs)
        return {name: float(v) for name, v in losses_of(parts, envelope, true, 6).items()}

    right, louder, unsure = cost(0.0, quiet), cost(0.2, quiet), cost(0.0, quiet + 2.5)
    assert right["surprise"] < min(louder["surprise"], unsure["surprise"]) - 1
    assert right["mel"] < 0.02
    assert right["turn"] < 1e-3


def test_another_phase_costs_turns_only_where_it_is_no_common_one() -> None:
    true = spectra(torch.from_numpy(buzz(150.0)[None] / 32_767).float())
    common = true * torch.polar(torch.tensor(1.0), torch.tensor(1.3))
    noise = torch.rand(true.shape, generator=torch.Generator().manual_seed(0))
    random = torch.polar(true.abs(), 2 * torch.pi * noise)

    assert turn_loss(common, true) < 1e-3
    assert turn_loss(random, true) > 0.8


def test_the_envelope_is_the_server_s() -> None:
    from wordlight.speech.networks import MelInverse

    mel = log_mels(spectra(torch.from_numpy(buzz(150.0)[None] / 32_767).float()).abs())

    ours = log_envelope(mel)[0].T.exp()

    assert torch.allclose(ours, MelInverse(MEL, "cpu").envelope(mel[0].T), rtol=1e-3)


def answer(pitch_hz: float) -> Answer:
    wave = buzz(pitch_hz)[: 100 * 256]
    mel = log_mels(spectra(torch.from_numpy(wave[None] / 32_767).float()).abs())
    return Answer(mel[0].T.half().numpy(), wave)


def test_half_of_the_crops_are_answers_and_fit_their_waves(recipe: Recipe) -> None:
    crops = replace(recipe.crops, noisy_share=0.0, edge_frames=3)
    source = CropSource([clip("heart", 180.0)], crops, recipe.seed, [answer(230.0)])

    mel, waves = source.batch(0)

    said = log_mels(spectra(waves).abs())
    inner = slice(3, -3)  # a crop's wave begins amid a sound
    assert len(mel) == len(waves) == 2
    assert (said[1] - mel[1])[10:, inner].abs().mean() < 0.1
    assert not torch.allclose(mel[0], mel[1], atol=1.0)


def test_it_goes_on_where_it_was_saved_and_exports_what_the_server_loads(
    trainer: Trainer, recipe: Recipe, tmp_path: Path
) -> None:
    train(trainer, 0.02, tmp_path)
    resumed = Trainer(recipe, trainer.source, "cpu")
    resumed.load(tmp_path / "checkpoint.pt")

    export(resumed.average, recipe, tmp_path)

    assert (resumed.step, resumed.seconds) == (trainer.step, trainer.seconds)
    assert resumed.step > 0
    mel = trainer.source.batch(0)[0][0].T
    wave = load_vocoder("vocos", tmp_path, MEL, "cpu", phase_steps=4)(mel)
    assert wave.shape == ((len(mel) - 1) * 256,)
    assert wave.isfinite().all()
    assert (tmp_path / "model.safetensors").stat().st_mode & 0o777 == 0o644


def test_it_begins_with_weights_that_were_exported(
    trainer: Trainer, recipe: Recipe, tmp_path: Path
) -> None:
    trainer.update(0.0)
    export(trainer.vocos.state_dict(), recipe, tmp_path)
    fresh = Trainer(recipe, trainer.source, "cpu")

    fresh.begin_with(load_file(tmp_path / "model.safetensors"))

    for name, value in trainer.vocos.state_dict().items():
        assert torch.equal(fresh.vocos.state_dict()[name], value.half().float())
        assert torch.equal(fresh.average[name], value.half().float())
    assert fresh.step == 0


def test_what_is_held_out_is_not_trained_on(tmp_path: Path) -> None:
    from mini.clips import save_clips

    clips = [
        clip("heart", 180.0),
        clip("heart", 181.0, held_out=True),
        clip("af_kore", 200.0),
        clip("heart", 182.0, resynthesised=True),
    ]
    save_clips(clips, tmp_path / "clips-00.npz")

    (kept,) = training_clips([tmp_path])

    assert np.array_equal(kept.wave, clips[0].wave)
