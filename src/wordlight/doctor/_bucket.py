"""The S3 bucket: whether it is there, takes our credentials, and its clock agrees with ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from wordlight.doctor._finding import Finding, State, fine, wrong
from wordlight.errors import (
    ClockSkewed,
    CredentialsMissing,
    S3ClientMissing,
    SetupError,
    StorageError,
    StorageUnavailable,
)
from wordlight.storage import METADATA_SERVICE, TimeLimits, connect, refusal
from wordlight.weights import CACHE, parse_prefix

NAME = "bucket"
ACTION = "ListBucket"
LIMITS = TimeLimits(connect_s=3.0, read_s=5.0, attempts=1, connections=1)
SKEW_WARNED_S = 300.0
"""S3 refuses a request if its time of signing is more than 900 s off (RequestTimeTooSkewed)."""


def check_bucket(url: str) -> Finding:
    """The finding of a request that lists one key. ``url`` is ``s3://bucket/prefix``."""
    try:
        place = parse_prefix(url, CACHE)
    except SetupError as error:
        return wrong(NAME, error)
    try:
        import boto3  # noqa: F401 - what `connect` needs
        import botocore.exceptions as aws
    except ModuleNotFoundError:
        return wrong(NAME, S3ClientMissing(url))
    endpoint = METADATA_SERVICE  # asked first, if no setting holds credentials
    try:
        client = connect(LIMITS)
        endpoint = client.meta.endpoint_url
        answer = client.list_objects_v2(Bucket=place.bucket, Prefix=place.key, MaxKeys=1)
    except (aws.NoCredentialsError, aws.PartialCredentialsError):
        return _warning(CredentialsMissing(url))
    except (aws.ConnectionError, aws.HTTPClientError) as error:  # no name, no route, TLS, late
        reason = str(error).partition(': "')[0]  # without the URL of this one request
        return _warning(StorageUnavailable(url, LIMITS.attempts, reason, endpoint))
    except aws.ClientError as error:
        return _refusal(error.response, url)
    except aws.BotoCoreError as error:
        return _warning(StorageError(url, str(error)))
    except SetupError as error:  # the endpoint is not an address
        return _warning(error)
    return _check_clock(answer, url) or fine(NAME, f"{url} at {endpoint}, credentials taken")


def _warning(problem: StorageError | SetupError) -> Finding:
    """A warning only: a server can start without its bucket."""
    return wrong(NAME, problem, State.WARNING)


def _refusal(answer: Mapping[str, Any], url: str) -> Finding:
    status = int(answer["ResponseMetadata"]["HTTPStatusCode"])
    skewed = _check_clock(answer, url)
    if skewed and status in (400, 403):
        return skewed
    said = str(answer["Error"].get("Message", ""))
    return _warning(refusal(answer, url, ACTION, LIMITS.attempts, said))


def _check_clock(answer: Mapping[str, Any], url: str) -> Finding | None:
    stated = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    now = datetime.now(UTC)
    try:
        skew_s = (now - parsedate_to_datetime(stated)).total_seconds() if stated else 0.0
    except (TypeError, ValueError):  # no date, or one without a zone
        return None
    if abs(skew_s) < SKEW_WARNED_S:
        return None
    way = "ahead of" if skew_s > 0 else "behind"
    return _warning(ClockSkewed(url, f"{abs(skew_s):.0f} s {way} the store's"))
