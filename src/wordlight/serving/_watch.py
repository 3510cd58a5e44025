"""Looks at a server that serves: whether each of its processes still lives and works.

Triton (2.51) does not notice that a model's process ended or stands still: it goes on to report
that it is ready, and every request to that model waits for ever.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wordlight.condition import Breakdown
from wordlight.pulses import Pulse, read_pulses
from wordlight.serving import _verdict
from wordlight.serving._log import ServerLog
from wordlight.serving._stubs import STOPPED, Process, StubWatch
from wordlight.serving._trouble import Trouble

STOPPED_FOR_S = 0.5
"""A process that is stopped for longer (SIGSTOP, a debugger) is sick."""
STILL_FOR_S = 30.0
"""A process whose interpreter has not run for so long is sick. Numba holds it for 10 s at most."""
LONGEST_STEP_S = 1.0
"""What one look adds to these times at most: the whole machine may have been stopped between."""
MOMENT_S = 0.1
LAST_WORDS = 50
"""Lines of the log among which the reason of an end is looked for."""
CONTINUE = "continue it (kill -CONT), or end it: the server is started again"


@dataclass(slots=True)
class Watch:
    """The processes of one server, from when it is ready.

    ``pulses`` is the folder in which its models report (`wordlight.pulses`).
    """

    server: subprocess.Popen[bytes]
    log: ServerLog
    pulses: Path
    _models: dict[int, str] = field(default_factory=dict)
    _stopped_s: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    _still_s: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    _seen: dict[int, Pulse] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stubs = StubWatch(self.server.pid).look()
        self._models = {each.pid: model for model, of_it in stubs.items() for each in of_it}

    def look(self, elapsed_s: float) -> Trouble | None:
        """What is wrong with the server; None if nothing is.

        Args:
            elapsed_s: The seconds since the last look.
        """
        step_s = min(elapsed_s, LONGEST_STEP_S)
        if (status := self.server.poll()) is not None:
            return self._server_ended(status)
        if self._is_stopped(self.server.pid, step_s):
            return Trouble("tritonserver is stopped (SIGSTOP)", CONTINUE, Breakdown.STOPPED)
        pulses = read_pulses(self.pulses)
        for pid, model in self._models.items():
            process = Process.look(pid)
            if process is None or process.has_ended or process.parent != self.server.pid:
                return self._ended(model, process)
            if self._is_stopped(pid, step_s):
                why = f"the process of {model} is stopped (SIGSTOP)"
                return Trouble(why, CONTINUE, Breakdown.STOPPED, model)
            if self._is_still(pid, pulses.get(pid), step_s):
                why = f"the process of {model} has done nothing for {STILL_FOR_S:.0f} s"
                return Trouble(why, _verdict.LOG, Breakdown.STILL, model)
        return None

    def in_flight(self) -> int:
        """How many requests the models have taken and not answered."""
        return sum(self.in_flight_by_model().values())

    def in_flight_by_model(self) -> dict[str, int]:
        """The same for each model that has a process."""
        pulses, counts = read_pulses(self.pulses), dict.fromkeys(self._models.values(), 0)
        for pid, model in self._models.items():
            counts[model] += pulses[pid].in_flight if pid in pulses else 0
        return counts

    def _server_ended(self, status: int) -> Trouble:
        cause = _verdict.ended(status, self._words())
        why = f"tritonserver ended while it served: {cause.why}"
        return Trouble(why, cause.todo, Breakdown.ENDED)

    def _ended(self, model: str, process: Process | None) -> Trouble:
        with suppress(subprocess.TimeoutExpired):  # a model may have lost its server just now
            return self._server_ended(self.server.wait(MOMENT_S))
        status = process.status if process is not None and process.has_ended else None
        cause = _verdict.failed("", status, self._words())
        why = f"the process of {model} ended while it served: {cause.why}"
        return Trouble(why, cause.todo, Breakdown.ENDED, model)

    def _words(self) -> list[str]:
        """What was written last, other than by Triton and us."""
        with suppress(OSError):  # the log was moved away
            self.log.skip_to_the_tail()
            self.log.finish()
        return self.log.words[-LAST_WORDS:]

    def _is_stopped(self, pid: int, step_s: float) -> bool:
        process = Process.look(pid)
        is_stopped = process is not None and process.state == STOPPED
        self._stopped_s[pid] = self._stopped_s[pid] + step_s if is_stopped else 0.0
        return self._stopped_s[pid] > STOPPED_FOR_S

    def _is_still(self, pid: int, pulse: Pulse | None, step_s: float) -> bool:
        """A process that never reported is not judged: its model does not report."""
        if pulse is None:
            return False
        moved = self._seen.get(pid) != pulse
        self._seen[pid] = pulse
        self._still_s[pid] = 0.0 if moved else self._still_s[pid] + step_s
        return self._still_s[pid] > STILL_FOR_S
