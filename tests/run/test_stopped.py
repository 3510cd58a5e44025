"""Set-ups that are stopped, killed, repeated and doubled: the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .clones import Clone, ended

MOMENTS_S = (0.03, 0.1, 0.2, 0.4, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.5, 3.0, 4.0)
GONE_WITHIN_S = 1.0
STATUSES = {signal.SIGINT: (130, -2), signal.SIGTERM: (143, -15), signal.SIGKILL: (-9,)}
"""A shell shows the second ones as the first ones."""


def stop_at(clone: Clone, moment_s: float, number: signal.Signals, is_for_all: bool) -> str:
    """What a set-up said that was stopped at this moment; nothing of it may run on."""
    process = clone.start("setup")
    time.sleep(moment_s)
    (os.killpg if is_for_all else os.kill)(process.pid, number)
    outcome = ended(process, time.monotonic())
    assert outcome.status in (*STATUSES[number], 0), outcome.said
    deadline_s = time.monotonic() + GONE_WITHIN_S
    while clone.processes() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert not clone.processes()
    return outcome.said


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("number", "is_for_all"),
    [(signal.SIGKILL, False), (signal.SIGINT, True), (signal.SIGTERM, False)],
)
def test_stopped_at_thirteen_moments_it_leaves_nothing_and_the_next_run_mends_it(
    number: signal.Signals, is_for_all: bool, clone: Clone
) -> None:
    for moment_s in MOMENTS_S:
        said = stop_at(clone, moment_s, number, is_for_all)
        again = clone.run("wordlight", "--version")

        assert "Traceback" not in said
        assert again.status == 0, again.said
        assert clone.broken_packages() == []
        shutil.rmtree(clone.environment)


def test_ctrl_c_ends_it_with_one_calm_line_and_takes_away_what_is_half_made(clone: Clone) -> None:
    said = stop_at(clone, 1.5, signal.SIGINT, is_for_all=True)

    assert said in ("./run: stopped; run it again to go on\n", "")
    assert not clone.environment.exists() or said == ""


def test_a_package_that_was_left_half_installed_is_mended(ready: Clone) -> None:
    packages = next(ready.environment.glob("lib/python3.*/site-packages"))
    (packages / "click/core.py").unlink()  # uv itself takes click for installed
    (packages / "rich/text.py").unlink()
    (packages / "rich/text.py").write_text("")
    (ready.environment / "wordlight-set-up.json").unlink()  # a killed set-up leaves none

    outcome = ready.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said
    assert "left half installed" in outcome.line
    assert "click" in outcome.line
    assert "rich" in outcome.line
    assert ready.broken_packages() == []


@pytest.mark.slow
def test_an_environment_without_its_settings_is_made_anew(ready: Clone) -> None:
    (ready.environment / "pyvenv.cfg").unlink()
    (ready.environment / "wordlight-set-up.json").unlink()

    outcome = ready.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said
    assert (ready.environment / "pyvenv.cfg").is_file()


def test_a_package_that_somebody_removed_comes_back(ready: Clone) -> None:
    packages = next(ready.environment.glob("lib/python3.*/site-packages"))
    shutil.rmtree(next(packages.glob("click-*.dist-info")))

    outcome = ready.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said
    assert list(packages.glob("click-*.dist-info"))


@pytest.mark.slow
def test_a_half_written_uv_is_fetched_anew(ready: Clone) -> None:
    for binary in ready.folder.glob(".wordlight/bin/uv-*"):
        binary.write_bytes(binary.read_bytes()[:100_000])
    (ready.environment / "wordlight-set-up.json").unlink()

    outcome = ready.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said


def test_what_killed_uvs_left_in_the_cache_is_swept_away(ready: Clone, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (cache / ".tmpAbCdEf/torch").mkdir(parents=True)
    (cache / "builds-v0/.tmpGhIjKl").mkdir(parents=True)
    (cache / ".lock").touch()
    (ready.environment / "wordlight-set-up.json").unlink()

    outcome = ready.run("setup", variables={"UV_CACHE_DIR": str(cache)})

    assert outcome.status == 0, outcome.said
    assert not list(cache.glob("**/.tmp*"))


def test_two_at_once_in_one_checkout_both_work(clone: Clone) -> None:
    started_s = time.monotonic()
    both = [clone.start("wordlight", "--version") for _ in range(2)]

    outcomes = [ended(each, started_s) for each in both]

    assert [outcome.status for outcome in outcomes] == [0, 0], outcomes
    waited = [outcome for outcome in outcomes if "waiting for it" in outcome.said]
    assert len(waited) == 1
    assert "is setting up this checkout; waiting for it" in waited[0].said.splitlines()[0]
    assert clone.broken_packages() == []


def test_an_environment_in_use_is_not_changed_under_its_user(ready: Clone) -> None:
    user = subprocess.Popen(
        ["python3", "-E", "-s", "-S", "build/set_up", "/bin/sleep", "60"], cwd=ready.folder
    )
    try:
        _wait_until_it_sleeps(user.pid)
        same = ready.run("wordlight", "--version")
        lock = ready.folder / "uv.lock"
        text = lock.read_text(encoding="utf-8")
        lock.write_text(f"{text}\n", encoding="utf-8")
        other = ready.run("wordlight", "--version")
    finally:
        user.kill()
        user.wait()
    after = ready.run("wordlight", "--version")

    assert (same.status, same.said) == (0, "")
    assert other.is_refused(f"process {user.pid} is using it", "end that one first")
    assert after.status == 0, after.said
    lock.write_text(text, encoding="utf-8")


def test_two_demos_do_not_write_into_one_folder(ready: Clone) -> None:
    held = subprocess.Popen(
        ["python3", "-E", "-s", "-S", "build/set_up", "--hold", "out/demo", "/bin/sleep", "60"],
        cwd=ready.folder,
    )
    try:
        _wait_until_it_sleeps(held.pid)
        outcome = ready.run("demo")
    finally:
        held.kill()
        held.wait()

    assert outcome.is_refused(f"process {held.pid} is writing into out/demo", "another with -o")


def _wait_until_it_sleeps(pid: int) -> None:
    deadline_s = time.monotonic() + GONE_WITHIN_S * 10
    while b"/bin/sleep" not in Path(f"/proc/{pid}/cmdline").read_bytes()[:20]:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
