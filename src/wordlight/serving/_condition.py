"""The condition of a server: what health checks, the front door and an operator are told."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from wordlight.errors import WordlightError

FILE = "condition.json"
"""The file in the server's state folder that holds the condition."""


class Phase(StrEnum):
    """What a server is doing."""

    STARTING = "starting"
    SERVING = "serving"
    SICK = "sick"
    DRAINING = "draining"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Condition:
    """A server's condition at one moment.

    ``doing`` says how far a start has come. ``code``, ``sentence`` and ``remedy`` give the reason
    where it is sick. ``since`` is in seconds since 1970.
    """

    phase: Phase = Phase.STARTING
    doing: str = ""
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    since: float = field(default_factory=time.time)
    has_served: bool = False

    @property
    def status(self) -> HTTPStatus:
        """What a load balancer is answered: 200, 503, or 204 before the server serves at first.

        Source: https://docs.runpod.io/serverless/load-balancing/overview
        """
        if self.phase is Phase.SERVING:
            return HTTPStatus.OK
        if self.phase is Phase.STARTING and not self.has_served:
            return HTTPStatus.NO_CONTENT
        return HTTPStatus.SERVICE_UNAVAILABLE

    def to_json(self) -> str:
        """The condition as JSON."""
        return json.dumps(asdict(self))


class Board:
    """Where the supervisor posts the condition, and everybody reads it. Threads may share it."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._file: Path | None = None
        self._posting = Lock()

    @property
    def condition(self) -> Condition:
        """The condition that was posted last."""
        return self._condition

    def keep_in(self, folder: Path | None) -> None:
        """Writes the condition into that folder too, from now on; None ends that."""
        with self._posting:
            self._file = folder / FILE if folder else None
            self._write()

    def post(self, phase: Phase, doing: str = "", problem: WordlightError | None = None) -> None:
        """Posts a new condition."""
        with self._posting:
            self._condition = Condition(
                phase,
                doing,
                problem.code if problem else "",
                str(problem) if problem else "",
                problem.remedy if problem else "",
                has_served=self._condition.has_served or phase is Phase.SERVING,
            )
            self._write()

    def progress(self, doing: str) -> None:
        """Says how far the present phase has come."""
        with self._posting:
            self._condition = replace(self._condition, doing=doing)
            self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        new = self._file.with_suffix(".new")
        new.write_text(self._condition.to_json())
        new.replace(self._file)
