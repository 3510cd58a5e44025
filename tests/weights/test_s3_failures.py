"""Every way the way over S3 can break has one sentence of its own, and a way back."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_cases import CACHED, PART, QUICK, SIZE, content, entry, pull, put, visible
from s3_wire import Wire, refusal

from wordlight.errors import (
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    SetupError,
    StorageDenied,
    StorageError,
    StorageMissing,
    StorageUnavailable,
    VolumeFull,
    WeightsCorrupt,
)

PATH = "net/model.bin"
FILES = {PATH: content(1)}
PLACE = "s3://weights/models/net/model.bin"
KEPT = "then try again: what has arrived is kept"


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    return tmp_path / "volume"


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    at = tmp_path / "small"
    at.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size=8m,uid={os.geteuid()}"
    mounted = subprocess.run(
        [*sudo, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.decode()}")
    yield at
    subprocess.run([*sudo, "umount", "-l", str(at)], check=True)


REFUSALS = [
    (403, "AccessDenied", StorageDenied, f"{PLACE}: access denied (403)", "s3:GetObject there"),
    (404, "NoSuchBucket", StorageMissing, f"{PLACE}: there is no such bucket (404)",
     "AWS_ENDPOINT_URL"),
    (404, "NoSuchKey", StorageMissing, f"{PLACE}: there is no such object (404)",
     "AWS_ENDPOINT_URL"),
    (400, "ExpiredToken", CredentialsExpired,
     f"{PLACE}: the credentials have expired (ExpiredToken)",
     "renew them (AWS_SESSION_TOKEN and its keys) and try again: what has arrived is kept"),
    (403, "InvalidAccessKeyId", CredentialsWrong,
     f"{PLACE}: the credentials are wrong (InvalidAccessKeyId)",
     "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; they must belong to this endpoint"),
    (403, "RequestTimeTooSkewed", ClockSkewed, f"{PLACE}: this machine's clock is off by minutes",
     "set the clock"),
    (503, "SlowDown", StorageUnavailable, f"{PLACE}: no answer after 3 tries (503 SlowDown)",
     KEPT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code", "leaf", "says", "remedy"), REFUSALS, ids=[row[1] for row in REFUSALS]
)
def test_a_refusal_has_its_own_words_and_passes(
    bucket: Path,
    wire: Wire,
    volume: Path,
    status: int,
    code: str,
    leaf: type[StorageError],
    says: str,
    remedy: str,
) -> None:
    put(bucket, FILES)
    wire.always = refusal(status, code)

    with pytest.raises(leaf) as caught:
        pull(entry(FILES), volume)
    assert str(caught.value) == says
    assert remedy in caught.value.remedy
    assert visible(volume) == {}

    wire.mend()
    pull(entry(FILES), volume)
    assert visible(volume) == FILES


def test_a_few_503_are_lived_through(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)
    wire.answers = [refusal(503, "SlowDown")] * 2

    pull(entry(FILES), volume)

    assert visible(volume) == FILES


def test_a_wrong_secret_is_told_by_the_real_server(
    bucket: Path, wire: Wire, volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, FILES)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")

    with pytest.raises(CredentialsWrong, match="SignatureDoesNotMatch"):
        pull(entry(FILES), volume)


def test_no_credentials_are_told(
    bucket: Path, wire: Wire, volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(CredentialsMissing, match="set AWS_ACCESS_KEY_ID and"):
        pull(entry(FILES), volume)


def test_nobody_listening_is_told(
    volume: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(StorageUnavailable, match=f"(?s)no answer after 3 tries .*{KEPT}"):
        pull(entry(FILES), volume)


def test_cut_connections_are_taken_up_where_they_broke(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, FILES)
    wire.cut_after_bytes, wire.n_cuts = PART // 3, 12

    pull(entry(FILES), volume)

    assert wire.n_cuts == 0
    assert visible(volume) == FILES


def test_a_line_that_stays_dead_is_told_and_what_came_is_kept(
    bucket: Path, wire: Wire, volume: Path
) -> None:
    put(bucket, FILES)
    wire.then_at_bytes, wire.then = SIZE // 2, wire.die

    with pytest.raises(StorageUnavailable, match=KEPT):
        pull(entry(FILES), volume)

    wire.mend()
    (moved,) = pull(entry(FILES), volume)
    assert 0 < moved.n_bytes < SIZE
    assert visible(volume) == FILES


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


def test_a_volume_without_room_is_told_before_a_byte_is_fetched(
    bucket: Path, wire: Wire, small_volume: Path
) -> None:
    put(bucket, FILES)
    (small_volume / "film").write_bytes(b"x" * (4 << 20))

    with pytest.raises(VolumeFull) as caught:
        pull(entry(FILES), small_volume)

    assert re.fullmatch(
        rf"volume {small_volume} has 4\.\d MB free and 4\.6 MB are needed", str(caught.value)
    )
    assert "`wordlight volume prune`" in caught.value.remedy
    assert caught.value.remedy.endswith("try again: what has been fetched is kept")
    assert wire.n_down_bytes < 10_000


def test_a_disk_that_fills_up_midway_keeps_what_can_be_resumed(
    bucket: Path, wire: Wire, small_volume: Path
) -> None:
    put(bucket, FILES)
    film = small_volume / "film"
    wire.rate_bytes_s = 8e6
    wire.then_at_bytes, wire.then = SIZE // 2, lambda: _fill(film)

    with pytest.raises(VolumeFull, match="what has been fetched is kept"):
        pull(entry(FILES), small_volume)
    assert visible(small_volume) == {}

    film.unlink()
    (moved,) = pull(entry(FILES), small_volume)
    assert 0 < moved.n_bytes < SIZE
    assert visible(small_volume) == FILES


def test_a_broken_cache_is_told_and_passed_by(
    bucket: Path, wire: Wire, volume: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(bucket, FILES)
    wire.answers = [refusal(403, "AccessDenied")] * 2

    with caplog.at_level("INFO"):
        pull(entry(FILES), volume, CACHED)

    assert visible(volume) == FILES
    assert "tiny: going on without s3://weights/cache: s3://weights/cache/blobs/" in caplog.text


def test_a_file_where_the_volume_should_be_is_told(tmp_path: Path, wire: Wire) -> None:
    (tmp_path / "volume").write_text("not a folder")

    with pytest.raises((SetupError, OSError)):
        pull(entry(FILES), tmp_path / "volume", QUICK)


def _fill(film: Path) -> None:
    """Takes all room that is left."""
    try:
        with film.open("wb", buffering=0) as stream:
            while True:
                stream.write(b"x" * 65536)
    except OSError:
        return
