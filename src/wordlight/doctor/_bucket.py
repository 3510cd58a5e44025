"""The S3 bucket: reachable, credentials taken, there, and clocks that agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from wordlight.doctor._finding import Complaint, Finding, State, fine
from wordlight.errors import SetupError
from wordlight.storage import METADATA_SERVICE, TimeLimits, connect
from wordlight.weights import CACHE, parse_prefix

LIMITS = TimeLimits(connect_s=3.0, read_s=5.0, attempts=1, connections=1)
SKEW_WARNED_S = 300.0
"""S3 refuses requests signed more than 900 s off (RequestTimeTooSkewed)."""

S3_SETTING = Complaint(
    "S3_SETTING",
    State.ERROR,
    "{setting} is {value!r}, which is no s3://bucket/prefix",
    "The setting cannot be understood; it is better mended than ignored.",
    "write it as s3://bucket or s3://bucket/prefix",
)
S3_NO_CLIENT = Complaint(
    "S3_NO_CLIENT",
    State.WARNING,
    "{url} is configured, but boto3 is not installed",
    "The bucket is not used: weights come from the volume or the hub alone.",
    "pip install boto3, in the environment of the command",
)
S3_UNREACHABLE = Complaint(
    "S3_UNREACHABLE",
    State.WARNING,
    "{url} cannot be reached at {endpoint}: {reason}",
    "Nothing answers at the endpoint: a wrong AWS_ENDPOINT_URL, no route out, or a firewall.",
    "check AWS_ENDPOINT_URL and the way out of this machine: curl -I {endpoint}",
)
S3_NO_CREDENTIALS = Complaint(
    "S3_NO_CREDENTIALS",
    State.WARNING,
    "there are no credentials for {url}",
    "No key was found in the environment, in ~/.aws, or from the machine's role.",
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as secrets of the endpoint",
)
S3_REFUSED = Complaint(
    "S3_REFUSED",
    State.WARNING,
    "{url} refuses these credentials: {reason}",
    "The key is unknown, its secret is wrong, it has expired, or its policy lacks "
    "s3:ListBucket or s3:GetObject for this bucket.",
    "renew AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or grant "
    "s3:ListBucket and s3:GetObject on the bucket",
)
S3_NO_BUCKET = Complaint(
    "S3_NO_BUCKET",
    State.WARNING,
    "the bucket of {url} does not exist",
    "The name is misspelt, or it lies at another endpoint or in another account.",
    "correct the setting, or make the bucket",
)
S3_CLOCK_SKEW = Complaint(
    "S3_CLOCK_SKEW",
    State.WARNING,
    "this machine's clock is {skew} s {way} that of {url}",
    "Requests carry the time in their signature; S3 refuses what is more than 900 s off.",
    "set the clock (timedatectl set-ntp true; in a container: the host's)",
)
S3_FAILS = Complaint(
    "S3_FAILS",
    State.WARNING,
    "{url} answers with an error: {reason}",
    "The store itself is in trouble, or is none.",
    "try again later; if it stays, check AWS_ENDPOINT_URL and the store's status page",
)


def check_bucket(url: str) -> Finding:
    """What a listing of one key says. ``url`` is ``s3://bucket/prefix``."""
    try:
        place = parse_prefix(url, CACHE)
    except SetupError:
        return S3_SETTING.found("bucket", setting=CACHE, value=url)
    try:
        import boto3  # noqa: F401 - what `connect` needs
        import botocore.exceptions as wrong
    except ModuleNotFoundError:
        return S3_NO_CLIENT.found("bucket", url=url)
    endpoint = METADATA_SERVICE  # asked first, for credentials, where no setting holds them
    try:
        client = connect(LIMITS)
        endpoint = client.meta.endpoint_url
        answer = client.list_objects_v2(Bucket=place.bucket, Prefix=place.key, MaxKeys=1)
    except (wrong.NoCredentialsError, wrong.PartialCredentialsError):
        return S3_NO_CREDENTIALS.found("bucket", url=url)
    except (wrong.ConnectionError, wrong.HTTPClientError) as error:  # no name, no route, TLS, late
        reason = str(error).partition(': "')[0]  # without the URL of this one request
        return S3_UNREACHABLE.found("bucket", url=url, reason=reason, endpoint=endpoint)
    except wrong.ClientError as error:
        return _refusal(error.response, url)
    except (wrong.BotoCoreError, SetupError) as error:  # SetupError: an endpoint that is no address
        return S3_FAILS.found("bucket", url=url, reason=error)
    return _check_clock(answer, url) or fine("bucket", f"{url} at {endpoint}, credentials taken")


def _refusal(answer: Mapping[str, Any], url: str) -> Finding:
    code = str(answer["Error"].get("Code", ""))
    status = int(answer["ResponseMetadata"]["HTTPStatusCode"])
    reason = f"{code}: {answer['Error'].get('Message', '')}".rstrip(": ")
    skewed = _check_clock(answer, url)
    if skewed and status in (400, 403):
        return skewed
    if code in ("NoSuchBucket", "404"):
        return S3_NO_BUCKET.found("bucket", url=url)
    if status in (400, 401, 403):  # 400: ExpiredToken, InvalidToken
        return S3_REFUSED.found("bucket", url=url, reason=reason)
    return S3_FAILS.found("bucket", url=url, reason=reason)


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
    return S3_CLOCK_SKEW.found("bucket", url=url, skew=f"{abs(skew_s):.0f}", way=way)
