"""An ffmpeg whose threads wait for each other: it is run again, and given up in the end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from wordlight_client.burn import _ffmpeg
from wordlight_client.burn._ffmpeg import run_ffmpeg

from wordlight.errors import BurnFailed

STANDS_STILL = """\
#!/bin/sh
echo run >> runs
if [ $(wc -l < runs) -le {times} ]; then exec sleep 60; fi
echo out_time_us=2000000
echo "[info] done" >&2
"""
WORKS = """\
#!/bin/sh
echo run >> runs
end=$(($(date +%s) + 3))
while [ $(date +%s) -lt $end ]; do :; done
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ffmpeg, "STILL_FOR_S", 0.5)
    monkeypatch.setattr(_ffmpeg, "LOOK_EVERY_S", 0.1)


def ffmpeg(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    path = folder / "ffmpeg"
    path.write_text(script)
    path.chmod(0o755)
    monkeypatch.setattr(_ffmpeg, "executable", lambda: str(path))


def test_one_that_stands_still_is_run_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ffmpeg(monkeypatch, tmp_path, STANDS_STILL.format(times=2))
    times: list[float] = []
    lines: list[str] = []

    run_ffmpeg([], tmp_path, times.append, lines.append)

    assert (times, lines) == ([2.0], ["[info] done"])
    assert (tmp_path / "runs").read_text() == "run\n" * 3


def test_one_that_always_stands_still_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ffmpeg(monkeypatch, tmp_path, STANDS_STILL.format(times=9))
    began_s = time.monotonic()

    with pytest.raises(BurnFailed, match="did nothing for 0 s, 3 times in a row"):
        run_ffmpeg([], tmp_path, lambda _: None, lambda _: None)

    assert time.monotonic() - began_s < 10


def test_one_that_works_without_a_word_is_left_to_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ffmpeg(monkeypatch, tmp_path, WORKS)

    run_ffmpeg([], tmp_path, lambda _: None, lambda _: None)

    assert (tmp_path / "runs").read_text() == "run\n"
