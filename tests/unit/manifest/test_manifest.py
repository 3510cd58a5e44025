"""A manifest is read whole, or refused with the mistake and its place."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import manifest_keys
import numpy as np
import pytest
import torch
from f5_tts.model import DiT

from wordlight.audio import read_wav
from wordlight.errors import SetupError
from wordlight.manifest import key_table, load_manifest, manifest_folder
from wordlight.manifest._settings import TABLES
from wordlight.manifest._tables import Key, keys_of
from wordlight.speech import SpokenPhonemes, trim

ROOT = Path(__file__).parents[3]
MINI = (ROOT / "models/mini/manifest.toml").read_text(encoding="utf-8")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of manifests that ``WORDLIGHT_MANIFESTS`` names."""
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(tmp_path))
    return tmp_path


def write(models: Path, manifest: str | bytes, name: str = "mine") -> Path:
    path = models / name / "manifest.toml"
    path.parent.mkdir()
    path.write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    return path


def test_the_mini_profile_is_read() -> None:
    profile = load_manifest("mini")

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
    speech = load_manifest("full").speech
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
    profile = load_manifest(name)

    voice = profile.folder / "voices" / profile.default_voice
    files = {path.name for path in voice.iterdir()}
    assert files - {"phonemes.json"} == {"reference.wav", "reference.txt", "voice.json"}


def test_every_shipped_voice_spreads_its_phonemes_over_its_recording() -> None:
    for folder in (load_manifest("mini").folder / "voices").iterdir():
        spoken = SpokenPhonemes.load(folder / "phonemes.json")
        clip = read_wav(folder / "reference.wav")

        n_frames = len(trim(clip.samples, clip.rate_hz)) // 256 + 1
        assert spoken.frames.sum() == pytest.approx(n_frames, abs=0.5), folder
        assert np.median(spoken.frames) >= 2, folder
        assert spoken.frames.max() < 0.3 * spoken.frames.sum(), folder


def test_a_profile_of_the_volume_wins_over_the_shipped_one(models: Path) -> None:
    write(models, MINI.replace('default_voice = "heart"', 'default_voice = "mine"'), "mini")

    profile = load_manifest("mini")

    assert profile.default_voice == "mine"
    assert profile.folder == models / "mini"
    assert manifest_folder("full") == ROOT / "models/full"


