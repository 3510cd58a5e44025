"""The start of a tritonserver, watched until the server is ready or the reason why not is known.

Triton waits for ever for a stub that did not start. So we watch each model's process ourselves:
whether it was started, lives and works, and what was logged.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wordlight.errors import Cause, ModelsFailed, ServerFailed
from wordlight.serving import _verdict
from wordlight.serving._log import ServerLog
from wordlight.serving._stubs import (
    STOPPED,
    WAITS_FOR_DISK,
    Activity,
    Process,
    StubWatch,
    thread_states,
)
from wordlight.serving._verdict import LOG

POLL_S = 0.2
LONGEST_POLL_S = 1.0
"""One poll counts as this long at most: if we ourselves were stopped, no model loses its time."""
REASON_WITHIN_S = 3.0
"""Triton takes a second or two to report a stub that died, with what Python wrote."""
LEAST_CPU_S, LEAST_BYTES, LEAST_FAULTS = 0.3, 2**16, 16
"""The least that counts as work. A waiting stub wakes every 0.3 s to report that it lives, which
takes 3 ms of processor time in 15 s."""
_STATES = {STOPPED: "it was stopped (SIGSTOP)", WAITS_FOR_DISK: "it waits for a disk"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a start may take.

    ``still_s`` is how long a process may do nothing at all. ``still_on_disk_s`` is how long it may
    do nothing while it waits for a disk, because a network volume may take a while. ``load_s``
    limits how long one model may load, warm-up included, even if it works all the time. Loading
    took 45 s on two busy cores (mini); 4 GB of weights and 5 GB of packages at 15 MB/s take 600 s.
    """

    load_s: float = 900.0
    still_s: float = 15.0
    still_on_disk_s: float = 60.0


@dataclass(slots=True)
class _Clock:
    """How long one process has been loading, and how long it has done nothing."""

    loading_s: float = 0.0
    still_s: float = 0.0
    mark: Activity = field(default_factory=Activity)

    def pass_time(self, elapsed_s: float, processes: Sequence[Process]) -> None:
        self.loading_s += elapsed_s
        self.still_s += elapsed_s
        now = _sum(processes)
        if _works(self.mark, now):
            self.mark, self.still_s = now, 0.0


