"""The server on this machine is found, and refused beside a numpy that it would corrupt."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.errors import NumpyMismatch, NumpyMissing, ServerMissing, WrongPython
from wordlight.serving import PYTHON, Ports, TritonServer, _tritonserver
from wordlight.serving._tritonserver import ARENAS, NGC_ROOT, SPIN_COUNT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tritonserver is for Linux")


@pytest.fixture
def triton(monkeypatch: pytest.MonkeyPatch) -> TritonServer:
    monkeypatch.delenv("WORDLIGHT_TRITONSERVER", raising=False)
    return TritonServer.find()


def environment_with_numpy(root: Path, version: str) -> Path:
    """A virtual environment of this Python, as far as numpy's version is known from it."""
    facts = root / f"lib/python{PYTHON}/site-packages/numpy-{version}.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: numpy\nVersion: {version}\n")
    return root


def layout(root: Path, *, version: str | None = None) -> Path:
    """A folder laid out as NVIDIA's container has the server."""
    for name in ("bin/tritonserver", "backends/python/libtriton_python.so",
                 "backends/python/triton_python_backend_stub",
                 "backends/python/triton_python_backend_utils.py"):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    if version:
        (root / "TRITON_VERSION").write_text(f"{version}\n")
    return root


def test_this_machines_server_is_whole(triton: TritonServer) -> None:
    assert os.access(triton.binary, os.X_OK)
    assert (triton.python_backend / "libtriton_python.so").is_file()
    assert triton.stub.is_file()
    assert triton.libraries.is_dir()
    assert int(triton.version.split(".")[0]) >= 2


def test_the_wheels_stub_is_that_of_this_python(triton: TritonServer) -> None:
    if triton.binary.is_relative_to(NGC_ROOT):
        pytest.skip("the container has one stub")

    assert triton.stub.parent.name == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_this_environments_numpy_fits_this_server(triton: TritonServer) -> None:
    triton.check_numpy(Path(sys.prefix))


def test_a_chosen_server_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(layout(tmp_path, version="2.60.1")))

    triton = TritonServer.find()

    assert triton.binary == tmp_path / "bin/tritonserver"
    assert triton.stub == tmp_path / "backends/python/triton_python_backend_stub"
    assert triton.libraries == tmp_path / "lib"
    assert triton.version == "2.60.1"


@pytest.mark.parametrize(
    "missing", ["bin/tritonserver", "backends/python/triton_python_backend_stub"]
)
def test_a_server_with_a_part_missing_is_refused_by_that_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    (layout(tmp_path) / missing).unlink()
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(tmp_path))

    with pytest.raises(ServerMissing) as caught:
        TritonServer.find()

    assert str(tmp_path / missing) in str(caught.value)


