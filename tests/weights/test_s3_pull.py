"""Weights come whole from a real S3 server, in parts, and stay whole on the volume."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from s3_cases import (
    CACHED,
    NET,
    PART,
    QUICK,
    SIZE,
    content,
    entry,
    pull,
    pull_elsewhere,
    put,
    visible,
)
from s3_wire import Wire

from wordlight.errors import SetupError, WeightsCorrupt, WeightsUnpinned
from wordlight.manifest import WeightEntry, WeightFile
from wordlight.weights import BlobStore, Transfer, Watch, parse_prefix, push_entry
from wordlight.weights._blobs import PUSH
from wordlight.weights._objects import S3Object
from wordlight.weights._parts import PartFile

FILES = {"net/model.bin": content(1), "config.json": b"{}", "empty.txt": b""}


def test_a_pull_brings_every_file_and_says_how_fast(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)

    (moved,) = pull(entry(FILES), volume)

    assert visible(volume) == FILES
    assert moved.n_bytes == SIZE + 2
    assert "MB/s) from s3://weights/models" in str(moved)
    for blob in (volume / "blobs").glob("[0-9a-f]*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    assert list((volume / "blobs/.unfinished").iterdir()) == []


def test_a_complete_volume_asks_no_bucket(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)
    pull(entry(FILES), volume, CACHED)
    wire.mend()

    assert pull(entry(FILES), volume, CACHED) == []

    assert wire.n_connections == 0


def test_files_without_stated_hashes_are_kept_by_the_marker(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, {"a.safetensors": content(2, 1000)})
    vague = WeightEntry(
        "tiny", "s3://weights/models", "r1", (WeightFile("a.safetensors", None, None),)
    )
    pull(vague, volume)
    blob = volume / "blobs" / hashlib.sha256(content(2, 1000)).hexdigest()
    blob.write_bytes(b"\0" + content(2, 1000)[1:])

    pull(vague, volume)

    assert visible(volume) == {"a.safetensors": content(2, 1000)}


def test_a_rotten_blob_heals(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)
    pull(entry(FILES), volume)
    blob = (volume / "models/tiny/r1/net/model.bin").resolve()
    blob.write_bytes(b"\0" * SIZE)

    (moved,) = pull(entry(FILES), volume)

    assert moved.n_bytes == SIZE
    assert visible(volume) == FILES


def test_a_pickle_without_a_hash_is_refused_before_any_network(wire: Wire, volume: Path) -> None:
    pickle = WeightEntry("tiny", "s3://weights/models", "", (WeightFile("m.bin", None, None),))

    with pytest.raises(WeightsUnpinned, match=r"m\.bin can run code .* no sha256"):
        pull(pickle, volume)

    assert wire.n_connections == 0


def test_eight_workers_fetch_once(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, NET)
    wire.rate_bytes_s = 8e6

    workers = [pull_elsewhere(volume) for _ in range(8)]
    statuses = [worker.wait(60) for worker in workers]

    assert statuses == [0] * 8
    assert visible(volume) == NET
    n_bytes = sum(map(len, NET.values()))
    print(f"8 processes: {wire.n_down_bytes / n_bytes:.3f} times the bytes of one")
    assert wire.n_down_bytes <= 1.1 * n_bytes


def test_the_bucket_before_the_source_is_asked_first(
    bucket: Path, wire: Wire, volume: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)
    pull(entry(FILES), volume, CACHED)
    assert (volume / "models/tiny/r1" / PUSH).exists()

    sent = push_entry(entry(FILES), BlobStore(volume), CACHED, Watch())
    again = push_entry(entry(FILES), BlobStore(volume), CACHED, Watch())
    for path in FILES:
        (bucket / "models" / path).unlink()
    (moved,) = pull(entry(FILES), tmp_path / "other", CACHED)

    assert (sent.n_bytes, again.n_bytes) == (SIZE + 2, 0)
    assert not (volume / "models/tiny/r1" / PUSH).exists()
    assert moved.where == "from s3://weights/cache"
    assert visible(tmp_path / "other") == FILES


def test_a_corrupt_cache_is_passed_by_and_mended(
    bucket: Path, wire: Wire, volume: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)
    sha256 = hashlib.sha256(FILES["net/model.bin"]).hexdigest()
    pull(entry(FILES), volume, CACHED)
    push_entry(entry(FILES), BlobStore(volume), CACHED, Watch())
    (bucket / "cache/blobs" / sha256).write_bytes(b"\0" * SIZE)

    moved = pull(entry(FILES), tmp_path / "other", CACHED)
    rotten = (tmp_path / "other/models/tiny/r1" / PUSH).read_text().split()
    push_entry(entry(FILES), BlobStore(tmp_path / "other"), CACHED, Watch(), rotten)

    assert moved[-1].where == "from s3://weights/models"
    assert visible(tmp_path / "other") == FILES
    assert (bucket / "cache/blobs" / sha256).read_bytes() == FILES["net/model.bin"]


def test_only_what_is_right_is_pushed(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)
    pull(entry(FILES), volume)
    blob = (volume / "models/tiny/r1/net/model.bin").resolve()
    blob.write_bytes(b"\0" * SIZE)

    with pytest.raises(WeightsCorrupt, match="has sha256"):
        push_entry(entry(FILES), BlobStore(volume), CACHED, Watch())

    assert not (bucket / "cache").exists()


def test_files_put_there_by_hand_are_taken_into_the_store(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, {"config.json": b"{}", "empty.txt": b""})
    put(volume, {"net/model.bin": FILES["net/model.bin"]}, "models/tiny/r1")

    (moved,) = pull(entry(FILES), volume)

    assert moved.n_bytes == 2
    assert visible(volume) == FILES


@pytest.mark.parametrize(
    "url", ["s3://", "s3://x", "http://weights/x", "s3://weights/../x", "s3://w w/x"]
)
def test_a_cache_that_is_no_prefix_is_refused(url: str) -> None:
    with pytest.raises(SetupError, match=r"^FIELD "):
        parse_prefix(url, "FIELD")


def test_a_torn_journal_tells_of_less_never_of_more(tmp_path: Path) -> None:
    found = S3Object("weights", "x", 4 * PART, '"etag"')
    with PartFile(tmp_path / "x", found) as part:
        part.write(0, content(3, 2 * PART))
        part.record(0, PART)
        part.record(PART, 2 * PART)
    journal = tmp_path / "x.journal"

    for cut in range(len(journal.read_bytes())):
        journal.write_bytes(journal.read_bytes()[:-1])
        assert PartFile(tmp_path / "x", found).n_done <= 2 * PART, cut
    assert PartFile(tmp_path / "x", replace(found, etag='"other"')).n_done == 0


def test_what_is_not_durable_yet_is_never_more_than_a_part() -> None:
    for transfer in (QUICK, Transfer()):
        assert transfer.piece_bytes * transfer.workers <= transfer.part_bytes
