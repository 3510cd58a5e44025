"""A bucket is checked before anything is made. Only problems that are certain are reported."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError
from s3_server import S3

from wordlight.errors import (
    BucketNotAllowed,
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    InvalidInput,
    SetupError,
    StorageMissing,
    StorageUnavailable,
    WordlightError,
)
from wordlight.publishing import PublishCheck, PublishSettings
from wordlight.publishing._check import ASKING
from wordlight.storage import connect

ALLOWED = PublishSettings(frozenset({"films", "gone"}))


class Asked:
    """An S3 whose listings raise; it counts them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.n_times = error, 0

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        self.n_times += 1
        if self.error is not None:
            raise self.error
        return {}


def refusal(status: int, code: str) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "ListObjectsV2")  # type: ignore[arg-type]


def check(s3: Asked, destination: str = "s3://films/a", request_id: str = "") -> None:
    PublishCheck(ALLOWED, lambda: s3).check(destination, None, request_id)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (refusal(404, "NoSuchBucket"), StorageMissing),
        (refusal(403, "InvalidAccessKeyId"), CredentialsWrong),
        (refusal(403, "SignatureDoesNotMatch"), CredentialsWrong),
        (refusal(400, "ExpiredToken"), CredentialsExpired),
        (refusal(403, "RequestTimeTooSkewed"), ClockSkewed),
        (refusal(503, "SlowDown"), StorageUnavailable),
        (ConnectTimeoutError(endpoint_url="http://s3"), StorageUnavailable),
        (NoCredentialsError(), CredentialsMissing),
    ],
)
def test_what_would_keep_files_out_is_told_first(
    error: Exception, told: type[WordlightError]
) -> None:
    with pytest.raises(told, match="s3://films/a"):
        check(Asked(error))


@pytest.mark.parametrize(
    "error",
    [None, refusal(403, "AccessDenied"), refusal(501, "NotImplemented"), refusal(301, "Moved")],
)
def test_a_key_that_may_only_put_and_a_store_that_lists_nothing_pass(
    error: Exception | None,
) -> None:
    s3 = Asked(error)

    check(s3)

    assert s3.n_times == 1


@pytest.mark.parametrize(
    ("destination", "request_id", "told"),
    [
        ("s3://radio/a", "", BucketNotAllowed),
        ("films/a", "", InvalidInput),
        ("s3://films/a", "job 7", InvalidInput),
    ],
)
def test_no_bucket_is_asked_for_names_that_cannot_be(
    destination: str, request_id: str, told: type[WordlightError]
) -> None:
    s3 = Asked()

    with pytest.raises(told):
        check(s3, destination, request_id)

    assert s3.n_times == 0


def test_settings_that_cannot_be_read_are_told_to_each_request_and_keep_nothing_from_loading() -> (
    None
):
    checking = PublishCheck.load({"WORDLIGHT_PUBLISH_BUCKETS": "Films!"})

    for _ in range(2):
        with pytest.raises(SetupError, match="WORDLIGHT_PUBLISH_BUCKETS holds 'Films!'"):
            checking.check("s3://films/a", None, "")


def test_a_real_bucket_passes_and_one_that_is_not_there_does_not(s3: S3) -> None:
    checking = PublishCheck(ALLOWED, lambda: connect(ASKING))

    checking.check("s3://films/2026", "intro", "")
    with pytest.raises(StorageMissing, match="s3://gone/2026: there is no such bucket"):
        checking.check("s3://gone/2026", "intro", "")


def test_a_store_that_never_answers_is_waited_for_a_few_seconds(
    s3: S3, silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", silent_server)
    started_s = time.monotonic()

    with pytest.raises(StorageUnavailable, match="no answer after 2 tries"):
        PublishCheck(ALLOWED, lambda: connect(ASKING)).check("s3://films/a", None, "")

    assert time.monotonic() - started_s < 7.0