def test_an_unknown_profile_is_named_with_every_place_looked_at(models: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_manifest("maxi")

    assert "'maxi'" in str(caught.value)
    assert str(models / "maxi/manifest.toml") in str(caught.value)
    assert str(ROOT / "models/maxi/manifest.toml") in str(caught.value)


def test_manifests_are_found_where_the_old_variable_says_a_folder(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(models, MINI)
    monkeypatch.delenv("WORDLIGHT_MANIFESTS")

    monkeypatch.setenv("WORDLIGHT_MODELS", "mini")
    with pytest.raises(SetupError, match="there are no models 'mine'"):
        load_manifest("mine")
    monkeypatch.setenv("WORDLIGHT_MODELS", str(models))

    assert load_manifest("mine").folder == models / "mine"


@pytest.mark.parametrize(
    "each", [k for t in TABLES.values() for k in keys_of(t)], ids=lambda key: key.name
)
def test_every_key_has_a_type_and_a_meaning_and_a_default_of_that_type(each: Key) -> None:
    assert each.kind.words
    assert each.meaning.strip() == each.meaning != ""
    default = list(each.default) if isinstance(each.default, tuple) else each.default
    assert each.is_needed or each.kind.fits(default)


@pytest.mark.parametrize("name", ["mini", "full"])
def test_a_key_without_a_default_is_in_every_shipped_manifest(name: str) -> None:
    document = tomllib.loads((ROOT / f"models/{name}/manifest.toml").read_text(encoding="utf-8"))

    for section, table in TABLES.items():
        needed = {each.name for each in keys_of(table) if each.is_needed}
        assert needed <= document[section].keys() <= {each.name for each in keys_of(table)}


def test_the_docs_table_of_keys_is_todays() -> None:
    page = (ROOT / "docs/volume.md").read_text(encoding="utf-8")

    assert key_table() in page, "run `python build/manifest_keys.py`"
    assert manifest_keys.with_keys(page) == page


def test_the_check_of_the_table_passes_for_todays_page_alone(tmp_path: Path) -> None:
    page, stale = tmp_path / "volume.md", f"{manifest_keys.BEGIN}| old |\n{manifest_keys.END}"
    page.write_text(stale, encoding="utf-8")

    assert manifest_keys.main(["--check"], page) == 1
    assert page.read_text(encoding="utf-8") == stale
    assert manifest_keys.main([], page) == 0
    assert manifest_keys.main(["--check"], page) == 0


@pytest.mark.parametrize(
    "text",
    [
        "no marks\n",
        f"{manifest_keys.BEGIN}no end\n",
        f"{manifest_keys.END}{manifest_keys.BEGIN}\n",
        2 * f"{manifest_keys.BEGIN}{manifest_keys.END}",
    ],
)
def test_a_page_whose_marks_are_not_once_each_in_order_is_refused(
    tmp_path: Path, text: str
) -> None:
    page = tmp_path / "volume.md"
    page.write_text(text, encoding="utf-8")

    assert manifest_keys.main(["--check"], page) == 1
    assert manifest_keys.main([], page) == 1
    assert page.read_text(encoding="utf-8") == text


def test_contributings_new_key_is_one_field_and_reaches_the_engine(tmp_path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = text.split("## Add a manifest key")[1].split("```diff\n")[1].split("```")[0]
    (added,) = re.findall(r"^\+ +(\w+): float = key\(", shown, re.MULTILINE)
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=lambda _, names: {n for n in names if "pycache" in n}
    )
    subprocess.run(
        ["git", "apply", "--unsafe-paths", f"--directory={tmp_path}", "-"],
        cwd=tmp_path, input=shown, text=True, check=True, capture_output=True,
    )  # fmt: skip
    with_key = MINI.replace("[speech]\n", f"[speech]\n{added} = -16\n")
    write(tmp_path, with_key)
    write(tmp_path, with_key.replace("-16", '"loud"'), "typed")
    environment = {"PYTHONPATH": str(tmp_path / "src"), "WORDLIGHT_MANIFESTS": str(tmp_path)}
    asked = [sys.executable, "-c", ASK_FOR_A_KEY, added, str(tmp_path)]

    said = subprocess.run(asked, env=environment, check=True, capture_output=True, text=True)

    value, row, refusal = said.stdout.splitlines()
    assert value == "-16.0"
    assert row.startswith(f"| `speech.{added}` | a number | `-23.0` |")
    assert refusal.endswith(f"has {added} = 'loud' in [speech]; it must be a number")


ASK_FOR_A_KEY = """\
import sys
from pathlib import Path
from wordlight.adapter import speech_weights
from wordlight.manifest import key_table, load_manifest

name, folder = sys.argv[1:]
print(getattr(speech_weights(load_manifest("mine"), Path(folder)).settings, name))
print(*(line for line in key_table().splitlines() if f".{name}`" in line))
try:
    load_manifest("typed")
except Exception as error:
    print(error)
"""

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
    ("a key too many", MINI.replace("nfe_steps", "nfe = 4\nnfe_steps"),
     "has 'nfe' in [speech], which is no key there; there are: weights, checkpoint, front_end"),
    ("an odd introduction", MINI.replace("[speech]", 'voice = "me"\n[speech]', 1),
     "has 'voice' in [profile], which is no key there; there are: name, language, default_voice"),
    ("an odd section", MINI.replace("[alignment]", "[aligner]\n[alignment]"),
     "has 'aligner', which is no key there; there are: profile, speech, alignment, weights"),
    ("an odd fact of a file", MINI.replace("sha256 =", "md5 ="),
     "has 'md5' in [weights.f5_tts.files.model.safetensors], which is no key there; there are: "
     "bytes, sha256, recorded"),
    ("an odd fact of an entry", MINI.replace('"file://vocoder"', '"file://vocoder"\nbranch = ""'),
     "has 'branch' in [weights.vocoder], which is no key there; there are: source, files, "
     "revision"),
    ("a text for a whole number", MINI.replace("nfe_steps = 4", 'nfe_steps = "4"'),
     "has nfe_steps = '4' in [speech]; it must be a whole number"),
    ("a fraction for a whole number", MINI.replace("nfe_steps = 4", "nfe_steps = 4.0"),
     "has nfe_steps = 4.0 in [speech]; it must be a whole number"),
    ("true for a number", MINI.replace("guidance_from = 0.05", "guidance_from = true"),
     "has guidance_from = True in [speech]; it must be a number"),
    ("a number for a text", MINI.replace('language = "en"', "language = 1"),
     "has language = 1 in [profile]; it must be a text"),
    ("a list of texts", MINI.replace("grid = [0,", 'grid = ["0",'),
     "in [speech]; it must be a list of whole numbers"),
    ("an aligner of no name", MINI.replace('{ en = "aligner" }', "{ en = 1 }"),
     "has aligners = {'en': 1} in [alignment]; it must be a table of texts"),
    ("a file of no shape", MINI.replace("vocoder.files]", "vocoder.files]\na = 1"),
     "has a = 1 in [weights.vocoder.files]; it must be a table"),
]  # fmt: skip


@pytest.mark.parametrize(("manifest", "says"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_manifest_says_what_is_wrong_and_where(
    models: Path, manifest: str | bytes, says: str
) -> None:
    path = write(models, manifest)

    with pytest.raises(SetupError) as caught:
        load_manifest("mine")

    assert str(path) in str(caught.value)
    assert says in str(caught.value)
