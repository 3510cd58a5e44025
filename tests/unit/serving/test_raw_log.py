"""What a server writes becomes lines of the log, however it arrives; its file stays short."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wordlight.logs import Line, LogFormat
from wordlight.serving import _raw_log
from wordlight.serving._log import ServerLog
from wordlight.serving._raw_line import line_of
from wordlight.serving._raw_log import RawLog

NOW_S = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
WRITES = """\
import os, sys
for number in range(int(sys.argv[2])):
    os.write(1, f"{sys.argv[1]} {number} {'x' * 200}\\n".encode())
"""


@pytest.mark.parametrize(
    ("raw", "level", "source", "message", "logger"),
    [
        ('I1201 11:59:59.123456 7 model_lifecycle.cc:839] "successfully loaded \'voices\'"',
         "info", "triton", "successfully loaded 'voices'", "model_lifecycle.cc:839"),
        ('E1201 11:59:59.123456 7 a.cc:1] "a \\"word\\"\\nand a line"',
         "error", "triton", 'a "word"\nand a line', "a.cc:1"),
        ("W1201 11:59:59.123456 7 a.cc:1] not quoted", "warning", "triton", "not quoted", "a.cc:1"),
        ('E1201 11:59:59.123456 7 a.cc:1] "CudaDriverHelper has not been initialized."',
         "info", "triton", "CudaDriverHelper has not been initialized.", "a.cc:1"),
        ("Signal (15) received.", "info", "triton", "Signal (15) received.", ""),
        ("| voices | 1  | READY |", "info", "triton", "voices | 1 | READY", ""),
        ("bash: python: not found", "warning", "stderr", "bash: python: not found", ""),
        ("\x1b[31mred\x1b[0m", "warning", "stderr", "red", ""),
    ],
)  # fmt: skip
def test_a_raw_line_has_level_source_and_message(
    raw: str, level: str, source: str, message: str, logger: str
) -> None:
    line = line_of(raw, NOW_S)

    assert line is not None
    assert (line.level, line.source, line.message, line.logger) == (level, source, message, logger)


@pytest.mark.parametrize(
    "raw", ["", "   ", "+----+---+", "I1201 11:59:59.123456 7 server.cc:604] "]
)
def test_what_says_nothing_is_no_line(raw: str) -> None:
    assert line_of(raw, NOW_S) is None


@pytest.mark.parametrize(
    ("at", "now", "expected"),
    [
        ("1201 11:59:59.250000", "2026-12-01 12:00", "2026-12-01 11:59:59.250"),
        ("1231 23:59:59.000000", "2027-01-01 00:00", "2026-12-31 23:59:59"),
        ("0229 23:59:59.000000", "2028-03-01 00:00", "2028-02-29 23:59:59"),
        ("0229 10:00:00.000000", "2027-03-01 00:00", "2027-03-01 00:00"),
    ],
)
def test_tritons_time_gets_its_year(at: str, now: str, expected: str) -> None:
    now_s = datetime.fromisoformat(f"{now}+00:00").timestamp()

    line = line_of(f'I{at} 7 a.cc:1] "said"', now_s)

    assert line is not None
    assert line.time_s == datetime.fromisoformat(f"{expected}+00:00").timestamp()


def test_a_request_that_triton_names_is_named_in_the_line() -> None:
    line = line_of('E1201 11:59:59.1 7 a.cc:1] "x"'.replace(".1 ", ".100000 ").replace(
        '"x"', '"[request id: walk-7] it failed"'), NOW_S)  # fmt: skip
    nobody = line_of('E1201 11:59:59.100000 7 a.cc:1] "[request id: <id_unknown>] failed"', NOW_S)

    assert line is not None
    assert nobody is not None
    assert (line.facts, nobody.facts) == ({"request_id": "walk-7"}, {})


def test_a_line_of_our_own_processes_is_taken_as_it_is() -> None:
    own = Line("answered", "info", "voices_0_0", {"request_id": "a1"}, time_s=NOW_S)

    assert line_of(own.written(LogFormat.JSON).rstrip("\n"), 0.0) == own


@pytest.mark.parametrize("n_bytes", [1, 7, 1000])
def test_lines_that_arrive_in_pieces_are_whole_and_the_last_needs_no_end(
    tmp_path: Path, n_bytes: int
) -> None:
    path, lines = tmp_path / "raw", list[Line]()
    path.write_bytes(b"of an earlier server\n")
    log = RawLog(path, lines.append)
    whole = "first wörd\nsecond\n\nlast".encode()

    for begin in range(0, len(whole), n_bytes):
        with path.open("ab") as file:
            file.write(whole[begin : begin + n_bytes])
        log._read()
    log._over.set()
    log._thread.start()
    log.end()

    assert [line.message for line in lines] == ["first wörd", "second", "last"]


def test_a_line_without_end_becomes_several_and_fills_no_memory(tmp_path: Path) -> None:
    path, lines = tmp_path / "raw", list[Line]()
    path.write_bytes(b"")
    log = RawLog(path, lines.append)
    log.begin()

    with path.open("ab") as file:
        file.write(b"x" * 1_000_000)
    log.end()

    assert sum(len(line.message) for line in lines) == 1_000_000
    assert max(len(line.message) for line in lines) <= _raw_log.LONGEST_BYTES


def test_the_file_stays_short_while_several_write_and_every_line_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_raw_log, "EMPTIED_AT_BYTES", 100_000)
    path, lines, n_each = tmp_path / "raw", list[Line](), 20_000
    path.write_bytes(b"")
    log = RawLog(path, lines.append)
    log.begin()

    with path.open("ab") as file:
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITES, name, str(n_each)], stdout=file)
            for name in ("a", "b")
        ]
    longest = 0
    while any(writer.poll() is None for writer in writers):
        longest = max(longest, path.stat().st_size)
        time.sleep(0.001)
    log.end()

    assert path.stat().st_size < 2_000_000
    names = [line.message.split() for line in lines]
    assert all(len(words) == 3 and len(words[2]) == 200 for words in names)
    for name in ("a", "b"):
        numbers = [int(words[1]) for words in names if words[0] == name]
        assert numbers == sorted(numbers)
        assert len(numbers) > n_each * 0.99


def test_a_server_log_reads_on_after_the_file_was_emptied(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    path.write_text("old words\n" * 100)
    log = ServerLog(path)
    log.read()

    os.truncate(path, 0)
    with path.open("a") as file:
        file.write("E1201 new fault\nnew words\n")
    log.read()

    assert log.words[-1] == "new words"
    assert log.tail() == "  E1201 new fault"


def test_what_a_library_printed_in_a_stub_is_among_the_words(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    own = Line("answered", source="voices_0_0", logger="wordlight.adapter")
    printed = Line("MemoryError", "warning", "voices_0_0", logger="stderr")
    path.write_text(own.written(LogFormat.JSON) + printed.written(LogFormat.JSON))
    log = ServerLog(path)

    log.read()

    assert log.words == ["MemoryError"]
