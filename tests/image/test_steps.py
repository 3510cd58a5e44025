"""The image's steps, each alone: what it collects, says and refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "build/image"


def step(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STEPS / name, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def instructions(stage: str, word: str) -> list[str]:
    command = f'. "{STEPS}/dockerfile.sh"; instructions "$@"'
    done = subprocess.run(
        ["bash", "-euc", command, "instructions", stage, word],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server of the installed wheel, laid out as wheel.sh does."""
    spec = find_spec("pytriton")
    assert spec is not None
    assert spec.submodule_search_locations
    packages = Path(spec.submodule_search_locations[0]).parent
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(packages / "pytriton/tritonserver", folder / "pytriton/tritonserver")
    (folder / "nvidia_pytriton.libs").symlink_to(packages / "nvidia_pytriton.libs")
    facts = f"nvidia_pytriton-{version('nvidia-pytriton')}.dist-info"
    (folder / facts).symlink_to(packages / facts)
    (folder / "pytriton/tritonserver/TRITON_VERSION").write_text("2.51.0\n")
    return folder / "pytriton/tritonserver"


def test_every_run_of_the_dockerfile_calls_scripts_that_are_there() -> None:
    stages = ("base", "wordlight", "server-ngc", "server-pypi", "final")
    runs = [run for stage in stages for run in instructions(stage, "RUN")]
    called = {word for run in runs for word in run.split() if word.startswith("/src/")}

    assert all(os.access(ROOT / word.removeprefix("/src/"), os.X_OK) for word in called)
    names = {Path(word).name for word in called}
    assert names == {
        "packages.sh", "wordlight.sh", "wheel.sh", "server.sh", "user.sh", "labels.sh",
        "verify.sh", "sizes.sh",
    }  # fmt: skip


def test_a_wheels_server_is_collected_with_all_it_needs(wheel: Path, tmp_path: Path) -> None:
    done = step("server.sh", wheel, tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Triton 2.51.0 with" in done.stdout
    collected = [
        tmp_path / "bin/tritonserver",
        tmp_path / "backends/python/libtriton_python.so",
        tmp_path / "backends/python/triton_python_backend_stub",
        tmp_path / "caches/local/libtritoncache_local.so",
    ]
    linked = subprocess.run(
        ["ldd", *collected], capture_output=True, text=True, check=True,
        env={"LD_LIBRARY_PATH": f"{tmp_path / 'lib'}:{sys.base_prefix}/lib", "PATH": os.defpath},
    ).stdout  # fmt: skip
    assert "not found" not in linked
    assert str(wheel.parents[1]) not in linked
    stub = subprocess.run(["ldd", collected[2]], capture_output=True, text=True, check=False).stdout
    assert f"libpython{sys.version_info.major}.{sys.version_info.minor}.so" in stub
    assert (tmp_path / "backends/python/triton_python_backend_utils.py").is_file()
    assert (tmp_path / "licenses/LICENSE").is_file()


def test_neither_the_drivers_libraries_nor_the_distributions_are_collected(
    wheel: Path, tmp_path: Path
) -> None:
    step("server.sh", wheel, tmp_path)

    names = {path.name for path in (tmp_path / "lib").iterdir()}
    kept_out = ("libc.so", "libstdc++", "libcuda.so", "libnvidia-ml", "libpython3.11.so")
    assert not [name for name in names if name.startswith(kept_out)]


def test_a_library_that_is_nowhere_is_named(wheel: Path, tmp_path: Path) -> None:
    broken = tmp_path / "pytriton/tritonserver"
    shutil.copytree(wheel, broken)  # without nvidia_pytriton.libs beside it
    facts = next(wheel.parents[1].glob("*.dist-info"))
    (tmp_path / facts.name).symlink_to(facts.resolve())

    done = step("server.sh", broken, tmp_path / "out")

    assert done.returncode == 1
    assert f"{broken} needs lib" in done.stderr
    assert "it is nowhere" in done.stderr


def image_of(root: Path, n_bytes: int) -> Path:
    for part in ("bin", "lib", "backends", "caches"):
        (root / "opt/tritonserver" / part).mkdir(parents=True)
    (root / "opt/wordlight").mkdir()
    (root / "opt/tritonserver/lib/large.so").write_bytes(b"1" * n_bytes)
    return root


def test_the_size_of_each_part_is_printed(tmp_path: Path) -> None:
    done = step("sizes.sh", 100, image_of(tmp_path, 5_000_000))

    assert done.returncode == 0, done.stderr
    printed = {line.split(" MB  ")[1]: float(line.split()[0]) for line in done.stdout.splitlines()}
    assert printed["/opt/tritonserver/lib"] == pytest.approx(5.0, abs=0.1)
    assert printed["in all, of 100 allowed"] == pytest.approx(5.0, abs=0.2)


def test_an_image_over_the_limit_is_refused(tmp_path: Path) -> None:
    done = step("sizes.sh", 4, image_of(tmp_path, 5_000_000))

    assert done.returncode == 1
    assert "over the limit" in done.stderr


def test_the_dockerignore_lets_through_all_that_the_build_reads() -> None:
    let_through = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    packaged = {"src", "client", "models", "model_repository", "README.md", "LICENSE"}

    assert let_through == packaged | {"build/image", "build/uv.py", "pyproject.toml", "uv.lock"}
    assert all((ROOT / name).exists() for name in let_through)