def test_no_server_at_all_says_where_was_looked_and_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORDLIGHT_TRITONSERVER", raising=False)
    monkeypatch.setattr(_tritonserver, "NGC_ROOT", tmp_path)
    monkeypatch.setattr(_tritonserver.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(ServerMissing, match=r"pip install wordlight\[server\]") as caught:
        TritonServer.find()

    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("numpy", ["2.0.0", "2.3.1"])
@pytest.mark.parametrize("server", ["2.51.0", "2.9.1"])
def test_numpy_2_beside_an_older_server_is_refused_and_both_are_named(
    triton: TritonServer, tmp_path: Path, numpy: str, server: str
) -> None:
    environment = environment_with_numpy(tmp_path, numpy)

    with pytest.raises(NumpyMismatch) as caught:
        replace(triton, version=server).check_numpy(environment)

    assert f"numpy {numpy} beside tritonserver {server}" in str(caught.value)
    assert caught.value.remedy == "install numpy 1.26"


@pytest.mark.parametrize(
    ("numpy", "server"),
    [("2.3.1", "2.52.0"), ("2.0.0", "2.60.1"), ("1.26.4", "2.51.0"), ("1.26.4", "2.60.1"),
     ("2.1.0", "3.0.0")],
)  # fmt: skip
def test_numpy_and_a_server_that_fit_pass(
    triton: TritonServer, tmp_path: Path, numpy: str, server: str
) -> None:
    replace(triton, version=server).check_numpy(environment_with_numpy(tmp_path, numpy))


def test_an_environment_without_numpy_is_no_environment_for_the_stubs(
    triton: TritonServer, tmp_path: Path
) -> None:
    with pytest.raises(NumpyMissing, match="holds no numpy") as caught:
        triton.check_numpy(tmp_path)

    assert str(tmp_path) in str(caught.value)


def test_the_backend_folder_has_this_pythons_stub(triton: TritonServer, tmp_path: Path) -> None:
    triton.lay_out_backend(tmp_path)

    backend = tmp_path / "python"
    assert (backend / "triton_python_backend_stub").read_bytes() == triton.stub.read_bytes()
    assert os.access(backend / "triton_python_backend_stub", os.X_OK)
    assert (backend / "libtriton_python.so").resolve().is_file()
    assert (backend / "triton_python_backend_utils.py").resolve().is_file()


def test_the_command_line_names_every_place_and_port(triton: TritonServer, tmp_path: Path) -> None:
    command = triton.command(
        tmp_path / "models", tmp_path / "backends", Ports(1, 2, 3), "127.0.0.9", "mine-", "k3y"
    )

    assert command[0] == str(triton.binary)
    assert set(command) >= {
        f"--model-repository={tmp_path / 'models'}",
        f"--backend-directory={tmp_path / 'backends'}",
        "--backend-config=python,shm-region-prefix-name=mine-",
        "--http-port=1", "--grpc-port=2", "--metrics-port=3",
        "--http-address=127.0.0.9", "--grpc-address=127.0.0.9", "--metrics-address=127.0.0.9",
        "--strict-readiness=true",
        "--http-restricted-api=shared-memory,logging,trace:wordlight-management-key=k3y",
        "--grpc-restricted-protocol=shared-memory,logging,trace:wordlight-management-key=k3y",
    }  # fmt: skip


def test_the_environment_leads_to_this_python_and_the_servers_libraries(
    triton: TritonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/cuda/lib")
    monkeypatch.setenv("KEPT", "as it was")

    environment = triton.environment(3, tmp_path)

    assert environment["PATH"].startswith(f"{sys.prefix}/bin:/usr/bin:")
    libraries = environment["LD_LIBRARY_PATH"].split(":")
    assert libraries[0] == str(triton.libraries)
    assert libraries[-1] == "/cuda/lib"
    assert environment["OMP_NUM_THREADS"] == "3"
    assert environment["NUMBA_CACHE_DIR"].startswith(str(tmp_path))
    assert environment["KEPT"] == "as it was"


def test_no_empty_part_makes_the_linker_search_the_working_directory(
    triton: TritonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)

    assert "" not in triton.environment(1, tmp_path)["LD_LIBRARY_PATH"].split(":")


def test_an_allocator_that_the_caller_preloads_stays(
    triton: TritonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_PRELOAD", "/mine/libtcmalloc.so")
    monkeypatch.delenv("MALLOC_CONF", raising=False)

    environment = triton.environment(1, tmp_path)

    assert environment["LD_PRELOAD"] == "/mine/libtcmalloc.so"
    assert "MALLOC_CONF" not in environment


def test_jemalloc_is_preloaded_only_where_it_is(
    triton: TritonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    monkeypatch.delenv("MALLOC_CONF", raising=False)

    environment = triton.environment(1, tmp_path)

    is_preloaded = "LD_PRELOAD" in environment
    assert is_preloaded == ("MALLOC_CONF" in environment)
    assert not is_preloaded or Path(environment["LD_PRELOAD"]).is_file()


@pytest.mark.parametrize("given", ["", "7"])
@pytest.mark.parametrize("name", ["GOMP_SPINCOUNT", "MALLOC_ARENA_MAX"])
def test_threads_spin_briefly_and_share_few_arenas_unless_the_caller_has_a_say(
    triton: TritonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    for variable in ("LD_PRELOAD", name):
        monkeypatch.delenv(variable, raising=False)
    if given:
        monkeypatch.setenv(name, given)
    taken = given or {"GOMP_SPINCOUNT": str(SPIN_COUNT), "MALLOC_ARENA_MAX": str(ARENAS)}[name]

    environment = triton.environment(1, tmp_path)

    # jemalloc, where it is installed, has no such arenas.
    assert environment.get(name, taken if "LD_PRELOAD" in environment else None) == taken


@pytest.mark.parametrize(
    ("linked", "fits"),
    [(PYTHON, True), ("3.8", False), ("3.99", False), ("", True)],
    ids=["ours", "older", "newer", "not stated"],
)
def test_the_stubs_python_must_be_the_one_that_runs_us(
    tmp_path: Path, linked: str, fits: bool
) -> None:
    stub = tmp_path / "stub"
    stub.write_bytes(f"\x7fELF\0libpython{linked}.so.1.0\0".encode() if linked else b"\x7fELF")
    server = TritonServer(stub, tmp_path, stub, tmp_path, "2.51.0")

    if fits:
        server.check_python()
    else:
        with pytest.raises(WrongPython, match=rf"2\.51\.0 embeds {linked}"):
            server.check_python()


def test_the_stubs_environment_comes_first_on_the_path(tmp_path: Path) -> None:
    server = TritonServer(tmp_path, tmp_path, tmp_path, tmp_path, "2.51.0")

    environment = server.environment(1, tmp_path, stubs=Path("/volume/runtime/abc"))

    assert environment["PATH"].split(":")[0] == "/volume/runtime/abc/bin"


def test_bash_is_found_even_where_the_caller_has_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PATH")
    server = TritonServer(tmp_path, tmp_path, tmp_path, tmp_path, "2.51.0")

    assert shutil.which("bash", path=server.environment(1, tmp_path)["PATH"])


@pytest.mark.parametrize(
    "name",
    ["BASH_ENV", "ENV", "SHELLOPTS", "CDPATH", "POSIXLY_CORRECT", "BASH_FUNC_exec%%", "PYTHONHOME",
     "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS"],
)  # fmt: skip
def test_what_would_change_bash_or_python_before_our_code_runs_is_not_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/of/the/caller")
    server = TritonServer(tmp_path, tmp_path, tmp_path, tmp_path, "2.51.0")

    assert name not in server.environment(1, tmp_path)


def test_the_stub_is_a_copy_that_triton_may_change(tmp_path: Path) -> None:
    """Whatever its permissions were; Triton changes them where a trial of the stub fails."""
    server = TritonServer.find()
    stub = tmp_path / "stub"
    stub.write_bytes(b"stub")
    stub.chmod(0o444)

    replace(server, stub=stub).lay_out_backend(tmp_path / "backends")

    copy = tmp_path / "backends/python/triton_python_backend_stub"
    assert copy.stat().st_mode & 0o777 == 0o755
    assert not copy.is_symlink()
    assert not copy.samefile(stub)
