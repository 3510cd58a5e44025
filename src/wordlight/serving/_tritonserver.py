"""Where a tritonserver is, which environment it needs, and its command line."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from wordlight.errors import NumpyMismatch, NumpyMissing, ServerMissing, WrongPython
from wordlight.proxies import beside_proxies
from wordlight.serving._ports import Ports
from wordlight.telemetry import NO_TELEMETRY

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
NGC_ROOT = Path("/opt/tritonserver")
PYTRITON_SERVER_VERSION = "2.51.0"
"""The version in the wheel nvidia-pytriton 0.7.0; only the server's own answers state it."""
NUMPY_2_SINCE = (2, 52)
"""2.51 was seen to fail; python_backend's pull request 384 (October 2024) mended later releases.
Should a later server still fail, the warm-up and the self-test will notice it."""
WITHOUT_BASH_SINCE = (2, 60)
"""Since 25.08, python_backend's stub launcher calls execve itself (src/stub_launcher.cc)."""
SPIN_COUNT = 10_000
"""How long OpenMP threads spin at a barrier before they sleep. With libgomp's own value two
sentences took 1.3 s on two idle cores and 6.5 to 11 s beside one busy process; with this value they
took 1.3 and 3.9 s."""

ARENAS = 2
"""glibc's own limit is eight arenas a core, and each keeps what it once needed. Triton's 300
threads filled them bit by bit: after 200 requests for speech a tritonserver had 73 MB, with two
arenas 60 MB; with these it had 60.2 MB after 1,000 requests of all kinds and 60.6 after 3,000."""

MANAGEMENT = ("shared-memory", "logging", "trace")
"""Calls that change the server for everybody. Triton answers them only with the key of this start.
Loading and unloading models is switched off by ``--model-control-mode=none``. Statistics and
configurations stay open: perf_analyzer reads both. Source: server/src/restricted_features.h."""
KEY_HEADER = "wordlight-management-key"
"""The header over HTTP. Over gRPC, Triton puts ``triton-grpc-protocol-`` before it."""

