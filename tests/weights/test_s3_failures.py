"""Each failure on the way to S3 has its own error, and the next pull goes on from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from s3_cases import CACHED, FILES, PART, PLACE, QUICK, SIZE, entry, pull, put, visible
from s3_wire import Wire, refusal

from wordlight.errors import (
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    FileFailed,
    StorageDenied,
    StorageError,
    StorageMissing,
    StorageUnavailable,
)

KEPT = "then try again: what has arrived is kept"
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

    with pytest.raises(FileFailed, match=f"{tmp_path}/volume.*: Not a directory"):
        pull(entry(FILES), tmp_path / "volume", QUICK)
