"""Runs a program: shows progress while the program is silent, and never lets it outlive us."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

SAY_EVERY_S = 8.0
NOT_STARTED = 127


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it wrote. The status is ``None`` if it ran out of time."""

    status: int | None
    said: str


def run(
    command: Sequence[str],
    variables: Mapping[str, str],
    progress: Callable[[float], str],
    within_s: float | None = None,
) -> Ended:
    """Runs a program that cannot outlive us, whatever ends us, and returns how it ended.

    The program's parent is a guard: a fork of ours in a session of its own. The guard reads from a
    pipe whose other end only we hold. When that end closes, the guard kills the whole session.
    ``progress`` takes the seconds so far and returns the line that is shown every few seconds.
    """
    output, output_end = os.pipe()
    leash_end, leash = os.pipe()
    guard = os.fork()
    if guard == 0:
        os.close(leash)
        _guard(command, variables, leash_end, output_end)
    os.close(leash_end)
    os.close(output_end)
    try:
        is_in_time, said = _listen(output, progress, within_s)
        if not is_in_time:
            return Ended(None, said)
        return Ended(_exit_status(os.waitpid(guard, 0)[1]), said)
    finally:
        os.close(leash)
        os.close(output)
        _kill(guard)


def _guard(
    command: Sequence[str], variables: Mapping[str, str], leash_end: int, output_end: int
) -> NoReturn:
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output_end, 1)
        os.dup2(output_end, 2)
        os.close(output_end)
        threading.Thread(target=_end_with_owner, args=(leash_end,), daemon=True).start()
        child = subprocess.Popen(command, env=dict(variables))
        status = child.wait()
        os._exit(status if status >= 0 else 128 - status)
    except OSError as error:
        os.write(2, os.fsencode(f"{command[0]}: {error.strerror}\n"))
    finally:
        os._exit(NOT_STARTED)


def _end_with_owner(leash_end: int) -> None:
    os.read(leash_end, 1)  # returns when the owner's end is closed, by the owner or by its death
    os.killpg(0, signal.SIGKILL)


def _listen(
    output: int, progress: Callable[[float], str], within_s: float | None
) -> tuple[bool, str]:
    """Reads the output to its end; returns whether it ended in time, and its text."""
    parts: list[bytes] = []
    started_s = said_s = time.monotonic()
    while True:
        now_s = time.monotonic()
        if within_s is not None and now_s - started_s >= within_s:
            return False, _text(parts)
        wait_s = said_s + SAY_EVERY_S - now_s
        if within_s is not None:
            wait_s = min(wait_s, started_s + within_s - now_s)
        if select.select([output], [], [], max(wait_s, 0.0))[0]:
            part = os.read(output, 1 << 16)
            if not part:
                return True, _text(parts)
            parts.append(part)
        elif time.monotonic() - said_s >= SAY_EVERY_S:
            said_s = time.monotonic()
            print(f"  {progress(said_s - started_s)}", file=sys.stderr, flush=True)


def _text(parts: Sequence[bytes]) -> str:
    return b"".join(parts).decode(errors="replace")


def _exit_status(wait_status: int) -> int:
    return os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else 128 + wait_status


def _kill(guard: int) -> None:
    """Kills the guard and its session, unless they have already ended."""
    try:
        if os.waitpid(guard, os.WNOHANG)[0] == guard:
            return
        for end in (os.killpg, os.kill):  # os.kill: the guard may have no session of its own yet
            with contextlib.suppress(ProcessLookupError):
                end(guard, signal.SIGKILL)
        os.waitpid(guard, 0)
    except ChildProcessError:
        pass
