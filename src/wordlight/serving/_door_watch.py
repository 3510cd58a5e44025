"""Whether the front door's process still answers: it may have ended, be stopped, or hang."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from threading import Event, Thread

from wordlight.condition import FRONT, Breakdown
from wordlight.serving import _verdict
from wordlight.serving._http import ask
from wordlight.serving._stubs import STOPPED, Process
from wordlight.serving._trouble import Trouble

STOPPED_FOR_S = 0.5
"""A process that is stopped for longer (SIGSTOP, a debugger) is sick."""
ASK_EVERY_S, ANSWERS_WITHIN_S, MOST_SILENT = 2.0, 5.0, 3
"""How often it is asked, and how often it may not answer in a row."""
CONTINUE = "find out what stopped it"


@dataclass(slots=True)
class DoorWatch:
    """Watches a front door's process from ``begin`` to ``end``.

    Args:
        process: The process.
        address: The interface on which it listens.
        http_port: Its port for HTTP.
    """

    process: subprocess.Popen[bytes]
    address: str
    http_port: int
    _over: Event = field(default_factory=Event, init=False)
    _n_silent: int = field(default=0, init=False)
    _stopped_s: float | None = field(default=None, init=False)

    def begin(self) -> None:
        """Begins to ask it."""
        Thread(target=self._ask, name="door-watch", daemon=True).start()

    def end(self) -> None:
        """Asks no more."""
        self._over.set()

    def trouble(self) -> Trouble | None:
        """What is wrong with it now; None if nothing is."""
        if (status := self.process.poll()) is not None:
            why = f"the front door ended with status {status}"
            return Trouble(why, _verdict.LOG, Breakdown.ENDED, FRONT)
        if self._is_stopped():
            return Trouble(
                "the front door is stopped (SIGSTOP)", CONTINUE, Breakdown.STOPPED, FRONT
            )
        if self._n_silent >= MOST_SILENT:
            why = "the front door does not answer any more"
            return Trouble(why, _verdict.LOG, Breakdown.SILENT, FRONT)
        return None

    def _is_stopped(self) -> bool:
        one = Process.look(self.process.pid)
        if one is None or one.state != STOPPED:
            self._stopped_s = None
            return False
        now_s = time.monotonic()
        self._stopped_s = self._stopped_s or now_s
        return now_s - self._stopped_s > STOPPED_FOR_S

    def _ask(self) -> None:
        while not self._over.wait(ASK_EVERY_S):
            answer = ask(self.address, self.http_port, "ping", timeout_s=ANSWERS_WITHIN_S)
            self._n_silent = 0 if answer is not None else self._n_silent + 1
