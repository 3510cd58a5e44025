"""How weights travel: sizes, tries, the bucket that stands before the hub, and who watches."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass

from wordlight.errors import InvalidInput, S3Setting
from wordlight.storage import Place, check_key, parse_place

logger = logging.getLogger(__name__)

CACHE = "WORDLIGHT_S3_CACHE"
MIB = 1 << 20

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@-]{0,254}")


def is_safe_path(path: str) -> bool:
    """Whether a relative path stays in its folder and has plain names, on disk and as a key.

    >>> [is_safe_path(p) for p in ("net/model.bin", "../model.bin", "/etc/x", "a//b", ".ready")]
    [True, False, False, False, False]
    """
    return len(path) <= 900 and all(_SEGMENT.fullmatch(name) for name in path.split("/"))


def parse_prefix(url: str, field: str) -> Place:
    """The prefix that a setting names; ``field`` is where it stands.

    Raises:
        SetupError: It is no ``s3://bucket/prefix`` of plain names.
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
    """One ranged request asks for ``part_bytes``; ``workers`` of them run at once.

    What arrives is made durable every ``part_bytes / workers``, so that a process that is killed
    has at most one part to fetch again, whatever the number of workers.
    """

    cache: Place | None = None
    part_bytes: int = 64 * MIB
    workers: int = 8
    n_tries: int = 5
    pause_s: float = 0.5
    timeout_s: float = 30.0

    @classmethod
    def from_environment(cls) -> Transfer:
        """With the cache that ``WORDLIGHT_S3_CACHE`` names, if any.

        Raises:
            SetupError: The variable is no ``s3://bucket/prefix``.
        """
        url = os.environ.get(CACHE, "")
        return cls(cache=parse_prefix(url, CACHE) if url else None)

    @property
    def piece_bytes(self) -> int:
        """What one worker may have received and not yet made durable."""
        return max(1, self.part_bytes // self.workers)


class Watch:
    """What is reported of a transfer; this one writes it to the log."""

    def report(self, line: str) -> None:
        """A sentence worth reading."""
        logger.info(line)

    def moved(self, what: str, n_bytes: int, of_bytes: int) -> None:
        """So much of a file has been transferred or checked. Called from several threads."""


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
