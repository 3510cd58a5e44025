"""S3: a client with time limits, and the meaning of S3's answers.

Endpoint, region and credentials are boto3's own settings: ``AWS_ENDPOINT_URL_S3``,
``AWS_ACCESS_KEY_ID``, … and boto3's files and roles. boto3's settings for proxies apply too, except
that an endpoint on this machine is never reached through a proxy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from wordlight.errors import (
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    ProxySocks,
    S3Misconfigured,
    StorageChanged,
    StorageDenied,
    StorageError,
    StorageMissing,
    StorageUnavailable,
)
from wordlight.proxies import is_here, masked, parse_proxy

TOO_BUSY = {429, 500, 502, 503, 504}
DEFAULT_REGION = "us-east-1"
METADATA_SERVICE = "http://169.254.169.254"
"""Where boto3 gets the credentials of a machine at Amazon, possibly through ``HTTP_PROXY``."""
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
WRONG = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId"}


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long S3 may take to connect or between two bytes, and how often we try.

    At most ``connections`` are kept open.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    attempts: int = 3
    connections: int = 16


def connect(limits: TimeLimits) -> Any:
    """A boto3 client of S3, which any thread may use.

    Credentials are looked up at once. If no setting holds them, the machine's metadata service is
    asked, possibly through a proxy.

    Raises:
        SetupError: One of boto3's own settings is wrong; the sentence says which.
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: There are no
            credentials; ``storage_edge`` translates these exceptions.
    """
    import boto3
    from botocore import exceptions as aws

    try:
        session = boto3.session.Session()
        credentials = session.get_credentials()
        if credentials is None:
            raise aws.NoCredentialsError
        credentials.get_frozen_credentials()  # a role is assumed now
        client = _client(session, limits)
        _check_proxy(client.meta.endpoint_url)
    except (aws.BotoCoreError, ValueError, OSError) as error:  # OSError: a missing file
        _check_proxy(METADATA_SERVICE)
        if isinstance(error, _lacks_credentials()):
            raise
        raise _misconfigured(error) from error
    return client


def _client(session: Any, limits: TimeLimits) -> Any:
    from botocore.config import Config

    def made(**options: Any) -> Any:
        config = Config(
            connect_timeout=limits.connect_s,
            read_timeout=limits.read_s,
            retries={"total_max_attempts": limits.attempts, "mode": "standard"},
            max_pool_connections=limits.connections,
            signature_version="s3v4",
            # Not every storage knows S3's newer checksums. Important files we hash ourselves.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            **options,
        )
        region = session.region_name or DEFAULT_REGION
        return session.client("s3", region_name=region, config=config)

    client = made()
    if "amazonaws.com" in client.meta.endpoint_url:
        return client
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return made(
        s3={"addressing_style": "path"},  # bucket.host is rarely set up elsewhere
        proxies={} if is_here(host) else None,  # None: the environment's proxies
    )


def _lacks_credentials() -> tuple[type[Exception], ...]:
    from botocore import exceptions as aws

    return (
        aws.ConnectionError,
        aws.HTTPClientError,
        aws.NoCredentialsError,
        aws.PartialCredentialsError,
        aws.CredentialRetrievalError,
    )


def _check_proxy(url: str) -> None:
    """Checks the proxy through which boto3 would reach this URL, if there is one.

    Raises:
        SetupError: The proxy's address is malformed, or it is SOCKS, which boto3 cannot use.
    """
    from botocore.utils import get_environ_proxies

    parts = urlsplit(url)
    value = {} if is_here(parts.hostname or "") else get_environ_proxies(url)
    variable = f"{parts.scheme}_proxy".upper()
    if parts.scheme in value:
        proxy = parse_proxy(variable, value[parts.scheme])
        if proxy.is_socks:
            raise ProxySocks(proxy, variable)


def _misconfigured(error: Exception) -> S3Misconfigured:
    reason = masked(str(error)).rstrip(".")
    if isinstance(error, ValueError) and ("endpoint" in reason or "URL" in reason):
        return S3Misconfigured(reason, "write AWS_ENDPOINT_URL as https://host")
    return S3Misconfigured(reason)


@contextmanager
def storage_edge(place: str, action: str, limits: TimeLimits) -> Iterator[None]:
    """Turns boto3's exceptions into our own, which show S3's code but no header and no key id.

    Args:
        place: The address that is read or written, for the message.
        action: The permission that the key needs there: GetObject, PutObject.
        limits: The limits of the client that is used.

    Raises:
        StorageError: Its leaf says why S3 did not do what was asked.
    """
    from botocore import exceptions as aws

    try:
        yield
    except aws.ClientError as error:
        raise refusal(error.response, place, action, limits.attempts) from error
    except (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError):
        raise CredentialsMissing(place) from None
    except (aws.HTTPClientError, aws.ConnectionError) as error:
        raise StorageUnavailable(place, limits.attempts, why(error)) from error
    except aws.BotoCoreError as error:
        raise StorageError(place, why(error)) from error


def why(error: Exception) -> str:
    """boto3's own words, for a message, without the user and password of a proxy."""
    return f"{type(error).__name__}: {masked(str(error))}"


def refusal(
    answer: Mapping[str, Any], place: str, action: str, n_tries: int, said: str = ""
) -> StorageError:
    """The problem that S3's answer reports. ``said`` is S3's message, if it may be shown."""
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    reason = f"{code}: {said}" if said else code
    leaf: StorageError
    if code in EXPIRED:
        leaf = CredentialsExpired(place, reason)
    elif code in WRONG:
        leaf = CredentialsWrong(place, reason)
    elif code == "RequestTimeTooSkewed":
        leaf = ClockSkewed(place)
    elif status in (401, 403):
        leaf = StorageDenied(place, action, f"{status} {said and reason}".rstrip())
    elif status == 404:
        leaf = StorageMissing(place, "bucket" if code == "NoSuchBucket" else "object")
    elif status == 412:
        leaf = StorageChanged(place)
    elif status in TOO_BUSY:
        leaf = StorageUnavailable(place, n_tries, f"{status} {reason}".rstrip())
    else:
        leaf = StorageError(place, f"S3 answers {status} {reason}".rstrip())
    return leaf
