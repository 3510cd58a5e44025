"""A file that no manifest pins is recorded at its first pull, and must stay the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_hub import Hub
from recorded_entry import (
    CONFIG,
    ENTRY,
    FIRST,
    MODEL,
    NEW,
    OLD,
    SECOND,
    files,
    folder,
    lose,
    record,
    sha256,
)
from s3_cases import QUICK, content, described, pull
from web_server import web_server

from wordlight.errors import WeightsChanged, WeightsCorrupt, WeightsMissing, WeightsUnpinned
from wordlight.manifest import WeightEntry, WeightFile, load_manifest
from wordlight.weights import BlobStore, Known, Transfer, list_prunable, prune
from wordlight.weights._blobs import READY
from wordlight.weights._record import Ready


def test_the_first_pull_records_every_hash_and_the_commit(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)

    told = json.loads((folder(tmp_path) / READY).read_text())
    assert files(tmp_path) == OLD
    assert told["commit"] == FIRST
    assert told["recorded"] == ["pytorch_model.bin", "config.json"]
    assert told["files"]["pytorch_model.bin"]["sha256"] == sha256(OLD["pytorch_model.bin"])


def test_a_pickle_without_a_hash_needs_the_manifests_leave(hub: Hub, tmp_path: Path) -> None:
    silent = replace(ENTRY, files=(replace(MODEL, may_be_recorded=False),))

    with pytest.raises(WeightsUnpinned):
        pull(silent, tmp_path)

    assert hub.asked == []


def test_a_branch_that_moved_on_is_asked_for_the_recorded_commit(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    hub.branches["main"] = SECOND
    lose(tmp_path)

    pull(ENTRY, tmp_path)

    assert files(tmp_path) == OLD
    assert record(tmp_path).commit == FIRST


def test_a_branch_that_moves_during_a_pull_gives_one_commit(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = hub.etag

    def moving(path: str, data: bytes) -> str:
        hub.branches["main"] = SECOND
        return etag(path, data)

    monkeypatch.setattr(hub, "etag", moving)

    pull(ENTRY, tmp_path)

    assert files(tmp_path) == OLD


def test_a_change_is_refused_with_both_hashes_and_what_to_do(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    lose(tmp_path)
    hub.commits[FIRST] = dict(NEW)  # its history was rewritten, or somebody stands between

    with pytest.raises(WeightsChanged) as caught:
        pull(ENTRY, tmp_path)

    said, at = caught.value.told, folder(tmp_path) / READY
    assert caught.value.code == "WEIGHTS_CHANGED"
    assert isinstance(caught.value, WeightsCorrupt)
    assert said.startswith("weights 'tiny': hf://owner/name/pytorch_model.bin has sha256 ")
    assert sha256(NEW["pytorch_model.bin"]) in said
    assert f"its first pull recorded {sha256(OLD['pytorch_model.bin'])} in {at}" in said
    assert "if you trust the new one, delete that record and try again" in said
    assert files(tmp_path) == {}
    assert not any(line.startswith("GET") for line in hub.asked[-2:])  # refused by its ETag


def test_a_changed_small_file_is_refused_after_it_came(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    (folder(tmp_path) / "config.json").resolve().unlink()
    hub.commits[FIRST]["config.json"] = b'{"new": 1}'

    with pytest.raises(WeightsChanged, match=r"config\.json has"):
        pull(ENTRY, tmp_path)

    assert set(files(tmp_path)) == {"pytorch_model.bin"}
    assert list((tmp_path / "blobs/.unfinished/hub/tiny").glob("*.json")) == []


def test_without_the_record_the_new_file_is_taken(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    lose(tmp_path)
    hub.branches["main"] = SECOND
    (folder(tmp_path) / READY).unlink()

    pull(ENTRY, tmp_path)

    assert files(tmp_path) == NEW
    assert record(tmp_path).commit == SECOND


def test_a_flipped_bit_in_a_recorded_blob_heals_from_the_same_commit(
    hub: Hub, tmp_path: Path
) -> None:
    pull(ENTRY, tmp_path)
    hub.branches["main"] = SECOND
    (folder(tmp_path) / "pytorch_model.bin").resolve().write_bytes(b"\0" * 300_000)

    pull(ENTRY, tmp_path)

    assert files(tmp_path) == OLD


def test_a_file_put_there_by_hand_must_be_the_recorded_one(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    (folder(tmp_path) / "pytorch_model.bin").unlink()
    (folder(tmp_path) / "pytorch_model.bin").write_bytes(NEW["pytorch_model.bin"])

    with pytest.raises(WeightsChanged):
        pull(ENTRY, tmp_path)

    assert files(tmp_path)["pytorch_model.bin"] == NEW["pytorch_model.bin"]  # yours stays


def test_a_download_that_is_not_what_the_hub_says_is_never_recorded(
    hub: Hub, tmp_path: Path
) -> None:
    hub.etags["pytorch_model.bin"] = "a" * 64

    with pytest.raises(WeightsCorrupt, match=f"the hub's own index says {'a' * 64}"):
        pull(ENTRY, tmp_path)

    assert not (folder(tmp_path) / READY).exists()
    assert files(tmp_path) == {}


def test_a_commit_that_is_gone_is_an_error_that_names_it(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    lose(tmp_path)
    hub.branches["main"] = SECOND
    del hub.commits[FIRST]

    with pytest.raises(WeightsMissing, match=FIRST):
        pull(ENTRY, tmp_path)


def test_a_hash_that_the_manifest_states_later_wins(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path)
    stated = described("pytorch_model.bin", NEW["pytorch_model.bin"])
    newer = replace(ENTRY, revision="main", files=(stated, CONFIG))
    hub.commits[FIRST]["pytorch_model.bin"] = NEW["pytorch_model.bin"]

    pull(newer, tmp_path)

    assert files(tmp_path)["pytorch_model.bin"] == NEW["pytorch_model.bin"]
    assert record(tmp_path).recorded == ("config.json",)


def test_the_record_outlives_a_prune(hub: Hub, tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    pull(ENTRY, tmp_path)
    prune(list_prunable(store, [load_manifest("mini")]))
    assert files(tmp_path) == {}
    assert [path.name for path in folder(tmp_path).iterdir()] == [READY]
    assert list_prunable(store, [load_manifest("mini")]) == []
    hub.commits[FIRST] = dict(NEW)

    with pytest.raises(WeightsChanged):
        pull(ENTRY, tmp_path)
    hub.commits[FIRST] = dict(OLD)
    pull(ENTRY, tmp_path)

    assert files(tmp_path) == OLD


def test_a_web_servers_file_is_recorded_and_kept_likewise(tmp_path: Path) -> None:
    name, data = "net.pth", content(23, 100_000)
    with web_server({name: data}) as web:
        loose = WeightFile(name, None, None, may_be_recorded=True)
        entry = WeightEntry("tiny", web.url, "", (loose,))
        pull(entry, tmp_path, QUICK)
        (folder(tmp_path) / name).resolve().unlink()
        web.files[name] = data[::-1]

        with pytest.raises(WeightsChanged, match=f"{web.url}/{name} has sha256"):
            pull(entry, tmp_path, QUICK)
        web.files[name] = data
        pull(entry, tmp_path, QUICK)

    assert (folder(tmp_path) / name).read_bytes() == data


def test_a_marker_of_an_older_version_is_read_and_one_for_it_is_written() -> None:
    files = {"f": {"n_bytes": 1, "sha256": "0"}}
    old = {"name": "a", "revision": "r", "where": "x", "files": files}

    ready = Ready.from_json(json.dumps(old))

    assert (ready.commit, ready.recorded, ready.files) == ("", (), {"f": Known(1, "0")})
    assert json.loads(ready.to_json()) == old


def test_a_volume_without_a_bucket_records_all_the_same(hub: Hub, tmp_path: Path) -> None:
    pull(ENTRY, tmp_path, Transfer())

    assert record(tmp_path).recorded
