"""Starts and servers that are watched, and folders of their own for what servers leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fake_triton import PATIENT, TRITON, Begin

from wordlight.serving import Links, _regions, _start, is_plain
from wordlight.serving._log import ServerLog
from wordlight.serving._start import Patience, Start


@pytest.fixture
def links(tmp_path: Path) -> Links:
    """Links in a folder whose path is plain."""
    assert is_plain(tmp_path)
    return Links(tmp_path / "state/links")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks often, and waits shortly for Triton's own words."""
    monkeypatch.setattr(_start, "POLL_S", 0.05)
    monkeypatch.setattr(_start, "REASON_WITHIN_S", 0.4)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a start of a program that stands where tritonserver should."""
    processes: list[subprocess.Popen[bytes]] = []

    def begun(script: str, patience: Patience = PATIENT, models: str = "f5_tts voices") -> Start:
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-ISc", f"{TRITON}\n{script}\nsleep(60)"],
                cwd=tmp_path, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        processes.append(process)
        is_live = (tmp_path / "live").exists
        return Start(process, ServerLog(tmp_path / "log"), models.split(), is_live, patience)

    yield begun
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for servers' state, so that what is left of it shows."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for /dev/shm, where servers of other tests may be."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.setattr(_regions, "SHARED_MEMORY", folder)
    return folder
