"""What S3 answers instead of an object."""

from __future__ import annotations

from wordlight.errors._root import WordlightError


class StorageError(WordlightError):
    """S3 does not give or take an object; ``place`` is its ``s3://`` address."""

    code = "STORAGE_ERROR"
    status = "UNAVAILABLE"

    def __init__(self, place: str, what: str) -> None:
        self.place = place
        super().__init__(f"{place}: {what}")


class StorageDenied(StorageError):
    """403: the key may not do this here."""

    code = "STORAGE_DENIED"

    def __init__(self, place: str, action: str) -> None:
        super().__init__(
            place,
            f"access denied (403); allow this key s3:{action} there. Without s3:ListBucket a "
            "missing object is denied too",
        )


class StorageMissing(StorageError):
    """404: there is no such bucket or object."""

    code = "STORAGE_MISSING"
    status = "NOT_FOUND"

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            place, f"there is no such {what} (404); check its name, region and AWS_ENDPOINT_URL"
        )


class CredentialsMissing(StorageError):
    """boto3 finds no key on this machine."""

    code = "CREDENTIALS_MISSING"

    def __init__(self, place: str) -> None:
        super().__init__(
            place,
            "no credentials on this machine; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or AWS_PROFILE",
        )


class CredentialsWrong(StorageError):
    """The storage does not know the key, or its secret is another."""

    code = "CREDENTIALS_WRONG"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            place,
            f"the credentials are wrong ({reason}); check AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, and that they belong to this endpoint",
        )


class CredentialsExpired(StorageError):
    """Temporary credentials whose time is over."""

    code = "CREDENTIALS_EXPIRED"

    def __init__(self, place: str) -> None:
        super().__init__(
            place,
            "the credentials have expired; renew them (AWS_SESSION_TOKEN and its keys) and try "
            "again: what has arrived is kept",
        )


class ClockSkewed(StorageError):
    """The storage refuses signatures because this machine's clock is off."""

    code = "CLOCK_SKEWED"

    def __init__(self, place: str) -> None:
        super().__init__(place, "this machine's clock is off by minutes; set it (NTP)")


class StorageUnavailable(StorageError):
    """503, timeouts or cut connections, more often than we try."""

    code = "STORAGE_UNAVAILABLE"

    def __init__(self, place: str, n_tries: int, reason: str) -> None:
        self.n_tries = n_tries
        super().__init__(
            place,
            f"no answer after {n_tries} tries ({reason}); check the network and "
            "AWS_ENDPOINT_URL, then try again: what has arrived is kept",
        )


class StorageChanged(StorageError):
    """The object was replaced while it was read."""

    code = "STORAGE_CHANGED"

    def __init__(self, place: str) -> None:
        super().__init__(place, "the object was replaced while it was read; try again")
