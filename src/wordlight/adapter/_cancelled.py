"""Ids of requests that nobody waits for any more, announced by one model's process to the others.

When a caller cancels, Triton (2.51) tells neither the steps of an ensemble nor the models that a
model has called. But all of these requests carry the caller's id. So a file in the server's state
folder marks an id as cancelled, and whoever works for a request looks for the file now and then.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import InvalidInput, StateUnwritable, WordlightError

FOLDER = "cancelled"
AFTERWARDS_S = 5.0
"""A request that comes this soon after its id was cancelled is cancelled too: it is a step that
the caller's own request was about to take."""
KEPT_S, SWEPT_EVERY_S = 3_600.0, 60.0
"""How long a cancelled id is remembered, which is longer than any request takes; and how often old
ones are removed."""


@dataclass(slots=True)
class Cancellations:
    """The ids that were cancelled.

    Args:
        folder: Where the ids are kept. None means that no id can be cancelled.
        clock: Seconds since 1970, comparable with the times of files.
    """

    folder: Path | None
    clock: Callable[[], float] = time.time
    _swept_s: float = -math.inf

    def announce(self, request_id: str) -> None:
        """Announces that nobody waits for the requests with this id any more.

        Raises:
            SetupError: There is no folder to announce it in, or it cannot be written.
        """
        if self.folder is None:
            raise StateUnwritable("it has none")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._sweep(self.folder)
            self._file(self.folder, request_id).touch()
        except OSError as error:
            raise StateUnwritable(error.strerror) from error

    def holds(self, request_id: str, since_s: float) -> bool:
        """Whether a request with this id that came at ``since_s`` has been cancelled."""
        if self.folder is None or not request_id:
            return False
        with suppress(OSError):
            told_s = self._file(self.folder, request_id).stat().st_mtime
            return since_s <= told_s + AFTERWARDS_S
        return False

    def _sweep(self, folder: Path) -> None:
        """Removes ids that were announced long ago, if the last look at the folder is long past."""
        if self.clock() < self._swept_s + SWEPT_EVERY_S:
            return
        self._swept_s = self.clock()
        for path in folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < self.clock() - KEPT_S:
                    path.unlink()

    @staticmethod
    def _file(folder: Path, request_id: str) -> Path:
        # Callers choose ids, so an id itself must not name a file.
        return folder / hashlib.sha256(request_id.encode()).hexdigest()[:32]


NEVER = Cancellations(None)
"""For a server in which no id is ever cancelled."""


@dataclass(frozen=True, slots=True)
class CancelCall:
    """The id of requests that nobody waits for any more."""

    id: str


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """The confirmation that an id was announced to all models."""

    told: int = 1


@dataclass(frozen=True, slots=True)
class CancelEngine:
    """The engine of the model `cancel`."""

    cancellations: Cancellations

    def run(self, calls: Sequence[CancelCall]) -> list[CancelAnswer | WordlightError]:
        """Announces the id of each call."""
        return [self._answer(call) for call in calls]

    def _answer(self, call: CancelCall) -> CancelAnswer | WordlightError:
        try:
            if not call.id:
                raise InvalidInput("ID", "is empty")
            self.cancellations.announce(call.id)
        except WordlightError as error:
            return error
        return CancelAnswer()
