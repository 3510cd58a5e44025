"""Addresses in S3: a bucket and a key, or a prefix of keys that no key under it can leave."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wordlight.errors import InvalidInput, TooLong

SCHEME = "s3://"
LONGEST_KEY_BYTES = 1024
"""Source: Amazon S3 user guide, "Naming Amazon S3 objects"."""
BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Source: Amazon S3 user guide, "General purpose bucket naming rules"."""
KEY_PART = re.compile(r"[A-Za-z0-9._=-]+")
"""One part of a key between slashes: characters that are safe in URLs, shells and file systems."""


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, and a key or a prefix of keys in it. An empty key means the whole bucket."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}".rstrip("/")

    def within(self, *parts: str) -> Place:
        """The place of a key under this one.

        >>> str(Place("films", "2026").within("a", "speech.mp3"))
        's3://films/2026/a/speech.mp3'
        """
        return Place(self.bucket, "/".join(part for part in (self.key, *parts) if part))


def parse_place(field: str, address: str) -> Place:
    """The place that ``s3://bucket/key`` names; a slash at the end is ignored.

    Raises:
        InvalidInput: The address has another form, or S3 does not allow the bucket's name.
    """
    if not address.startswith(SCHEME):
        raise InvalidInput(field, f"is {address[:60]!r}; it must look like s3://bucket/prefix")
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not BUCKET_NAME.fullmatch(bucket):
        raise InvalidInput(field, f"names the bucket {bucket[:63]!r}; S3 allows no such name")
    return Place(bucket, key.removesuffix("/"))


def check_key(field: str, key: str) -> None:
    """Checks that every part of the key is plain, so that it stays under its prefix.

    Raises:
        InvalidInput: A part is empty, ``.`` or ``..``, or has other characters than letters,
            digits and ``. _ = -``.
        TooLong: The key is longer than S3 allows.
    """
    n_bytes = len(key.encode())
    if n_bytes > LONGEST_KEY_BYTES:
        raise TooLong(field, n_bytes, LONGEST_KEY_BYTES, "bytes")
    for part in key.split("/"):
        if part in (".", "..") or not KEY_PART.fullmatch(part):
            raise InvalidInput(
                field,
                f"has the part {part[:40]!r}; parts between slashes must be of letters, digits "
                "and . _ = - and not be . or ..",
            )
