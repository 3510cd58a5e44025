"""Checks a request to publish before anything is made, as far as that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any

from wordlight.errors import SetupError, StorageDenied, StorageError
from wordlight.publishing._names import KEY_DIGITS, allowed_place, folder_in
from wordlight.publishing._settings import PublishSettings
from wordlight.publishing._storage import Storage
from wordlight.storage import Place, TimeLimits, connect, storage_edge

ASKING = TimeLimits(connect_s=2.0, read_s=2.0, attempts=2)
"""Time limits of the check. A store that takes longer to list one key is in trouble."""


class PublishCheck:
    """Refuses what `PublishEngine` would refuse, and asks S3 whether the bucket exists."""

    def __init__(self, settings: PublishSettings | SetupError, open_s3: Callable[[], Any]) -> None:
        self._settings, self._storage = settings, Storage(open_s3)

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> PublishCheck:
        """The check of an engine with the settings in this environment.

        If they cannot be read, every request is refused with that error.
        """
        settings: PublishSettings | SetupError
        try:
            settings = PublishSettings.from_environment(environment)
        except SetupError as error:
            settings = error
        return cls(settings, partial(connect, ASKING))

    def check(self, destination: str, key: str | None, request_id: str) -> None:
        """Checks that files can be put there, as far as that can be known without putting one.

        Raises:
            InvalidInput: DESTINATION or KEY is invalid.
            StorageError: S3 refuses or cannot be reached; the subclass says which.
            SetupError: This server cannot publish.
        """
        if isinstance(self._settings, SetupError):
            raise copy(self._settings)
        place = allowed_place(destination, self._settings.buckets)
        folder_in(place, key, request_id, "0" * KEY_DIGITS)
        self._ask(place)

    def _ask(self, place: Place) -> None:
        """Lists one key, to see whether S3 answers.

        Two errors are passed over: a denied listing, because the server's credentials may allow
        only uploads, and an answer that fits no known error. HEAD would do, but its errors have no
        body, and so no reason.
        """
        try:
            with storage_edge(str(place), "ListBucket", ASKING):
                client = self._storage.client()
                client.list_objects_v2(Bucket=place.bucket, Prefix=place.key, MaxKeys=1)
        except StorageDenied:
            return
        except StorageError as error:
            if type(error) is not StorageError:
                raise
