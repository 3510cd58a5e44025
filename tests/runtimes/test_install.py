"""A runtime is made of the lock's bytes by a real uv, whole or not at all, and says why not."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from package_index import MODULES, SYMBOL, PackageIndex, real_uv, wheel

from wordlight.errors import (
    NoRoomForRuntime,
    PackageChanged,
    PackagesUnreachable,
    RuntimeUnusable,
    SelfTestFailed,
    UvFailed,
    UvMissing,
    VolumeReadOnly,
    WrongPython,
)
from wordlight.runtimes import (
    Lock,
    Plan,
    Runtime,
    RuntimeRecord,
    Uv,
    _construction,
    install,
    runtime_root,
    runtimes,
)
from wordlight.runtimes._construction import PYTHON
from wordlight.runtimes._flash_attn import FlashAttnWheel

WORKER = Path(__file__).parents[1] / "runtime_worker.py"


@pytest.fixture(scope="module")
def index() -> Iterator[PackageIndex]:
    served = PackageIndex()
    yield served
    served.close()


@pytest.fixture(scope="module")
def project(index: PackageIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    index.lock(folder, real_uv())
    return folder


@pytest.fixture
def plan(tmp_path: Path, project: Path) -> Plan:
    return Plan(tmp_path / "volume", Lock(project), ("engines",), ("lamp", "torch"), None)


@pytest.fixture
def uv(plan: Plan) -> Uv:
    return Uv(real_uv(), runtime_root(plan.volume) / ".uv-cache")


def unshared() -> AbstractContextManager[None]:
    return nullcontext()


def make(plan: Plan, uv: Uv) -> Runtime:
    runtime, is_new = install(plan, uv, unshared, lambda _: None)
    assert is_new
    return runtime


def left(plan: Plan) -> list[str]:
    """What lies in the runtimes' folder; uv's cache may stay after a failure."""
    names = {path.name for path in runtime_root(plan.volume).iterdir()}
    return sorted(names - {".uv-cache", ".lease"})


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


def test_too_little_room_is_found_before_anything_is_fetched(
    plan: Plan, uv: Uv, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.fetched.clear()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))

    with pytest.raises(
        NoRoomForRuntime, match=r"has 0\.00 GB free and the runtime needs"
    ) as raised:
        make(plan, uv)

    sizes = [len(index.wheels[name]) for name in ("lamp", "torch")]
    # uv's own notes in the cache count as fetched already.
    assert raised.value.needed_bytes == pytest.approx(1.1 * 2.0 * sum(sizes), abs=200)
    assert not index.fetched
    assert left(plan) == []


def test_a_disk_that_fills_meanwhile_is_told_by_the_same_error(
    plan: Plan, uv: Uv, tmp_path: Path
) -> None:
    full = script(
        tmp_path, uv, "sync", "error: failed to write: No space left on device (os error 28)"
    )

    with pytest.raises(NoRoomForRuntime):
        make(plan, full)

    assert left(plan) == []


def test_other_bytes_than_the_locks_are_refused(plan: Plan, uv: Uv, index: PackageIndex) -> None:
    with (
        index.serving("lamp", wheel("lamp", {**MODULES["lamp"], "__init__": "# not ours"})),
        pytest.raises(PackageChanged, match=r"other bytes than the lock's.*lamp"),
    ):
        make(plan, uv)
    assert left(plan) == []

    assert make(plan, uv)


def test_an_index_that_is_away_is_named(
    plan: Plan, uv: Uv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    away = PackageIndex()
    (tmp_path / "project").mkdir()
    away.lock(tmp_path / "project", uv.binary)
    away.close()

    with pytest.raises(PackagesUnreachable, match=r"needs the network.*127\.0\.0\.1"):
        make(replace(plan, lock=Lock(tmp_path / "project")), uv)
    assert left(plan) == []


def test_an_unknown_failure_is_told_in_uvs_words(plan: Plan, uv: Uv, tmp_path: Path) -> None:
    odd = script(tmp_path, uv, "sync", "error: the moon is in the wrong house")

    with pytest.raises(UvFailed, match="uv says: error: the moon is in the wrong house"):
        make(plan, odd)


def test_a_missing_uv_is_told_with_the_way_to_get_it(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(UvMissing, match="pip install uv"):
        Uv.find(tmp_path / "uv", tmp_path)


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_volume_that_takes_no_files_is_told_before_uv_runs(
    plan: Plan, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(code, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)

    with pytest.raises(VolumeReadOnly, match="Read-only file system"):
        make(plan, Uv(Path("/no/uv"), plan.volume))


@pytest.mark.parametrize(("python", "says"), [("3.13", "3.11 and 3.12"), ("3.12", "libpython3.12")])
def test_a_python_that_no_stub_can_embed_is_refused(
    plan: Plan, uv: Uv, python: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_construction, "PYTHON", python)
    monkeypatch.setattr(_construction.Path, "is_file", lambda _: False)

    with pytest.raises(WrongPython, match=says):
        _construction.check_python()


def test_a_module_that_does_not_import_keeps_the_runtime_from_being_seen(
    plan: Plan, uv: Uv
) -> None:
    with pytest.raises(RuntimeUnusable) as raised:
        make(replace(plan, modules=("lamp", "lamp.broken", "no_such_module")), uv)

    assert raised.value.failures == (
        f"lamp.broken: ImportError: lamp.so: undefined symbol: {SYMBOL}",
        "no_such_module: ModuleNotFoundError: No module named 'no_such_module'",
    )
    assert left(plan) == []


def test_a_stub_that_changes_tensors_keeps_the_runtime_from_being_seen(plan: Plan, uv: Uv) -> None:
    def corrupt(_: Path) -> str:
        raise SelfTestFailed("known tensors came back changed")

    with pytest.raises(SelfTestFailed):
        make(replace(plan, try_stub=corrupt), uv)
    assert left(plan) == []


def test_a_fitting_flash_attn_is_installed_by_its_hash(
    plan: Plan, uv: Uv, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, index, index.sha256("flash_attn"))

    runtime = make(replace(plan, capability="9.0"), uv)

    assert runtime.record.flash_attn == "flash_attn-1.0-py3-none-any.whl"
    assert runtime.record.imports[-1] == "flash_attn: imports"
    assert (runtime.packages / "flash_attn").is_dir()


@pytest.mark.parametrize(
    ("sha256", "source", "reason"),
    [
        ("0" * 64, "", "other bytes"),
        (None, f"raise ImportError('x.so: undefined symbol: {SYMBOL}')", SYMBOL),
        ("", "", "--allow-unpinned"),
    ],
    ids=["another hash", "undefined symbol", "no hash"],
)
def test_a_flash_attn_that_fails_is_left_out_with_the_reason(
    plan: Plan,
    uv: Uv,
    index: PackageIndex,
    sha256: str | None,
    source: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with index.serving("flash_attn", wheel("flash_attn", {"__init__": source})):
        offer(monkeypatch, index, index.sha256("flash_attn") if sha256 is None else sha256)

        runtime = make(replace(plan, capability="9.0"), uv)

    assert runtime.record.flash_attn == ""
    assert reason in runtime.record.flash_attn_reason
    assert not (runtime.packages / "flash_attn").exists()


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


def script(folder: Path, uv: Uv, failing: str, says: str) -> Uv:
    """A uv whose one subcommand fails with these words."""
    path = folder / "uv"
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = {failing} ]; then echo "{says}" >&2; exit 2; fi\n'
        f'exec "{uv.binary}" "$@"\n'
    )
    path.chmod(0o755)
    return replace(uv, binary=path)


def offer(monkeypatch: pytest.MonkeyPatch, index: PackageIndex, sha256: str) -> None:
    """The table's only row is the index's own wheel."""
    row = FlashAttnWheel(
        index.file_url("flash_attn"), PYTHON, "2.8", "12", True, (8, 9), sha256=sha256
    )
    monkeypatch.setattr(_construction, "read_table", lambda: (row,))
