"""A manifest is read whole, or refused with what is wrong and where."""

from __future__ import annotations

import importlib.util
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from f5_tts.model import DiT

from wordlight.audio import read_wav
from wordlight.errors import SetupError
from wordlight.speech import SpokenPhonemes, trim
from wordlight.weights import load_profile, profile_folder

ROOT = Path(__file__).parents[2]
MINI = (ROOT / "models/mini/manifest.toml").read_text(encoding="utf-8")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of profiles that ``WORDLIGHT_MODELS`` names."""
    monkeypatch.setenv("WORDLIGHT_MODELS", str(tmp_path))
    return tmp_path


def write(models: Path, manifest: str | bytes, name: str = "mine") -> Path:
    path = models / name / "manifest.toml"
    path.parent.mkdir()
    path.write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    return path


def test_the_mini_profile_is_read() -> None:
    profile = load_profile("mini")

    assert (profile.name, profile.language, profile.default_voice) == ("mini", "en", "heart")
    assert profile.folder == ROOT / "models/mini"
    assert profile.speech.front_end == "phonemes"
    assert set(profile.weights) == {"f5_tts", "prosody", "vocoder", "aligner", "whisper"}
    checkpoint = {file.path: file for file in profile.weights["f5_tts"].files}["model.safetensors"]
    assert checkpoint.n_bytes == (ROOT / "models/mini/f5_tts/model.safetensors").stat().st_size
    assert checkpoint.sha256 is not None
    assert len(checkpoint.sha256) == 64


def test_the_mini_manifest_is_what_its_script_renders() -> None:
    spec = importlib.util.spec_from_file_location("manifest", ROOT / "build/mini/manifest.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.render() == MINI, "run `python build/mini/manifest.py`"


def test_the_full_profile_builds_upstreams_network_over_upstreams_vocabulary() -> None:
    speech = load_profile("full").speech
    vocabulary = (files("f5_tts") / "infer/examples/vocab.txt").read_text(encoding="utf-8")

    with torch.device("meta"):
        network = DiT(mel_dim=speech.mel["n_mel_channels"], **speech.architecture)

    n_tokens, width = network.text_embed.text_embed.weight.shape
    assert n_tokens == vocabulary.count("\n") + 1  # and one for padding
    assert width == speech.architecture["text_dim"]
    n_parameters = sum(parameter.numel() for parameter in network.parameters())
    assert 330e6 < n_parameters < 345e6  # F5TTS_v1_Base


@pytest.mark.parametrize("name", ["mini", "full"])
def test_every_shipped_profile_has_its_default_voice(name: str) -> None:
    profile = load_profile(name)

    voice = profile.folder / "voices" / profile.default_voice
    files = {path.name for path in voice.iterdir()}
    assert files - {"phonemes.json"} == {"reference.wav", "reference.txt", "voice.json"}


def test_every_shipped_voice_spreads_its_phonemes_over_its_recording() -> None:
    for folder in (load_profile("mini").folder / "voices").iterdir():
        spoken = SpokenPhonemes.load(folder / "phonemes.json")
        clip = read_wav(folder / "reference.wav")

        n_frames = len(trim(clip.samples, clip.rate_hz)) // 256 + 1
        assert spoken.frames.sum() == pytest.approx(n_frames, abs=0.5), folder
        assert np.median(spoken.frames) >= 2, folder
        assert spoken.frames.max() < 0.3 * spoken.frames.sum(), folder


def test_a_profile_of_the_volume_wins_over_the_shipped_one(models: Path) -> None:
    write(models, MINI.replace('default_voice = "heart"', 'default_voice = "mine"'), "mini")

    profile = load_profile("mini")

    assert profile.default_voice == "mine"
    assert profile.folder == models / "mini"
    assert profile_folder("full") == ROOT / "models/full"


def test_an_unknown_profile_is_named_with_every_place_looked_at(models: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_profile("maxi")

    assert "'maxi'" in str(caught.value)
    assert str(models / "maxi/manifest.toml") in str(caught.value)
    assert str(ROOT / "models/maxi/manifest.toml") in str(caught.value)


BROKEN: list[tuple[str, str | bytes, str]] = [
    ("not TOML", MINI.replace("[speech]", "[speech"), "cannot be read: Expected"),
    ("not UTF-8", b"\xff" + MINI.encode(), "cannot be read"),
    ("no section", MINI.replace("[profile]", "[profil]"), "lacks 'profile'"),
    ("no language", MINI.replace('language = "en"\n', ""), "lacks 'language'"),
    ("no checkpoint", MINI.replace('checkpoint = "model.safetensors"\n', ""), "'checkpoint'"),
    ("an odd field", MINI.replace("nfe_steps", "nfe"), "'nfe'"),
    ("no source", MINI.replace('source = "file://prosody"\n', ""), "lacks 'source'"),
    ("no files", MINI.replace("[weights.prosody.files]", "[odd]"), "lacks 'files'"),
    ("weights of no shape", "weights = 1\n" + MINI.split("[weights.f5_tts]")[0], "cannot be read"),
    ("weights nowhere", MINI.replace('_weights = "prosody"', '_weights = "rhythm"'),
     "names weights 'rhythm' without describing them"),
    ("no whisper", MINI.replace('whisper = "whisper"', 'whisper = "shout"'),
     "names weights 'shout' without describing them"),
]  # fmt: skip


@pytest.mark.parametrize(("manifest", "says"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_manifest_says_what_is_wrong_and_where(
    models: Path, manifest: str | bytes, says: str
) -> None:
    path = write(models, manifest)

    with pytest.raises(SetupError) as caught:
        load_profile("mine")

    assert str(path) in str(caught.value)
    assert says in str(caught.value)
