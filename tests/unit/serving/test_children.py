"""A process bound to us runs the command itself, and ends when we end, however that happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wordlight.serving import bound_to_us
from wordlight.serving._children import Guard

STARTS_A_CHILD = """\
import subprocess, sys, time
from wordlight.serving import bound_to_us

child = subprocess.Popen(bound_to_us(["sleep", "60"]), start_new_session=True)
while b"sleep" not in open(f"/proc/{child.pid}/cmdline", "rb").read():
    time.sleep(0.01)
print(child.pid, flush=True)
time.sleep(60)
"""
GUARDS = """\
import os, subprocess, time
from wordlight.serving._children import Guard

guard, started = Guard(), []
for _ in range(2):
    command = ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait"]
    started.append(subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE))
    guard.watch(started[-1].pid)
guard.release(started[1].pid)
print(*[one.pid for one in started], *[int(one.stdout.readline()) for one in started], flush=True)
time.sleep(60)
"""
"""It guards two process groups of two processes each, and forgets the second."""
WITHIN_S = 10.0


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(bound_to_us(command), capture_output=True, text=True, check=False)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_us_even_if_we_are_killed(end: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_CHILD], stdout=subprocess.PIPE, text=True
    ) as us:
        assert us.stdout is not None
        child = int(us.stdout.readline())
        assert is_running(child)

        us.send_signal(end)

    deadline_s = time.monotonic() + WITHIN_S
    while is_running(child):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.mark.parametrize("state", [signal.SIGCONT, signal.SIGSTOP], ids=["running", "stopped"])
def test_a_guard_kills_the_whole_group_of_one_who_is_killed_even_if_it_is_stopped(
    state: signal.Signals,
) -> None:
    with subprocess.Popen([sys.executable, "-c", GUARDS], stdout=subprocess.PIPE, text=True) as us:
        assert us.stdout is not None
        kept, released, *children = map(int, us.stdout.readline().split())
        os.killpg(kept, state)

        us.kill()

    deadline_s = time.monotonic() + WITHIN_S
    while is_running(kept) or is_running(children[0]):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    assert is_running(children[1])
    os.killpg(released, signal.SIGKILL)


def test_a_guard_that_ends_or_was_killed_harms_nothing() -> None:
    guard = Guard()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as group:
        guard.watch(group.pid)
        guard.release(group.pid)
        guard.end()
        assert is_running(group.pid)

        guard.watch(group.pid)
        assert guard._process is not None
        guard._process.kill()
        guard._process.wait()
        guard.release(group.pid)
        guard.end()
        guard.end()

        assert is_running(group.pid)
        group.kill()


def test_one_that_is_bound_too_late_does_not_run(tmp_path: Path) -> None:
    command = bound_to_us(["touch", str(tmp_path / "ran")])
    command[command.index(str(os.getpid()))] = "1"  # our number was another's: ours is dead

    assert subprocess.run(command, check=False).returncode == 143
    assert not (tmp_path / "ran").exists()


def test_its_status_words_and_arguments_are_the_commands_own() -> None:
    done = run("sh", "-c", 'echo "$1" "$2"; echo wrong >&2; exit 7', "sh", "wörd  $x", "--help")

    assert (done.returncode, done.stdout, done.stderr) == (7, "wörd  $x --help\n", "wrong\n")


def test_it_is_the_process_that_we_started_and_no_child_of_it() -> None:
    with subprocess.Popen(
        bound_to_us(["sh", "-c", "echo $$"]), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.read()) == process.pid


def test_a_command_that_is_not_there_is_named() -> None:
    done = run("no-such-command")

    assert done.returncode != 0
    assert done.stderr == "no-such-command cannot be run: No such file or directory\n"


def test_it_ignores_no_signal_that_python_does() -> None:
    """A pipe whose reader has gone ends it; a file that grows too large does."""
    ignored = run("sh", "-c", "grep SigIgn /proc/self/status").stdout.split()[1]

    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        assert not int(ignored, 16) & 1 << (number - 1)


def test_what_is_in_the_working_directory_or_pythonpath_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "ctypes.py").write_text("raise SystemExit(9)\n")

    done = subprocess.run(
        bound_to_us(["true"]), cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=False
    )

    assert done.returncode == 0
