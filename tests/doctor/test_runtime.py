"""Servers, stubs, libraries and numpy that do not fit each other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from broken import Environment, state_version

from wordlight.doctor import Finding, Setup, State
from wordlight.doctor._triton import (
    check_bash,
    check_libraries,
    check_server,
    find_server,
)
from wordlight.errors import NumpyMismatch
from wordlight.serving import PYTHON, TritonServer, stub_python

OTHER_PYTHON = "3.8"

ServerOf = Callable[[Path], TritonServer]


@pytest.fixture
def triton(monkeypatch: pytest.MonkeyPatch) -> TritonServer:
    monkeypatch.delenv("WORDLIGHT_TRITONSERVER", raising=False)
    return TritonServer.find()


@pytest.fixture
def other_stub(triton: TritonServer) -> Path:
    """A real stub, for a Python that is not ours."""
    stub = triton.stub.parents[1] / OTHER_PYTHON / triton.stub.name
    if not stub.is_file():
        pytest.skip("only the server of nvidia-pytriton has stubs for several Pythons")
    return stub


@pytest.fixture
def server_with(tmp_path: Path, triton: TritonServer, monkeypatch: pytest.MonkeyPatch) -> ServerOf:
    """This machine's server as NVIDIA's image lays it out, with a stub of one's choice."""

    def lay_out(stub: Path) -> TritonServer:
        root = tmp_path / "tritonserver"
        backend = root / "backends/python"
        backend.mkdir(parents=True)
        (root / "bin").mkdir()
        (root / "bin/tritonserver").symlink_to(triton.binary)
        (root / "lib").symlink_to(triton.libraries)
        (backend / "libtriton_python.so").symlink_to(triton.python_backend / "libtriton_python.so")
        shutil.copy2(stub, backend / "triton_python_backend_stub")
        (root / "TRITON_VERSION").write_text("2.51.0\n")
        monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(root))
        return TritonServer.find()

    return lay_out


def look(setup: Setup) -> dict[str, Finding]:
    return {found.name: found for found in check_server(setup, find_server())}


def only_fault(findings: dict[str, Finding]) -> Finding:
    (fault,) = [found for found in findings.values() if found.state is not State.OK]
    return fault


def test_this_machines_server_stub_and_numpy_fit(setup: Setup, triton: TritonServer) -> None:
    findings = look(setup)

    assert {found.state for found in findings.values()} == {State.OK}
    assert findings["Python"].seen.startswith(f"{PYTHON} in {setup.environment}")
    assert findings["numpy"].seen == "1.26.4, fits the server"


def test_a_stub_of_another_python(setup: Setup, server_with: ServerOf, other_stub: Path) -> None:
    server_with(other_stub)

    found = only_fault(look(setup))

    assert (found.code, found.state) == ("STUB_MISMATCH", State.ERROR)
    assert f"is for Python {OTHER_PYTHON}; {setup.environment} has Python {PYTHON}" in found.seen
    assert f"Python {OTHER_PYTHON}: wordlight volume install" in found.remedy


def test_the_stub_itself_says_its_python(triton: TritonServer, other_stub: Path) -> None:
    assert stub_python(triton.stub) == PYTHON
    assert stub_python(other_stub) == OTHER_PYTHON


def test_a_library_that_the_linker_does_not_find(other_stub: Path) -> None:
    found = check_libraries("Python", (other_stub,), {}, OTHER_PYTHON)

    assert (found.code, found.state) == ("LIBRARY_MISSING", State.ERROR)
    assert "libpython3.8.so.1.0, which the dynamic linker does not find" in found.seen
    assert "apt-get install libpython3.8" in found.remedy


def test_no_bash_on_path(tmp_path: Path) -> None:
    found = check_bash({"PATH": str(tmp_path)})

    assert (found.code, found.state) == ("BASH_MISSING", State.ERROR)
    assert f"no bash on PATH ({tmp_path})" in found.seen


def test_a_library_of_ld_preload_that_is_not_there() -> None:
    found = check_bash({**os.environ, "LD_PRELOAD": "libm.so.6 /nowhere/libcounting.so"})

    assert (found.code, found.state) == ("PRELOAD_MISSING", State.WARNING)
    assert "LD_PRELOAD names /nowhere/libcounting.so, which" in found.seen


def test_a_library_of_ld_preload_that_is_there() -> None:
    assert check_bash({**os.environ, "LD_PRELOAD": "libm.so.6"}).state is State.OK


def test_a_server_for_a_newer_glibc(
    setup: Setup, server_with: ServerOf, triton: TritonServer, tmp_path: Path
) -> None:
    newer = tmp_path / "stub"
    newer.write_bytes(triton.stub.read_bytes().replace(b"GLIBC_2.34\0", b"GLIBC_2.99\0"))
    newer.chmod(0o755)
    server_with(newer)

    found = only_fault(look(setup))

    assert (found.code, found.state) == ("GLIBC_OLD", State.ERROR)
    assert found.seen.startswith(f"glibc here is {os.confstr('CS_GNU_LIBC_VERSION').split()[1]}; ")
    assert found.seen.endswith("needs 2.99")


def test_no_server(setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(tmp_path))

    found = only_fault(look(setup))

    assert (found.code, found.state) == ("SERVER_MISSING", State.ERROR)
    assert found.remedy == f"reinstall the server under {tmp_path}"


def test_no_environment(setup: Setup, tmp_path: Path, triton: TritonServer) -> None:
    found = only_fault(look(replace(setup, environment=tmp_path / "gone")))

    assert (found.code, found.state) == ("ENVIRONMENT_MISSING", State.ERROR)
    assert "wordlight volume install" in found.remedy


def test_an_environment_without_numpy(setup: Setup, environment: Environment) -> None:
    shutil.rmtree(environment.packages / "numpy-1.26.4.dist-info")

    found = only_fault(look(setup))

    assert found.code == "NUMPY_MISSING"
    assert found.seen == f"{environment.packages} holds no numpy"
    assert "wordlight volume install" in found.remedy


def test_numpy_2_in_the_environment(setup: Setup, environment: Environment) -> None:
    shutil.rmtree(environment.packages / "numpy-1.26.4.dist-info")
    state_version(environment.packages, "numpy", "2.3.1")

    found = only_fault(look(setup))

    assert (found.code, found.state) == ("NUMPY_MISMATCH", State.ERROR)
    assert found.seen == str(NumpyMismatch("2.3.1", "2.51.0"))
    assert found.remedy == "install numpy 1.26"