HARMFUL = {"BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "CDPATH", "POSIXLY_CORRECT"}
"""Triton starts its stubs through ``bash -c``, which reads these variables."""
HARMFUL_PREFIXES = ("BASH_FUNC_", "PYTHON")
"""These are functions that a shell exported, and PYTHONHOME, PYTHONPATH and the like. Without them
the stubs use the environment that was installed and tried, whatever the caller's shell uses."""


@dataclass(frozen=True, slots=True)
class TritonServer:
    """An installed server: its binary, its Python backend, and the stub for this Python."""

    binary: Path
    python_backend: Path
    stub: Path
    libraries: Path
    version: str

    @property
    def needs_bash(self) -> bool:
        """Whether it starts its stubs through a shell, as servers up to 25.07 do."""
        return self._release < WITHOUT_BASH_SINCE

    @property
    def _release(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split(".")[:2])

    @classmethod
    def find(cls) -> TritonServer:
        """The server that ``WORDLIGHT_TRITONSERVER`` names, the container's or nvidia-pytriton's.

        Raises:
            ServerMissing: There is none, or it has no stub for this Python.
        """
        root, is_wheel = _root()
        backend = root / "backends/python"
        stub = (
            root / "python_backend_stubs" / PYTHON / "triton_python_backend_stub"
            if is_wheel
            else backend / "triton_python_backend_stub"
        )
        for path in (root / "bin/tritonserver", backend / "libtriton_python.so", stub):
            if not path.is_file():
                why = f"{path} is missing"
                raise ServerMissing(why, f"reinstall the server under {root}")
        stated = root / "TRITON_VERSION"
        release = stated.read_text().strip() if stated.is_file() else PYTRITON_SERVER_VERSION
        # The wheel's binaries find their libraries relative to where the wheel put them.
        libraries = root.parents[1] / "nvidia_pytriton.libs" if is_wheel else root / "lib"
        return cls(root / "bin/tritonserver", backend, stub, libraries, release)

    def check_python(self) -> None:
        """Checks that the stub embeds the version of Python that runs us.

        Raises:
            WrongPython: The stub was linked with another Python's shared library.
        """
        embedded = stub_python(self.stub)
        if embedded is not None and embedded != PYTHON:
            raise WrongPython(PYTHON, self.version, embedded)

    def check_numpy(self, environment: Path) -> None:
        """Checks that the numpy of the stubs' environment fits the server's stub.

        Raises:
            NumpyMismatch: It does not fit, and tensors would be corrupted silently.
            NumpyMissing: The environment holds no numpy for this Python.
        """
        packages = environment / f"lib/python{PYTHON}/site-packages"
        found = next(iter(distributions(name="numpy", path=[str(packages)])), None)
        if found is None:
            raise NumpyMissing(packages)
        numpy = found.version
        if int(numpy.split(".")[0]) >= 2 and self._release < NUMPY_2_SINCE:
            raise NumpyMismatch(numpy, self.version)

    def lay_out_backend(self, folder: Path) -> None:
        """Makes a backend directory whose Python backend has the stub for this Python."""
        backend = folder / "python"
        backend.mkdir(parents=True)
        for name in ("libtriton_python.so", "triton_python_backend_utils.py"):
            (backend / name).symlink_to(self.python_backend / name)
        # A copy: Triton changes the stub's permissions if it fails to run it for a trial.
        stub = backend / "triton_python_backend_stub"
        shutil.copyfile(self.stub, stub)
        stub.chmod(0o755)

    def command(
        self,
        repository: Path,
        backends: Path,
        ports: Ports,
        address: str,
        region_prefix: str,
        management_key: str,
    ) -> list[str]:
        """The server's command line. A model that fails to load does not end the server.

        It shows ``management_key`` to everybody on this machine who may list its processes.
        """
        restricted = f"{','.join(MANAGEMENT)}:{KEY_HEADER}={management_key}"
        is_ipv6 = ":" in address
        http = f"ipv6:{address}" if is_ipv6 else address  # as libevhtp writes it
        grpc = f"[{address}]" if is_ipv6 else address
        return [
            str(self.binary),
            f"--model-repository={repository}",
            f"--backend-directory={backends}",
            f"--backend-config=python,shm-region-prefix-name={region_prefix}",
            "--model-control-mode=none",
            "--disable-auto-complete-config",
            "--exit-on-error=false",
            "--strict-readiness=true",
            f"--http-restricted-api={restricted}",
            f"--grpc-restricted-protocol={restricted}",
            "--exit-timeout-secs=30",
            f"--http-address={http}",
            f"--http-port={ports.http}",
            f"--grpc-address={grpc}",
            f"--grpc-port={ports.grpc}",
            f"--metrics-address={http}",
            f"--metrics-port={ports.metrics}",
        ]

    def environment(
        self, threads: int, cache: Path, stubs: Path = Path(sys.prefix)
    ) -> Mapping[str, str]:
        """The process environment of the server and, by inheritance, of every stub.

        ``cache`` is a writable folder for code that is compiled once and used at every start.
        ``stubs`` is the environment whose Python the stubs find first.
        """
        libraries = [
            str(self.libraries),
            sysconfig.get_config_var("LIBDIR"),
            os.environ.get("LD_LIBRARY_PATH"),
        ]
        return {
            **beside_proxies(_harmless(os.environ)),
            **_allocator(),
            **NO_TELEMETRY,
            "PATH": os.pathsep.join([str(stubs / "bin"), os.environ.get("PATH", ""), os.defpath]),
            "LD_LIBRARY_PATH": os.pathsep.join(part for part in libraries if part),
            "OMP_NUM_THREADS": str(threads),
            "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", str(SPIN_COUNT)),
            "NUMBA_CACHE_DIR": str(cache / "numba"),
            "TOKENIZERS_PARALLELISM": "false",
            "TRITON_SERVER_ESCAPE_LOG_MESSAGES": "1",  # one line per message, for our log reader
            "PYTHONUTF8": "1",  # for programs in Python that a stub starts
        }


def _harmless(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables without those that would change what bash or Python do before our code runs."""
    return {
        name: value
        for name, value in variables.items()
        if name not in HARMFUL and not name.startswith(HARMFUL_PREFIXES)
    }


def _root() -> tuple[Path, bool]:
    chosen = os.environ.get("WORDLIGHT_TRITONSERVER")
    if chosen:
        return Path(chosen), False
    if (NGC_ROOT / "bin/tritonserver").is_file():
        return NGC_ROOT, False
    package = importlib.util.find_spec("pytriton")
    if package and package.submodule_search_locations:
        return Path(next(iter(package.submodule_search_locations))) / "tritonserver", True
    raise ServerMissing(
        f"neither $WORDLIGHT_TRITONSERVER, nor {NGC_ROOT}, nor the package nvidia-pytriton"
    )


def _allocator() -> dict[str, str]:
    """Variables that load jemalloc, if it is installed; none if the caller preloads something.

    jemalloc keeps freed pages here, because page faults are expensive on virtual machines. Without
    it, glibc's malloc gets few arenas.
    """
    if os.environ.get("LD_PRELOAD"):
        return {}
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"):
        library = Path(folder) / "libjemalloc.so.2"
        if library.is_file():
            return {
                "LD_PRELOAD": str(library),
                "MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
            }
    return {"MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", str(ARENAS))}


def stub_python(stub: Path) -> str | None:
    """``3.11`` for a stub that is linked with that Python's library; None if that is unclear."""
    linked = re.search(rb"libpython(3\.\d+)\.so", stub.read_bytes())
    return linked[1].decode() if linked else None
