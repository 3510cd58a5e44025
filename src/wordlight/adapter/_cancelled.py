"""Ids of requests that nobody waits for any more, announced by one model's process to the others.

Triton passes a caller's end neither into the steps of an ensemble nor to calls from model to
model (2.51); but all of them carry the caller's id. A file in the server's state folder says that
an id is cancelled; whoever works for a request looks for the file now and then.
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
"""A request with the id that comes so soon after its end was announced ends too: it is a step that
the caller's own request was about to take."""
KEPT_S, SWEPT_EVERY_S = 3_600.0, 60.0
"""How long an end is remembered, longer than anybody works at a request; and how often old ones are
looked for."""


@dataclass(slots=True)
class Cancellations:
    """The ids that were cancelled.

    Args:
        folder: Where they are kept; None: nowhere, and none ever is.
        clock: Seconds since 1970, as files have them.
    """

    folder: Path | None
    clock: Callable[[], float] = time.time
    _swept_s: float = -math.inf

    def announce(self, request_id: str) -> None:
        """Says that nobody waits for the requests with this id.

        Raises:
            SetupError: There is no folder to announce it in.
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
        """Whether a request that came at ``since_s`` is one of those that nobody waits for."""
        if self.folder is None or not request_id:
            return False
        with suppress(OSError):
            told_s = self._file(self.folder, request_id).stat().st_mtime
            return since_s <= told_s + AFTERWARDS_S
        return False

    def _sweep(self, folder: Path) -> None:
        """Removes what was announced long ago; looks through the folder only now and then."""
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
"""Of a server in which nobody announces any."""


@dataclass(frozen=True, slots=True)
class CancelCall:
    """One id that nobody waits for."""

    id: str


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """All models can see it."""

    told: int = 1


@dataclass(frozen=True, slots=True)
class CancelEngine:
    """The engine of the model `cancel`."""

    cancellations: Cancellations

    def run(self, calls: Sequence[CancelCall]) -> list[CancelAnswer | WordlightError]:
        """Tells each id."""
        return [self._answer(call) for call in calls]

    def _answer(self, call: CancelCall) -> CancelAnswer | WordlightError:
        try:
            if not call.id:
                raise InvalidInput("ID", "is empty")
            self.cancellations.announce(call.id)
        except WordlightError as error:
            return error
        return CancelAnswer()
