"""Broken machines, made for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from broken import Environment, Group, MadeGroup, OnPath, Within, state_version

from wordlight.contract import Placement
from wordlight.doctor import Finding, Setup, State
from wordlight.manifest import manifest_folder
from wordlight.serving import PYTHON, Ports

NOBODY = "65534"
SOURCES = Path(__file__).parents[2] / "src"
TELL = """
import dataclasses, json, os
from pathlib import Path
from wordlight.doctor import (
    _limits, _locale, _machine, _memory, _paths, _state, _storage, _triton, _weights, Setup
)
from wordlight.doctor._setup import Placement
found = {call}
print(json.dumps(dataclasses.asdict(found)))
"""


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing in it but the numpy that its metadata states."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60
    )
    state_version(folder / f"lib/python{PYTHON}/site-packages", "numpy", "1.26.4")
    return folder


@pytest.fixture
def environment(bare: Path, tmp_path: Path) -> Environment:
    folder = tmp_path / "venv"
    shutil.copytree(bare, folder, symlinks=True)
    return Environment(folder)


@pytest.fixture
def setup(environment: Environment, tmp_path: Path) -> Setup:
    """The mini profile on the CPU, with a volume and an environment of its own."""
    volume = tmp_path / "volume"
    volume.mkdir()
    return Setup(
        "mini", volume, environment.folder, placement=Placement.CPU, ports=Ports(0, 0, 0),
        s3_cache="",
    )  # fmt: skip


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mini profile's folder, copied, to be broken."""
    folder = tmp_path / "models/mini"
    shutil.copytree(
        manifest_folder("mini"), folder, ignore=shutil.ignore_patterns("voices", "*.png")
    )
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(folder.parent))
    return folder


@pytest.fixture
def point() -> Iterator[Path]:
    """A folder to mount on that every user can reach."""
    with TemporaryDirectory(prefix="doctor-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def within() -> Within:
    """Runs a check after mounts that only its own process sees: ``within(mounts, call)``."""
    is_root = os.geteuid() == 0
    private = ["unshare", "-m"] if is_root else ["unshare", "-r", "-m"]
    if subprocess.run([*private, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mounts of one's own here (unshare -m)")

    def run(mounts: str, call: str, *, as_nobody: bool = False) -> Finding:
        drop = ""
        if as_nobody and is_root:
            drop = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups"
        done = subprocess.run(
            [*private, "sh", "-ec", f'{mounts}\nexec {drop} "$0" -c "$1"', sys.executable,
             TELL.format(call=call)],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCES), *sys.path[1:]]),
                 "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        fields = json.loads(done.stdout)
        return Finding(**{**fields, "state": State(fields["state"])})

    return run


@pytest.fixture
def group() -> Iterator[Group]:
    """Makes control groups for this test, and removes them afterwards."""
    name = f"wordlight-test-{os.getpid()}"
    made: list[MadeGroup] = []

    def make(controller: str, **limits: int) -> MadeGroup:
        root = Path("/sys/fs/cgroup") / controller
        if not os.access(root / "cgroup.procs", os.W_OK):
            pytest.skip(f"no control groups of version 1 can be made in {root}")
        made.append(MadeGroup(root).inner(name, **limits))
        return made[-1]

    yield make
    for one in made:
        for folder in (*one.folder.glob("*/"), one.folder):
            _remove_group(folder)


def _remove_group(folder: Path) -> None:
    """Removes it as soon as the kernel lets go of the last process that was in it."""
    for _ in range(50):
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OnPath:
    """Puts a shell script first on PATH: ``on_path(name, body)``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def put(name: str, body: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)

    return put
