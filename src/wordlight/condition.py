"""How the server is: the supervisor writes it to a file, and the front door reads it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

from wordlight.errors import NotServing, ServerEnding, WordlightError


class Phase(StrEnum):
    """A state of the supervisor."""

    STARTING = "starting"
    SERVING = "serving"
    SICK = "sick"
    DRAINING = "draining"
    STOPPED = "stopped"


class Breakdown(StrEnum):
    """How a process of the server broke."""

    ENDED = "ended"
    STOPPED = "stopped"
    STILL = "still"
    """Its interpreter did not run."""
    SILENT = "silent"
    """It did not answer."""
    NOT_STARTED = "not_started"


TRITON, FRONT = "tritonserver", "front"
"""The processes that are no model's."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the supervisor has counted since it started.

    Args:
        started: When it started, in seconds since 1970.
        load_s: How long the last start of the server took; 0 before the first one.
        restarts: How often the server, or its front door, was started again: by the process that
            broke and by `Breakdown`.
    """

    started: float = 0.0
    load_s: float = 0.0
    restarts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def with_restart(self, process: str, how: Breakdown) -> Tally:
        """The tally with one more new start."""
        of_it = self.restarts.get(process, {})
        now = {**of_it, how.value: of_it.get(how.value, 0) + 1}
        return replace(self, restarts={**self.restarts, process: now})

    @classmethod
    def parse(cls, text: str) -> Tally:
        """The tally beside a condition; an empty one if there is none.

        Raises:
            ValueError: The text is no JSON object.
        """
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("no JSON object")
        told = found.get("tally")
        return cls(**told) if isinstance(told, dict) else cls()


@dataclass(frozen=True, slots=True)
class Condition:
    """How the server is.

    Args:
        phase: The supervisor's state.
        doing: What it does in a start, such as ``loading f5_tts``.
        code: The code of the problem, if there is one.
        sentence: The problem in one sentence.
        remedy: What to do about it.
        since: When the phase began, in seconds since 1970.
        has_served: Whether the server has served since the supervisor started.
    """

    phase: Phase
    doing: str = ""
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    since: float = 0.0
    has_served: bool = False

    def write(self, path: Path, tally: Tally = Tally()) -> None:
        """Writes the condition and a tally; a reader sees either the old ones or these."""
        new = path.with_name(f".{path.name}.{os.getpid()}")
        new.write_text(json.dumps({**asdict(self), "tally": asdict(tally)}), encoding="utf-8")
        new.replace(path)

    @classmethod
    def parse(cls, text: str) -> Condition:
        """The condition in a file's text.

        Raises:
            ValueError: The text is no condition.
        """
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("no JSON object")
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {name: found[name] for name in known & found.keys()}
        values["phase"] = Phase(values.get("phase", ""))
        return cls(**values)

    @property
    def ping(self) -> HTTPStatus:
        """The status for RunPod's load balancer: 204 only before the first time of serving."""
        if self.phase is Phase.SERVING:
            return HTTPStatus.OK
        if self.phase is Phase.STARTING and not self.has_served:
            return HTTPStatus.NO_CONTENT
        return HTTPStatus.SERVICE_UNAVAILABLE

    @property
    def ready(self) -> HTTPStatus:
        """The status of ``/v2/health/ready``."""
        is_serving = self.phase is Phase.SERVING
        return HTTPStatus.OK if is_serving else HTTPStatus.SERVICE_UNAVAILABLE

    @property
    def live(self) -> HTTPStatus:
        """The status of ``/v2/health/live``: the first start, which may take long, is life too."""
        is_starting = self.ping is HTTPStatus.NO_CONTENT
        return HTTPStatus.OK if is_starting else self.ready

    def refusal(self) -> WordlightError | None:
        """The problem that a request meets now; None if the server takes requests."""
        if self.phase is Phase.SERVING:
            return None
        if self.phase is Phase.DRAINING:
            return ServerEnding()
        why = self.sentence or f"it is {self.phase}{f' ({self.doing})' if self.doing else ''}"
        problem = NotServing(why)
        return problem.reworded(str(problem), self.remedy) if self.remedy else problem


class ConditionFile:
    """The newest condition in the supervisor's file, which is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._condition = _lost("is not there yet")
        self._has_served = False
        self.tally = Tally()
        """As it was when the file could be read last."""

    def now(self) -> Condition:
        """How the server is. A file that is missing or unreadable is a sick server."""
        try:
            stat = self._path.stat()
            seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if seen != self._seen:
                text = self._path.read_text(encoding="utf-8")
                self._condition, self.tally = Condition.parse(text), Tally.parse(text)
                self._seen = seen
        except (OSError, ValueError, TypeError) as error:
            self._seen = None
            kind = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
            self._condition = _lost(kind)
        self._has_served |= self._condition.has_served or self._condition.phase is Phase.SERVING
        if self._has_served and not self._condition.has_served:
            self._condition = Condition(**{**asdict(self._condition), "has_served": True})
        return self._condition


def _lost(what: str) -> Condition:
    return Condition(
        Phase.SICK,
        code=NotServing.code,
        sentence=f"the file in which the supervisor says how the server is {what}",
        remedy="start the server again with `wordlight serve`",
        since=time.time(),
    )
