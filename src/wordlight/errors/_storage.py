"""Problems with object storage (S3): settings, credentials, and error responses."""

from __future__ import annotations

from wordlight.errors._root import Severity, WordlightError
from wordlight.errors._setup import SetupError

__all__ = [
    "BucketMissing",
    "ClockSkewed",
    "CredentialsExpired",
    "CredentialsMissing",
    "CredentialsWrong",
    "S3ClientMissing",
    "S3Misconfigured",
    "S3Setting",
    "StorageChanged",
    "StorageDenied",
    "StorageError",
    "StorageMissing",
    "StorageUnavailable",
]


class S3Setting(SetupError):
    """A Wordlight setting is not the name of a bucket."""

    code = "S3_SETTING"
    says = "{setting} {what}"
    meaning = "The setting is not understood, and ignoring it would hide the mistake."
    advice = "write it as {form}"

    setting: str
    what: str
    form: str = "s3://bucket or s3://bucket/prefix"


class BucketMissing(SetupError):
    """The setting for the bucket to push weights to is missing."""

    code = "BUCKET_MISSING"
    says = "there is no bucket to push to"
    meaning = "Weights are pushed to the bucket in this setting, but the setting is missing."
    advice = "set {setting}=s3://bucket/prefix"

    setting: str


class S3ClientMissing(SetupError):
    """A bucket is configured, but the S3 client is not installed."""

    code = "S3_NO_CLIENT"
    severity = Severity.WARNING
    says = "{url} is configured, but boto3 is not installed"
    meaning = "The bucket is not used: weights come from the volume or the hub alone."
    advice = "pip install boto3, in the environment of the command"

    url: str


class S3Misconfigured(SetupError):
    """A setting of boto3 is wrong."""

    code = "S3_MISCONFIGURED"
    says = "S3: {reason}"
    meaning = "A setting of boto3, in a variable or a file, is invalid."
    advice = "{todo}"

    reason: str
    todo: str = "correct this setting (a variable AWS_…, or a file in ~/.aws)"


class StorageError(WordlightError):
    """S3 does not deliver or accept an object; ``place`` is its ``s3://`` address."""

    code = "STORAGE_ERROR"
    status = "UNAVAILABLE"
    says = "{place}: {what}"
    meaning = (
        "The store has a problem, or is not an S3 store: it answers in a way that S3 does not."
    )
    advice = "try again; if it stays, check AWS_ENDPOINT_URL and the store's status page"

    place: str

    def __init__(self, place: str, what: str) -> None:
        self.place, self.what = place, what


class StorageDenied(StorageError):
    """The access key has no permission for this action."""

    code = "STORAGE_DENIED"
    says = "{place}: access denied ({reason})"
    meaning = "S3 answers 401 or 403: it knows the key, but its policy does not allow this action."
    advice = (
        "allow this key s3:{action} there (without s3:ListBucket a missing object is denied too), "
        "or take another: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"
    )

    action: str
    reason: str = "403"


class StorageMissing(StorageError):
    """404: there is no such bucket or object."""

    code = "STORAGE_MISSING"
    status = "NOT_FOUND"
    says = "{place}: there is no such {what} (404)"
    meaning = "The name is misspelt, or it lies at another endpoint or in another account."
    advice = "correct its name, the region or AWS_ENDPOINT_URL; or make the {what}"

    what: str


class CredentialsMissing(StorageError):
    """boto3 finds no credentials on this machine."""

    code = "CREDENTIALS_MISSING"
    says = "{place}: there are no credentials on this machine"
    meaning = "No key was found in the environment, in ~/.aws, or from the machine's role."
    advice = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"


class CredentialsWrong(StorageError):
    """The storage does not know the access key, or its secret is wrong."""

    code = "CREDENTIALS_WRONG"
    says = "{place}: the credentials are wrong ({reason})"
    meaning = "The store does not know the key, or the secret does not belong to it."
    advice = (
        "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; they must belong to this endpoint"
    )

    reason: str


class CredentialsExpired(StorageError):
    """The temporary credentials have expired."""

    code = "CREDENTIALS_EXPIRED"
    says = "{place}: the credentials have expired ({reason})"
    meaning = "The credentials of a role are valid for a few hours only."
    advice = "renew them (AWS_SESSION_TOKEN and its keys) and try again: what has arrived is kept"

    reason: str = "ExpiredToken"


class ClockSkewed(StorageError):
    """S3 refuses signatures because this machine's clock is wrong."""

    code = "CLOCK_SKEWED"
    says = "{place}: this machine's clock is {off}"
    meaning = (
        "Each request is signed with its time, and S3 refuses a time that is more than 900 s off."
    )
    advice = "set the clock (timedatectl set-ntp true; in a container: the host's)"

    off: str = "off by minutes"


class StorageUnavailable(StorageError):
    """Every attempt ended with 503, a timeout or a cut connection."""

    code = "STORAGE_UNAVAILABLE"
    says = "{place}: no answer after {tries} ({reason})"
    meaning = (
        "Every attempt ended without a connection in 5 s, without an answer in 20 s, or with 429 "
        "or 5xx. The reason may be a wrong AWS_ENDPOINT_URL, a missing route, a firewall, or a "
        "problem of the store."
    )
    advice = (
        "check AWS_ENDPOINT_URL and the way out of this machine: curl -I {endpoint}; then try "
        "again: what has arrived is kept"
    )

    n_tries: int
    reason: str
    endpoint: str = "$AWS_ENDPOINT_URL"

    @property
    def tries(self) -> str:
        """The number of attempts, in words."""
        return "1 try" if self.n_tries == 1 else f"{self.n_tries} tries"


class StorageChanged(StorageError):
    """The object was replaced during the download."""

    code = "STORAGE_CHANGED"
    says = "{place}: the object was replaced while it was read"
    meaning = "Somebody pushed another file of that name at the same time."
    advice = "try again"
