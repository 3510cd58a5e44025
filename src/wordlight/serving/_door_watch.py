"""Whether the front door's process still works: it may have ended, be stopped, or hang."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wordlight.condition import FRONT, Breakdown
from wordlight.serving import _verdict
from wordlight.serving._stubs import STOPPED, Process
from wordlight.serving._trouble import Trouble

STOPPED_FOR_S = 0.5
"""A process that is stopped for longer (SIGSTOP, a debugger) is sick."""
STILL_FOR_S = 15.0
"""A front door whose event loop has not run for longer hangs. It touches its file five times a
second; its own port is not asked, because callers may have taken all its connections."""
REMEDY = "find out what stopped it"


@dataclass(slots=True)
class DoorWatch:
    """Watches a front door's process.

    Args:
        process: The process.
        pulse: The file that it touches.
    """

    process: subprocess.Popen[bytes]
    pulse: Path
    _stopped_s: float | None = field(default=None, init=False)
    _seen_ns: int = field(default=0, init=False)
    _seen_s: float = field(default_factory=time.monotonic, init=False)

    def trouble(self) -> Trouble | None:
        """What is wrong with it now; None if nothing is."""
        if (status := self.process.poll()) is not None:
            why = f"the front door ended with status {status}"
            return Trouble(why, _verdict.LOG, Breakdown.ENDED, FRONT)
        if self._is_stopped():
            return Trouble("the front door is stopped (SIGSTOP)", REMEDY, Breakdown.STOPPED, FRONT)
        if self._still_s() > STILL_FOR_S:
            why = f"the front door has done nothing for {STILL_FOR_S:.0f} s"
            return Trouble(why, _verdict.LOG, Breakdown.STILL, FRONT)
        return None

    def _still_s(self) -> float:
        """For how many seconds its file was not touched, as far as was looked."""
        now_s = time.monotonic()
        with suppress(OSError):
            touched_ns = self.pulse.stat().st_mtime_ns
            if touched_ns != self._seen_ns:
                self._seen_ns, self._seen_s = touched_ns, now_s
        return now_s - self._seen_s

    def _is_stopped(self) -> bool:
        one = Process.look(self.process.pid)
        if one is None or one.state != STOPPED:
            self._stopped_s = None
            return False
        now_s = time.monotonic()
        self._stopped_s = self._stopped_s or now_s
        return now_s - self._stopped_s > STOPPED_FOR_S
