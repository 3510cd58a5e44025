"""The settings of a transfer of weights: part sizes, tries and the bucket; and its reports."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from wordlight.errors import InvalidInput, S3Setting
from wordlight.storage import Place, check_key, parse_place

logger = logging.getLogger(__name__)

CACHE = "WORDLIGHT_S3_CACHE"
MIB = 1 << 20


def parse_prefix(url: str, field: str) -> Place:
    """The prefix that a setting names; ``field`` is the name of that setting.

    Raises:
        SetupError: The value is not ``s3://bucket/prefix`` with plain names.
    """
    try:
        place = parse_place(field, url)
        if place.key:
            check_key(field, place.key)
    except InvalidInput as error:
        raise S3Setting(field, str(error).removeprefix(f"{field} ")) from None
    return place


@dataclass(frozen=True, slots=True)
class Transfer:
    """The settings of a transfer: ``workers`` requests run at once, for ``part_bytes`` each.

    Each worker syncs what it has received every ``part_bytes / workers`` bytes. So a process that
    was killed has at most one part to fetch again, whatever the number of workers.
    """

    cache: Place | None = None
    part_bytes: int = 64 * MIB
    workers: int = 8
    n_tries: int = 5
    pause_s: float = 0.5
    timeout_s: float = 30.0

    @classmethod
    def from_environment(cls) -> Transfer:
        """The default settings, with the bucket that ``WORDLIGHT_S3_CACHE`` names, if any.

        Raises:
            SetupError: The variable is not ``s3://bucket/prefix``.
        """
        url = os.environ.get(CACHE, "")
        return cls(cache=parse_prefix(url, CACHE) if url else None)

    @property
    def piece_bytes(self) -> int:
        """How many bytes one worker may have received and not yet synced."""
        return max(1, self.part_bytes // self.workers)


class Watch:
    """Receives the reports of a transfer; this class writes them to the log."""

    def report(self, line: str) -> None:
        """Reports a sentence for the user."""
        logger.info(line)

    def moved(self, what: str, n_bytes: int, of_bytes: int) -> None:
        """Reports how much of a file was transferred or checked. Called from several threads."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The figures of one transfer."""

    name: str
    n_bytes: int
    seconds: float
    where: str

    def __str__(self) -> str:
        rate = self.n_bytes / 1e6 / max(self.seconds, 1e-3)
        return (
            f"{self.name}: {self.n_bytes / 1e6:,.1f} MB in {self.seconds:.1f} s "
            f"({rate:,.0f} MB/s) {self.where}"
        )