@dataclass(slots=True)
class Start:
    """One start of a server with these models.

    ``is_live`` tells whether the server answers at all, which it does once every model was tried.
    """

    process: subprocess.Popen[bytes]
    log: ServerLog
    models: Sequence[str]
    is_live: Callable[[], bool]
    patience: Patience = field(default_factory=Patience)
    _clocks: dict[str, _Clock] = field(default_factory=dict)
    _server: _Clock = field(default_factory=_Clock)
    _dead: dict[str, int] = field(default_factory=dict)
    _dead_s: float = 0.0
    _missing: set[str] = field(default_factory=set)

    def wait(self, on_progress: Callable[[str], None] = lambda _: None) -> None:
        """Waits until the server is live; ``on_progress`` is told regularly what the server does.

        Raises:
            ServerFailed: tritonserver ended, or does nothing any more.
            ModelsFailed: A model did not load, or its process died or does nothing any more.
        """
        watch, before_s, was_live = StubWatch(self.process.pid), time.monotonic(), False
        while True:
            now_s = time.monotonic()
            elapsed_s, before_s = min(now_s - before_s, LONGEST_POLL_S), now_s
            stubs = watch.look()  # before the log, which reports a death only later
            self.log.read()
            self._name_the_dead(watch, stubs)
            self._refuse_an_end()
            self._refuse_failures(stubs, elapsed_s)
            is_live = self.is_live()
            if is_live and was_live:  # HTTP answers 50 ms before a taken metrics port shows
                self._refuse_failures({}, REASON_WITHIN_S)  # Triton will log no further reason
                return
            was_live = is_live
            self._refuse_stillness(stubs, elapsed_s)
            on_progress(self._doing(stubs))
            time.sleep(POLL_S)

    def _name_the_dead(self, watch: StubWatch, stubs: dict[str, list[Process]]) -> None:
        """Finds the models of processes that ended before they were seen.

        Triton logs that a model begins to load before it starts the model's process. So if at
        least as many unknown processes have ended as models lack a process, they belong together.
        """
        before, self._missing = self._missing, self.log.begun - self.log.loaded - stubs.keys()
        if self._missing <= before and len(self._missing) <= len(watch.nameless):
            for process, model in zip(watch.nameless, sorted(self._missing), strict=False):
                watch.name(process, model)
                stubs[model] = [process]

    def _refuse_an_end(self) -> None:
        status = self.process.poll()
        if status is None and not self.log.cannot_listen:
            return
        self.log.finish()
        cause = _verdict.ended(status or 0, self.log.words)
        why = f"tritonserver did not start: {cause.why}"
        raise ServerFailed(why, cause.todo, self.log.tail())

    def _refuse_failures(self, stubs: dict[str, list[Process]], elapsed_s: float) -> None:
        for model, processes in stubs.items():
            for process in processes:
                if process.has_ended and model not in self.log.loaded:
                    self._dead.setdefault(model, process.status)
        self._dead_s += elapsed_s if self._dead else 0.0
        silent = self._dead.keys() - self.log.failed.keys()
        if silent and self._dead_s < REASON_WITHIN_S:
            return  # Triton's reasons, for this model or others, may still come
        failed = {
            model: _verdict.failed(
                self.log.failed.get(model, ""), self._dead.get(model), self.log.words
            )
            for model in self.models
            if model in self.log.failed or model in self._dead
        }
        if failed:
            raise ModelsFailed(failed)

    def _refuse_stillness(self, stubs: dict[str, list[Process]], elapsed_s: float) -> None:
        server = Process.look(self.process.pid)
        if server is not None and server.state == STOPPED:  # models would wait for it in vain
            self._server.pass_time(elapsed_s, [server])
            self._refuse_a_still_server("it was stopped (SIGSTOP)")
            return
        loading = (self.log.begun | stubs.keys()) - self.log.loaded
        still: dict[str, Cause] = {}
        for model in sorted(loading):
            clock = self._clocks.setdefault(model, _Clock())
            clock.pass_time(elapsed_s, stubs.get(model, []))
            if verdict := self._out_of_patience(clock, stubs.get(model, [])):
                still[model] = verdict
        if still:
            raise ModelsFailed(still)
        if loading:
            self._server = _Clock()  # it waits for the models
            return
        self._server.pass_time(elapsed_s, [server] if server else [])
        self._refuse_a_still_server("no model loads")

    def _refuse_a_still_server(self, why: str) -> None:
        if self._server.still_s > self.patience.still_s:
            still = f"tritonserver has done nothing for {self._server.still_s:.0f} s: {why}"
            raise ServerFailed(still, LOG, self.log.tail())

    def _out_of_patience(self, clock: _Clock, processes: Sequence[Process]) -> Cause | None:
        if clock.still_s <= self.patience.still_s and clock.loading_s <= self.patience.load_s:
            return None
        states = {state for process in processes for state in thread_states(process.pid)}
        waits_for_disk = WAITS_FOR_DISK in states
        patience = self.patience
        patient_s = patience.still_on_disk_s if waits_for_disk else patience.still_s
        if clock.still_s > patient_s:
            doing = f"its process has done nothing for {clock.still_s:.0f} s"
            if not processes and clock.mark == Activity():
                doing = f"Triton has not started its process within {clock.still_s:.0f} s"
            elif not processes:
                doing = f"its process ended {clock.still_s:.0f} s ago, and Triton does not say why"
            why = [f": {words}" for state, words in _STATES.items() if state in states]
            if known := _verdict.explained(self.log.words):
                return Cause(f"{doing}: {known.why}", known.todo)
            return Cause("".join([doing, *why]), LOG)
        if clock.loading_s > patience.load_s:
            cause = f"it was not ready {patience.load_s:g} s after it began to load"
            return Cause(cause, f"see what slows this machine down; {LOG}")
        return None

    def _doing(self, stubs: dict[str, list[Process]]) -> str:
        loading = [
            f"{model} ({sum(each.resident_bytes for each in processes) / 1e6:,.0f} MB)"
            for model, processes in sorted(stubs.items())
            if model not in self.log.loaded
        ]
        ready = ", ".join(sorted(self.log.loaded))
        parts = [f"ready: {ready}" if ready else "", f"loading: {', '.join(loading)}"]
        return "; ".join(part for part in parts if part and part != "loading: ")


def _sum(processes: Sequence[Process]) -> Activity:
    return Activity(
        sum(process.activity.cpu_s for process in processes),
        sum(process.activity.read_bytes for process in processes),
        sum(process.activity.major_faults for process in processes),
    )


def _works(mark: Activity, now: Activity) -> bool:
    return (
        abs(now.cpu_s - mark.cpu_s) >= LEAST_CPU_S
        or abs(now.read_bytes - mark.read_bytes) >= LEAST_BYTES
        or abs(now.major_faults - mark.major_faults) >= LEAST_FAULTS
    )
