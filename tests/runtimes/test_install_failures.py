"""An installation that fails reports why, and leaves no runtime behind."""

from __future__ import annotations

import errno
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from package_index import MODULES, SYMBOL, PackageIndex, wheel

from runtimes.installation import left, make
from wordlight.errors import (
    PackageChanged,
    PackagesUnreachable,
    PythonStatic,
    PythonUnlocked,
    RuntimeUnusable,
    SelfTestFailed,
    SetupError,
    UvFailed,
    UvMissing,
    UvUnusable,
    VolumeFull,
    VolumeReadOnly,
)
from wordlight.runtimes import PackageLock, Plan, Uv, _construction, runtime_root


def test_too_little_room_is_found_before_anything_is_fetched(
    plan: Plan, uv: Uv, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.fetched.clear()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))

    with pytest.raises(VolumeFull, match=r"has [\d.]+ MB free and [\d.]+ MB are needed") as raised:
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

    with pytest.raises(VolumeFull, match=r"failed to write.*[1-9][\d,]* bytes free") as raised:
        make(plan, full)

    assert raised.value.volume == runtime_root(plan.volume)

    assert left(plan) == []


def test_a_file_that_uv_may_not_write_is_told_in_its_words_with_the_runtimes_folder(
    plan: Plan, uv: Uv, tmp_path: Path
) -> None:
    words = "error: failed to open x: Permission denied (os error 13)"
    closed = script(tmp_path, uv, "sync", words)

    with pytest.raises(VolumeReadOnly, match="failed to open x: Permission denied") as raised:
        make(plan, closed)

    assert raised.value.folder == runtime_root(plan.volume)
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
        make(replace(plan, lock=PackageLock(tmp_path / "project")), uv)
    assert left(plan) == []


def test_an_unknown_failure_is_told_in_uvs_words(plan: Plan, uv: Uv, tmp_path: Path) -> None:
    odd = script(tmp_path, uv, "sync", "error: the moon is in the wrong house")

    with pytest.raises(UvFailed, match="uv says: error: the moon is in the wrong house"):
        make(plan, odd)


def test_a_missing_uv_is_told_with_the_way_to_get_it(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(UvMissing, match="pip install uv"):
        Uv.find(tmp_path / "uv", tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#!/bin/true\n", "it prints nothing (status 0)"),
        ("#!/bin/sh\necho tool 3.1\n", "it prints tool 3.1 (status 0)"),
        ("no program at all", "Exec format error"),
        ("#!/no/such/shell\n", "No such file or directory"),
    ],
)
def test_a_program_that_is_no_uv_is_named_with_what_it_says(
    text: str, why: str, tmp_path: Path
) -> None:
    program = tmp_path / "uv"
    program.write_text(text)
    program.chmod(0o755)

    with pytest.raises(UvUnusable) as raised:
        Uv.find(program, tmp_path)

    assert str(raised.value).startswith(f"{program} cannot be used as uv: ")
    assert why in str(raised.value)
    assert "--uv" in raised.value.remedy


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_volume_that_takes_no_files_is_told_before_uv_runs(
    plan: Plan, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(code, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)

    with pytest.raises(VolumeReadOnly, match="Read-only file system"):
        make(plan, Uv(Path("/no/uv"), plan.volume))


@pytest.mark.parametrize(
    ("python", "kind", "says"),
    [("3.13", PythonUnlocked, "3.11 and 3.12"), ("3.12", PythonStatic, "libpython3.12")],
)
def test_a_python_that_no_stub_can_embed_is_refused(
    python: str, kind: type[SetupError], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_construction, "PYTHON", python)
    monkeypatch.setattr(_construction.Path, "is_file", lambda _: False)

    with pytest.raises(kind, match=says):
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


def script(folder: Path, uv: Uv, failing: str, says: str) -> Uv:
    """A uv whose one subcommand fails with these words."""
    path = folder / "uv"
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = {failing} ]; then echo "{says}" >&2; exit 2; fi\n'
        f'exec "{uv.binary}" "$@"\n'
    )
    path.chmod(0o755)
    return replace(uv, binary=path)
