"""A real uv makes a runtime of the lock's packages, once for all workers, whole or not at all."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from package_index import PackageIndex

from runtimes.installation import left, make, unshared
from wordlight.runtimes import Plan, Runtime, RuntimeRecord, Uv, install, runtime_root, runtimes
from wordlight.runtimes._construction import PYTHON

WORKER = Path(__file__).parents[1] / "runtime_worker.py"


def test_a_runtime_imports_its_packages_under_its_final_name(plan: Plan, uv: Uv) -> None:
    runtime = make(plan, uv)

    answer = subprocess.run(
        [runtime.python, "-c", "import sys, lamp; print(sys.prefix, lamp.__file__)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    prefix, module = answer.stdout.split()
    assert Path(prefix) == runtime.folder == runtime_root(plan.volume) / plan.record.digest
    assert Path(module).is_relative_to(runtime.packages)
    assert list(runtime.packages.rglob("lamp*/__pycache__/*.pyc"))
    sourced = f". {runtime.folder}/bin/activate && echo $VIRTUAL_ENV"  # as Triton does
    said = subprocess.run(["bash", "-c", sourced], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(runtime.folder)


def test_nothing_but_the_runtime_and_its_link_stays(plan: Plan, uv: Uv) -> None:
    runtime = make(plan, uv)

    assert left(plan) == sorted([runtime.folder.name, "current"])
    assert not uv.cache.exists()
    assert (runtime_root(plan.volume) / "current").resolve() == runtime.folder


def test_the_record_says_what_it_is_and_how_its_trials_went(plan: Plan, uv: Uv) -> None:
    runtime = make(replace(plan, try_stub=lambda folder: f"tried in {folder.parent.name}"), uv)

    record = runtime.record
    assert (record.lock, record.python, record.extras) == (plan.lock.digest, PYTHON, ("engines",))
    assert record.imports == ("lamp: imports", "torch: imports")
    assert record.stub == "tried in runtime"
    assert record.flash_attn_reason.startswith("no GPU on this machine")
    assert Runtime.at(runtime.folder) == runtime
    assert json.loads((runtime.folder / "runtime.json").read_text())["built_at_s"] > 1.7e9


def test_a_second_call_finds_it_without_asking_anyone(
    plan: Plan, uv: Uv, index: PackageIndex
) -> None:
    first = make(plan, uv)
    index.fetched.clear()

    again, is_new = install(plan, Uv(Path("/no/uv"), uv.cache), unshared, lambda _: None)

    assert (again, is_new) == (first, False)
    assert not index.fetched


def test_extras_and_locks_have_runtimes_of_their_own(plan: Plan, uv: Uv) -> None:
    small = make(plan, uv)
    large = make(replace(plan, extras=("engines", "mini"), modules=("lamp", "wick")), uv)

    assert {r.folder for r in runtimes(plan.volume)} == {small.folder, large.folder}
    assert not (small.packages / "wick").exists()
    assert (large.packages / "wick").is_dir()


def test_three_workers_of_one_volume_fetch_once(
    plan: Plan, uv: Uv, index: PackageIndex, project: Path
) -> None:
    index.fetched.clear()
    command = [sys.executable, WORKER, plan.volume, project, uv.binary, "0"]
    runtime_root(plan.volume).mkdir(parents=True)

    workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]

    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert index.fetched == {"lamp": 1, "torch": 1}
    assert len(runtimes(plan.volume)) == 1


def test_killed_anywhere_nothing_half_is_visible_and_the_next_attempt_succeeds(
    plan: Plan, uv: Uv, project: Path
) -> None:
    def run(volume: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, WORKER, volume, project, uv.binary, str(kill_at)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    (plan.volume / "whole/runtime").mkdir(parents=True)
    n_events = int(run(plan.volume / "whole", 0).stdout)
    runtime_root(plan.volume).mkdir()
    endings = []
    for kill_at in (n_events * tenths // 10 for tenths in range(1, 11)):
        endings.append(run(plan.volume, kill_at).returncode)
        for path in runtime_root(plan.volume).glob("[!.]*"):
            there = Runtime.at(path)
            assert there is not None, f"killed at {kill_at}: {path} is visible and incomplete"
            subprocess.run([there.python, "-c", "import lamp"], check=True)
        shutil.rmtree(runtime_root(plan.volume) / plan.record.digest, ignore_errors=True)
        (runtime_root(plan.volume) / "current").unlink(missing_ok=True)

    # What an attempt leaves in uv's cache shortens the next, so that the last may run through.
    assert endings.count(-signal.SIGKILL) >= 8
    assert set(endings) <= {-signal.SIGKILL, 0}
    runtime, _ = install(replace(plan, modules=("lamp",)), uv, unshared, lambda _: None)
    assert left(plan) == sorted([runtime.folder.name, "current"])


def test_the_digest_tells_apart_what_is_chosen_from_one_lock() -> None:
    base = RuntimeRecord("lock", "3.11", "/usr", ("engines",), wants_flash_attn=False)
    others = [
        replace(base, lock="other"),
        replace(base, python="3.12"),
        replace(base, home="/usr/local"),
        replace(base, extras=("engines", "mini")),
        replace(base, wants_flash_attn=True),
    ]

    assert len({record.digest for record in [base, *others]}) == 6
    assert replace(base, stub="fine", built_at_s=1.0).digest == base.digest
