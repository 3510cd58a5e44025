"""Aligners of other languages that are missing, half there or changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from weight_findings import look, profile

from wordlight.doctor import State
from wordlight.doctor._weights import check_weights
from wordlight.manifest import load_manifest
from wordlight.weights import BlobStore, Known


def test_an_aligner_of_another_language_is_missed_but_not_needed(
    mini: Path, tmp_path: Path
) -> None:
    manifest = mini / "manifest.toml"
    text = manifest.read_text().replace('{ en = "aligner" }', '{ en = "aligner", de = "german" }')
    manifest.write_text(
        f'{text}\n[weights.german]\nsource = "file://german"\n'
        'files = { "model.safetensors" = { bytes = 1 } }\n'
    )

    found = look(tmp_path)["german"]

    assert (found.code, found.state) == ("ALIGNER_MISSING", State.WARNING)
    assert found.seen.startswith("no aligner for de: weights 'german': ")
    assert found.remedy == "fetch it from file://german"


def test_aligners_that_were_not_pulled_are_no_fault_and_say_their_sizes(tmp_path: Path) -> None:
    full = load_manifest("full")

    found = {found.name: found for found in check_weights(full, tmp_path, is_deep=False)}

    assert found["aligners"].state is State.ABSENT
    assert found["aligners"].seen.startswith("not pulled: fr 377.7 MB, de 377.7 MB, ")
    assert "zh 1.3 GB, pt, ar 1.3 GB, " in found["aligners"].seen
    assert "`wordlight volume pull --language CODE`" in found["aligners"].seen
    assert "aligner_fr" not in found


@pytest.fixture
def french(mini: Path) -> Path:
    """The mini profile with a French aligner on a web server, of which nothing is stated."""
    manifest = mini / "manifest.toml"
    text = manifest.read_text().replace('{ en = "aligner" }', '{ en = "aligner", fr = "french" }')
    manifest.write_text(
        f'{text}\n[weights.french]\nsource = "https://models.example/x"\n'
        'files = { "net.pth" = { recorded = true }, "config.json" = {} }\n'
    )
    return mini


def put_french(volume: Path) -> Path:
    """Its files on the volume as a first pull leaves them; the folder."""
    store, entry = BlobStore(volume), profile().weights["french"]
    known = {}
    for path, data in {"net.pth": b"weights", "config.json": b"{}"}.items():
        known[path] = Known(len(data), hashlib.sha256(data).hexdigest())
        store.root.mkdir(exist_ok=True)
        store.blob(known[path].sha256).write_bytes(data)
        store.link(entry, path, known[path].sha256)
    store.mark(entry, entry.source, known)
    return store.folder(entry)


def test_a_recorded_aligner_is_verified_by_its_record(french: Path, tmp_path: Path) -> None:
    put_french(tmp_path)

    assert look(tmp_path)["french"].seen == "9 bytes, complete by size"
    assert look(tmp_path, is_deep=True)["french"].seen == "9 bytes, verified by hash"
    assert "aligners" not in look(tmp_path)


def test_a_recorded_aligner_that_changed_costs_its_language(french: Path, tmp_path: Path) -> None:
    folder = put_french(tmp_path)
    (folder / "net.pth").resolve().write_bytes(b"w3ights")

    quick, deep = look(tmp_path)["french"], look(tmp_path, is_deep=True)["french"]

    assert quick.state is State.OK
    assert (deep.code, deep.state) == ("ALIGNER_MISSING", State.WARNING)
    assert deep.seen.startswith("no aligner for fr: weights 'french': ")
    assert f"its first pull recorded {hashlib.sha256(b'weights').hexdigest()}" in deep.seen
    assert deep.remedy.endswith("try again: wordlight volume pull --language fr")


def test_a_recorded_file_that_the_profile_needs_is_an_error(french: Path, tmp_path: Path) -> None:
    manifest = french / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('language = "en"', 'language = "fr"'))
    folder = put_french(tmp_path)
    (folder / "config.json").resolve().write_bytes(b"[]")

    found = look(tmp_path, is_deep=True)["french"]

    assert (found.code, found.state) == ("WEIGHTS_CHANGED", State.ERROR)
    assert str(folder / ".ready") in found.seen
    assert found.remedy.startswith("keep what that pull brought")


def test_half_an_aligner_is_fetched_at_the_start(french: Path, tmp_path: Path) -> None:
    (put_french(tmp_path) / "config.json").unlink()

    found = look(tmp_path)["french"]

    assert (found.code, found.state) == ("WEIGHTS_TO_FETCH", State.WARNING)
