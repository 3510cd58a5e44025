"""``wordlight narrate`` as a process of its own: signals, and a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import NARRATED, TEXT, contents
from wordlight_client import Client

from wordlight.audio import read_wav

pytest.importorskip("tritonclient.grpc")
from stream_server import Served, served

WORDLIGHT = Path(sys.executable).parent / "wordlight"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "my script.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def real() -> Iterator[Served]:
    with served() as running:
        yield running


def start(served: Served, script: Path, out: Path, *flags: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(WORDLIGHT), "narrate", str(script), "-o", str(out), *flags],
        env={**os.environ, "WORDLIGHT_URL": served.grpc_url},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(path: Path) -> None:
    deadline_s = time.monotonic() + 20
    while not path.exists() and time.monotonic() < deadline_s:
        time.sleep(0.02)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_process_that_gets_a_signal_keeps_its_chunks_ends_the_server_and_is_gone_on_with(
    real: Served, script: Path, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    broken = start(real, script, tmp_path / "out")
    wait_for(tmp_path / "out/.narration/0001.npz")
    time.sleep(0.2)  # it is written; now the process waits for the next

    broken.send_signal(number)
    _, told = broken.communicate(timeout=20)

    assert broken.returncode == status
    assert real.narrator.cancelled == real.narrator.ids
    assert told.endswith(f" -o {tmp_path / 'out'}\nwordlight: stopped\n")
    assert "\n  wordlight narrate --resume " in told
    assert "Traceback" not in told
    assert read_wav(tmp_path / "out/speech.partial.wav").duration_s == pytest.approx(0.4)

    again = start(real, script, tmp_path / "out", "--resume")
    _, told = again.communicate(timeout=20)
    assert again.returncode == 0, told
    whole = tmp_path / "whole"
    with Client(real.http_url) as client:
        client.narrate(TEXT.replace("stuck", "stick")).save(whole)
    assert sorted(contents(tmp_path / "out")) == NARRATED
    ours, theirs = contents(tmp_path / "out"), contents(whole)
    assert ours["speech.wav"] == theirs["speech.wav"]
    assert ours["words.json"].replace(b"stuck", b"stick") == theirs["words.json"]


def test_a_terminal_has_a_live_line_with_the_chunks_and_ctrl_c_ends_it(
    real: Served, script: Path, tmp_path: Path
) -> None:
    child, terminal = pty.fork()
    if child == 0:  # a process whose controlling terminal is ours
        os.environ |= {"WORDLIGHT_URL": real.grpc_url, "TERM": "xterm", "COLUMNS": "120"}
        os.execv(WORDLIGHT, ["wordlight", "narrate", str(script), "-o", str(tmp_path / "out")])
    wait_for(tmp_path / "out/.narration/0001.npz")
    time.sleep(0.5)

    os.write(terminal, b"\x03")
    shown = bytearray()
    with contextlib.suppress(OSError):  # the terminal is gone when its last process is
        while piece := os.read(terminal, 4096):
            shown += piece

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert b"chunk 2 of 4, 0 s of about 1 s" in shown
    assert b"--resume" in shown
    assert real.narrator.cancelled == real.narrator.ids
