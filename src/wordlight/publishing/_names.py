"""Where a narration is published: its destination, and its folder there."""

from __future__ import annotations

from collections.abc import Collection

from wordlight.errors import BucketNotAllowed, InvalidInput
from wordlight.publishing._settings import BUCKETS_SETTING
from wordlight.storage import Place, check_key, parse_place

LISTING_FILE = "published.json"
"""Uploaded last: once it is there, every file that it lists is there, with the bytes it states."""
KEY_DIGITS = 32


def allowed_place(destination: str, buckets: Collection[str]) -> Place:
    """The place that DESTINATION names.

    Raises:
        InvalidInput: DESTINATION names no place.
        BucketNotAllowed: The place's bucket is not one of ``buckets``.
    """
    place = parse_place("DESTINATION", destination)
    if place.bucket not in buckets:
        raise BucketNotAllowed("DESTINATION", place.bucket, BUCKETS_SETTING)
    if place.key:
        check_key("DESTINATION", place.key)
    return place


def folder_in(place: Place, key: str | None, request_id: str, digest: str) -> Place:
    """The folder in ``place``: KEY, else the request's id, else the digest of the files.

    A repeated request is published in the same folder again.

    Raises:
        InvalidInput: The folder would lie outside the prefix.
        TooLong: Prefix and key together are longer than S3 allows.
    """
    folder = place.within(_name(key, request_id) or digest)
    check_key("DESTINATION/KEY", folder.within(LISTING_FILE).key)
    return folder


def _name(key: str | None, request_id: str) -> str:
    if key is not None:
        check_key("KEY", key)
        return key
    if request_id:
        try:
            check_key("KEY", request_id)
        except InvalidInput:
            raise InvalidInput(
                "KEY", "is missing, and the request's id cannot stand in for it: it is no plain key"
            ) from None
    return request_id
