"""Volumes that share a bucket share its record of what was pulled."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_hub import Hub
from recorded_entry import ENTRY, FIRST, NEW, OLD, SECOND, files, folder, push, record, sha256
from s3_cases import CACHED, pull
from s3_wire import Wire

from wordlight.errors import WeightsChanged
from wordlight.manifest import Manifest, load_manifest
from wordlight.weights import BlobStore, Watch, push_pending
from wordlight.weights._blobs import PUSH
from wordlight.weights._record import Ready


def test_two_volumes_that_pull_from_one_bucket_agree(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    pull(ENTRY, one, CACHED)
    push(one)
    hub.branches["main"] = SECOND
    hub.asked.clear()

    (moved,) = pull(ENTRY, two, CACHED)

    assert moved.where == "from s3://weights/cache"
    assert files(two) == files(one) == OLD
    assert (record(two).commit, record(two).recorded) == (FIRST, record(one).recorded)
    assert hub.asked == []


def test_a_bucket_that_lost_a_blob_still_says_what_it_was(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    pull(ENTRY, one, CACHED)
    push(one)
    (bucket / "cache/blobs" / sha256(OLD["pytorch_model.bin"])).unlink()
    hub.branches["main"] = SECOND

    pull(ENTRY, two, CACHED)

    assert files(two) == OLD
    hub.commits[FIRST] = dict(NEW)
    with pytest.raises(WeightsChanged, match=r"in s3://weights/cache/models/tiny/main/ready\.json"):
        pull(ENTRY, tmp_path / "three", CACHED)


def test_who_pushes_first_decides_what_the_bucket_records(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    pull(ENTRY, one)
    hub.branches["main"] = SECOND
    pull(ENTRY, two)
    push(one)

    with pytest.raises(WeightsChanged) as caught:
        push(two)
    assert "pytorch_model.bin on this volume has sha256" in str(caught.value)
    assert "s3://weights/cache/models/tiny/main/ready.json" in str(caught.value)
    (folder(two) / PUSH).touch()
    with caplog.at_level("WARNING"):
        push_pending(profile(), BlobStore(two), CACHED, Watch())
    assert "not pushed to s3://weights/cache" in caplog.text
    theirs = json.loads((bucket / "cache/models/tiny/main/ready.json").read_text())
    assert theirs["commit"] == FIRST

    (folder(two) / "config.json").resolve().unlink()
    with pytest.raises(WeightsChanged, match=r"in s3://weights/cache has sha256"):
        pull(ENTRY, two, CACHED)


def test_a_garbled_record_in_the_bucket_is_passed_by_and_replaced(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path
) -> None:
    at = bucket / "cache/models/tiny/main/ready.json"
    at.parent.mkdir(parents=True)
    at.write_text("{}")

    pull(ENTRY, tmp_path, CACHED)
    push(tmp_path)

    assert Ready.from_json(at.read_bytes()) == record(tmp_path)


def profile() -> Manifest:
    return replace(load_manifest("mini"), weights={"tiny": ENTRY})
