"""The log is kept whatever happens to its file or its reader, and nobody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wordlight.logs import KeptLog, Line, LogFormat
from wordlight.logs._kept import MOST_WAITING_BYTES

FULL_DISK = """\
import resource, sys, time
from pathlib import Path
from wordlight.logs import KeptLog, Line, LogFormat

path = Path(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
log = KeptLog(path, LogFormat.JSON)
for number in range(100):
    log.write(Line(f"before {number}"))
    time.sleep(0.001)
time.sleep(1.5)  # until it was tried once more
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.write(Line("after"))
until = time.monotonic() + 10
while b"after" not in path.read_bytes() and time.monotonic() < until:
    time.sleep(0.01)
log.close()
"""
TO_A_PIPE = """\
import sys, time
from wordlight.logs import TO_STDERR, KeptLog, Line, LogFormat

log = KeptLog(TO_STDERR, LogFormat.JSON)
began = time.monotonic()
for number in range(20_000):
    log.write(Line("x" * 400, facts={"number": number}))
print(time.monotonic() - began, flush=True)
began = time.monotonic()
log.close()
print(time.monotonic() - began, flush=True)
"""


def messages(path: Path) -> list[str]:
    """Of all lines of a log, each of which is whole."""
    lines = [Line.read(line) for line in path.read_text().splitlines()]
    assert all(lines)
    return [line.message for line in lines if line]


def until_written(path: Path, word: str) -> None:
    end_s = time.monotonic() + 10
    while not path.exists() or word not in path.read_text():
        assert time.monotonic() < end_s
        time.sleep(0.005)


def test_lines_are_appended_in_order(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for _ in range(2):
        with KeptLog(path, LogFormat.JSON) as log:
            for number in range(100):
                log.write(Line(str(number)))

    assert messages(path) == [str(number) for number in range(100)] * 2


def test_a_file_that_was_moved_away_is_followed_by_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with KeptLog(path, LogFormat.JSON) as log:
        for number in range(3):
            log.write(Line(f"day {number}"))
            until_written(path, f"day {number}")
            path.rename(tmp_path / f"log.{number}")
        log.write(Line("today"))

    assert [messages(tmp_path / f"log.{n}") for n in range(3)] == [[f"day {n}"] for n in range(3)]
    assert messages(path) == ["today"]


def test_a_file_that_was_emptied_is_written_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with KeptLog(path, LogFormat.JSON) as log:
        log.write(Line("old"))
        until_written(path, "old")
        os.truncate(path, 0)
        log.write(Line("new"))

    assert messages(path) == ["new"]


def test_no_line_is_lost_or_torn_while_the_file_is_moved_again_and_again(tmp_path: Path) -> None:
    path, n_lines, n_moved = tmp_path / "log", 3000, 0
    with KeptLog(path, LogFormat.JSON) as log:

        def write() -> None:
            for number in range(n_lines):
                log.write(Line(str(number)))
                if number % 50 == 0:
                    time.sleep(0.001)

        writer = threading.Thread(target=write)
        writer.start()
        while writer.is_alive():
            if path.exists():
                path.rename(tmp_path / f"log.{n_moved}")
                n_moved += 1
        writer.join()

    found = [message for part in tmp_path.iterdir() for message in messages(part)]
    assert n_moved > 2
    assert sorted(map(int, found)) == list(range(n_lines))


def test_a_full_disk_costs_lines_and_the_log_says_how_many(tmp_path: Path) -> None:
    path = tmp_path / "log"

    subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], check=True, timeout=60)

    told = messages(path)
    (said,) = [one for one in told if one.startswith("lines of the log that could not be")]
    n_lost = int(said.rpartition(" ")[2])
    n_before = sum(message.startswith("before") for message in told)
    assert "after" in told
    assert n_lost > 0
    assert n_before + n_lost == 100


def test_a_reader_that_has_stopped_keeps_nobody_waiting() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TO_A_PIPE], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    written_s, closed_s = float(process.stdout.readline()), float(process.stdout.readline())
    process.wait(timeout=10)
    process.stdout.close()
    assert process.stderr is not None
    n_read = len(process.stderr.read())
    process.stderr.close()

    assert process.returncode == 0
    assert written_s < 5.0
    assert closed_s < 3.0
    assert n_read < MOST_WAITING_BYTES


def test_a_reader_that_reads_gets_every_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TO_A_PIPE.replace("20_000", "3_000")],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    lines = [Line.read(line) for line in done.stderr.splitlines()]
    assert [line.facts["number"] for line in lines if line] == list(range(3000))


def test_a_file_that_cannot_be_opened_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        KeptLog(tmp_path / "gone/log", LogFormat.TEXT)
