"""`volume install` prints what it did, or in one sentence why not; `serve` uses the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from package_index import PackageIndex, real_uv

import wordlight.commands.install as install_command
from wordlight.commands.install import install
from wordlight.runtimes import PackageLock, runtimes
from wordlight.serving import PYTHON, stubs_runtime, where


@pytest.fixture
def leases(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, float]]:
    """The leases that were held: their path and how long to wait."""
    taken: list[tuple[Path, float]] = []

    class Lease:
        def __init__(self, path: Path) -> None:
            self.path = path

        @contextmanager
        def held(
            self, purpose: str, *, wait_s: float, on_wait: Callable[[str], object]
        ) -> Iterator[None]:
            taken.append((self.path, wait_s))
            yield

    monkeypatch.setattr(install_command, "Lease", Lease)
    return taken


@pytest.fixture
def tiny(tmp_path: Path, leases: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The command installs a tiny project, and no server is at hand."""
    index = PackageIndex()
    (tmp_path / "project").mkdir()
    index.lock(tmp_path / "project", real_uv())
    lock = PackageLock(tmp_path / "project")
    monkeypatch.setattr(PackageLock, "find", classmethod(lambda _: lock))
    monkeypatch.setattr(install_command, "NEEDED", ("lamp",))
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(tmp_path / "no-server"))
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    yield index
    index.close()


def run(volume: Path, *more: str) -> Result:
    return CliRunner().invoke(install, ["--volume", str(volume), "--uv", str(real_uv()), *more])


def test_an_installation_says_what_there_is_now(
    tiny: PackageIndex, tmp_path: Path, leases: list[tuple[Path, float]]
) -> None:
    result = run(tmp_path / "volume", "--wait", "5")

    assert result.exit_code == 0, result.output
    (made,) = runtimes(tmp_path / "volume")
    assert f"runtime {made.folder} installed" in result.output
    assert f"Python {PYTHON}, engines; 1 modules import" in result.output
    assert "flash-attn: none: " in result.output
    assert "stub: not tried: " in result.output
    assert set(leases) == {(tmp_path / "volume/leases/runtime", 5.0)}

    again = run(tmp_path / "volume")

    assert again.exit_code == 0
    assert "is there already" in again.output


def test_old_runtimes_go_as_told(tiny: PackageIndex, tmp_path: Path) -> None:
    run(tmp_path / "volume")
    (old,) = runtimes(tmp_path / "volume")

    result = run(tmp_path / "volume", "--mini", "--keep", "1")

    assert f"removed the old runtime {old.folder}" in result.output
    assert [r.record.extras for r in runtimes(tmp_path / "volume")] == [("engines", "mini")]


def test_a_failure_is_one_sentence(tiny: PackageIndex, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        install, ["--volume", str(tmp_path / "volume"), "--uv", str(tmp_path / "no-uv")]
    )

    assert result.exit_code == 1
    sentence, remedy = result.output.splitlines()[-2:]
    assert sentence.startswith("UV_MISSING there is no uv: looked for ")
    assert remedy == "→ pip install uv, or name it with --uv"
    assert "Traceback" not in result.output


@pytest.mark.parametrize("capability", ["nine", "9", "9.x", ""])
def test_a_nonsense_capability_is_refused(tmp_path: Path, capability: str) -> None:
    result = run(tmp_path, "--gpu-capability", capability)

    assert result.exit_code == 2
    assert "is not a compute capability like 9.0" in result.output


def test_a_server_whose_stub_embeds_another_python_is_told_before_anything_is_fetched(
    tiny: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = tmp_path / "server"
    for name in ("bin/tritonserver", "backends/python/libtriton_python.so"):
        (server / name).parent.mkdir(parents=True)
        (server / name).touch()
    stub = server / "backends/python/triton_python_backend_stub"
    stub.write_bytes(b"\x7fELF\0libpython3.8.so.1.0\0")
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(server))
    tiny.fetched.clear()

    result = run(tmp_path / "volume")

    assert result.exit_code == 1
    assert f"WRONG_PYTHON this is Python {PYTHON}; the stub of tritonserver" in result.output
    assert "embeds 3.8" in result.output
    assert not tiny.fetched


def test_serving_takes_the_volumes_runtime_and_says_so(
    tiny: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "volume")
    monkeypatch.setattr(sys, "path", [*sys.path])

    runtime = stubs_runtime(tmp_path / "volume", has_gpu=False)

    assert runtime is not None
    assert where(runtime) == f"models run in runtime {runtime.folder.name} of the volume"
    assert sys.path[-1] == str(runtime.packages)
