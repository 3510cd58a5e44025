"""The command line that is asked to end: its status, one line, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORDLIGHT = Path(sys.executable).parent / "wordlight"
LOADED_WITHIN_S = 20.0
BLOCKED_FIRST = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [2, 15]); "


def start(*words: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """``wordlight`` with a standard input that never ends."""
    return subprocess.Popen(
        [*before, str(WORDLIGHT), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_its_status_and_one_line(number: signal.Signals, status: int) -> None:
    process = start("narrate", "-")
    _wait_until_it_listens(process.pid)

    process.send_signal(number)
    _, said = process.communicate(timeout=LOADED_WITHIN_S)

    assert (process.returncode, said) == (status, b"wordlight: stopped\n")


def test_a_signal_that_comes_while_it_loads_is_taken_when_it_has_loaded() -> None:
    become = f"{BLOCKED_FIRST}os.execv(sys.argv[1], sys.argv[1:])"
    process = start("narrate", "-", before=(sys.executable, "-c", become))

    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=LOADED_WITHIN_S)

    assert (process.returncode, said) == (130, b"wordlight: stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_in_a_destructor_is_not_lost(number: signal.Signals) -> None:
    done = subprocess.run(
        [sys.executable, "-c",
         "import os, sys, time, wordlight_client.__main__ as w\n"
         "class Left:\n"
         f"    def __del__(self): os.kill(os.getpid(), {int(number)}); time.sleep(0.01)\n"
         "def command():\n"
         "    left = Left(); del left\n"
         "    time.sleep(60)\n"
         "w._run = command\n"
         "w.main()"],
        capture_output=True, timeout=LOADED_WITHIN_S, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (128 + number, b"wordlight: stopped\n")


def test_a_terminal_that_knows_only_ascii_is_no_reason_to_fail() -> None:
    variables = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    text = "print(chr(0x2713), chr(0xFC))"
    done = subprocess.run(
        [sys.executable, "-c",
         "import sys, wordlight_client.__main__ as w; sys.argv = ['wordlight', '--version'];"
         f"\ntry: w.main()\nexcept SystemExit: {text}"],
        env=variables, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert b"? ?" in done.stdout


def test_a_mistake_keeps_its_status() -> None:
    done = subprocess.run([WORDLIGHT, "narate"], capture_output=True, check=False)

    assert done.returncode == 2
    assert b"WRONG_USAGE no such command 'narate'" in done.stderr


def _wait_until_it_listens(pid: int) -> None:
    deadline_s = time.monotonic() + LOADED_WITHIN_S
    while not _caught(pid) >> (signal.SIGTERM - 1) & 1:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def _caught(pid: int) -> int:
    """The signals that a process takes itself, a bit each."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in rows if row.startswith("SigCgt")).split()[1], 16)
