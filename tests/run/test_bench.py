"""`./run bench`: its help, what it fetches, and a real run of it."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .answers import no_way_out
from .clones import CHECKOUT, Clone, ended

BENCH = CHECKOUT / "benchmarks/load"
HELPS_WITHIN_S = 60.0
READY_WITHIN_S = 240.0


@pytest.fixture
def bare(ready: Clone) -> Clone:
    """A checkout that is set up and has no perf_analyzer."""
    for folder in ready.folder.glob(".wordlight/perf_analyzer-*"):
        shutil.rmtree(folder)
    return ready


def parts(clone: Clone) -> list[Path]:
    """What is there of perf_analyzer, whole or half."""
    return list(clone.folder.glob(".wordlight/perf_analyzer-*"))


def test_the_door_names_it_and_its_help_needs_no_perf_analyzer(bare: Clone) -> None:
    usage, outcome = bare.run("help"), bare.run("bench", "--help")

    assert "./run bench [--quick]" in usage.out
    assert outcome.status == 0, outcome.said
    assert all(word in outcome.out for word in ("--quick", "--model", "--protocol", "--server"))
    assert not parts(bare)


def test_an_unknown_model_is_refused_before_anything_starts() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--model", "nobody"],
        capture_output=True, text=True, timeout=HELPS_WITHIN_S, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "invalid choice: 'nobody'" in done.stderr


def test_without_the_door_it_says_that_it_lacks_perf_analyzer(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "-o", str(tmp_path)],
        capture_output=True, text=True, timeout=HELPS_WITHIN_S, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "call it as ./run bench" in done.stderr


def test_without_a_network_it_says_so_and_leaves_nothing_half(bare: Clone, tmp_path: Path) -> None:
    variables = {**no_way_out(), "UV_CACHE_DIR": str(tmp_path / "cache")}

    outcome = bare.run("bench", variables=variables)

    assert outcome.is_refused("perf_analyzer cannot be fetched", "does not answer through")
    assert not parts(bare)


def test_told_offline_it_says_what_to_unset(bare: Clone, tmp_path: Path) -> None:
    variables = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "cache")}

    outcome = bare.run("bench", variables=variables)

    assert outcome.is_refused("UV_OFFLINE is set and uv's cache lacks perf_analyzer")
    assert not parts(bare)


def test_one_that_does_not_start_is_refused_in_the_linkers_words(bare: Clone) -> None:
    folder = bare.folder / ".wordlight/perf_analyzer-2.49.0"
    folder.mkdir()
    program = folder / "perf_analyzer"
    program.write_text("#!/bin/sh\necho libssl.so.3: cannot open; exit 127\n", encoding="ascii")
    program.chmod(0o755)

    outcome = bare.run("bench")

    shutil.rmtree(folder)
    assert outcome.is_refused("perf_analyzer does not start: libssl.so.3", "libssl3")


@pytest.mark.parametrize(
    ("server", "said"),
    [("nobody", "--server nobody is not HOST:PORT"), ("127.0.0.1:1", "does not answer")],
)
def test_a_server_that_is_none_is_named(tmp_path: Path, server: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--server", server, "-o", str(tmp_path)],
        capture_output=True, text=True, timeout=HELPS_WITHIN_S, check=False,
        env={**os.environ, "WORDLIGHT_PERF_ANALYZER": "/bin/true"},
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("./run bench: ")
    assert said in done.stderr


@pytest.mark.slow
@pytest.mark.live
@pytest.mark.timeout(900)
def test_a_quick_run_from_nothing_measures_every_cell(bare: Clone) -> None:
    outcome = bare.run("bench", "--quick", "--model", "subtitles")

    assert outcome.status == 0, outcome.said
    out = bare.folder / "out/bench"
    with (out / "load.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert all(int(row["n_answered"]) == int(row["n_sent"]) > 0 for row in rows)
    assert all(0 < float(row["p50_s"]) <= float(row["p99_s"]) for row in rows)
    assert not any(row["failures"] or row["note"] for row in rows)
    assert "nv_inference_count" in (out / "counters.csv").read_text(encoding="utf-8")
    assert (out / "load.svg").read_text(encoding="utf-8").startswith("<svg")
    assert outcome.out == (out / "load.md").read_text(encoding="utf-8")
    assert not list(out.glob(".work-*"))
    assert not bare.processes()


@pytest.mark.slow
@pytest.mark.live
@pytest.mark.timeout(900)
def test_ctrl_c_ends_the_server_too_and_keeps_what_was_measured(ready: Clone) -> None:
    out = ready.folder / "out/stopped"
    process = ready.start("bench", "--quick", "--model", "subtitles", "-o", "out/stopped")
    deadline_s = time.monotonic() + READY_WITHIN_S
    while not (out / "load.csv").is_file() and time.monotonic() < deadline_s:
        time.sleep(0.1)

    process.send_signal(signal.SIGINT)
    outcome = ended(process, time.monotonic())

    assert outcome.status == 130, outcome.said
    assert (out / "load.md").is_file()
    assert not list(out.glob(".work-*"))
    assert not ready.processes()
