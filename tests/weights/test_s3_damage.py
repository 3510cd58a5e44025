"""Damaged, changed and replaced objects are found, and the right bytes are fetched."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from s3_cases import FILES, PATH, PLACE, SIZE, content, entry, pull, put, visible
from s3_wire import Wire

from wordlight.errors import StorageUnavailable, WeightsCorrupt


def test_another_size_is_refused_before_a_byte_is_fetched(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, {PATH: FILES[PATH][:-1]})

    with pytest.raises(WeightsCorrupt) as caught:
        pull(entry(FILES), volume)

    assert caught.value.told == (
        f"weights 'tiny': {PLACE} has bytes {SIZE - 1}, the manifest says {SIZE}\n→ put the right "
        "object there, or correct the manifest, and pull again"
    )
    assert wire.n_down_bytes < 10_000


def test_a_flipped_bit_in_the_bucket_is_found_and_nothing_of_it_stays(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    flipped = bytearray(FILES[PATH])
    flipped[SIZE // 2] ^= 1
    put(bucket, {PATH: bytes(flipped)})

    with pytest.raises(WeightsCorrupt) as caught:
        pull(entry(FILES), volume)

    assert f"{PLACE} has sha256 {hashlib.sha256(flipped).hexdigest()}" in str(caught.value)
    assert visible(volume) == {}
    assert [path for path in (volume / "blobs").rglob("*") if path.is_file()] == []
    put(bucket, FILES)
    pull(entry(FILES), volume)
    assert visible(volume) == FILES


def test_a_bit_that_flips_on_the_disk_before_a_resume_is_found(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, FILES)
    wire.then_at_bytes, wire.then = SIZE // 2, wire.die
    with pytest.raises(StorageUnavailable):
        pull(entry(FILES), volume)
    wire.mend()
    (part,) = (volume / "blobs/.unfinished").glob("*.part")
    (journal,) = (volume / "blobs/.unfinished").glob("*.journal")
    start = int(journal.read_text().split("\n")[1].split()[0])
    with part.open("rb+") as stream:
        stream.seek(start)
        byte = stream.read(1)[0]
        stream.seek(start)
        stream.write(bytes([byte ^ 1]))

    with pytest.raises(WeightsCorrupt, match="has sha256"):
        pull(entry(FILES), volume)
    pull(entry(FILES), volume)

    assert visible(volume) == FILES


def test_an_object_replaced_between_two_tries_is_fetched_anew(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, {PATH: content(9)})
    wire.then_at_bytes, wire.then = SIZE // 2, wire.die
    with pytest.raises(StorageUnavailable):
        pull(entry(FILES), volume)
    wire.mend()
    put(bucket, FILES)

    (moved,) = pull(entry(FILES), volume)

    assert moved.n_bytes == SIZE
    assert visible(volume) == FILES
