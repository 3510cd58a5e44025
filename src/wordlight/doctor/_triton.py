"""The server: whether its binaries fit this machine's libraries and the environment's Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path

from wordlight.doctor._finding import Finding, State, fine, wrong
from wordlight.doctor._paths import check_paths, plain_links
from wordlight.doctor._setup import Setup
from wordlight.errors import (
    BashMissing,
    EnvironmentMissing,
    GlibcOld,
    LibraryMissing,
    NumpyMismatch,
    NumpyMissing,
    PreloadMissing,
    ServerMissing,
    StubMismatch,
)
from wordlight.serving import PYTHON, TritonServer, candidates, stub_python

TRACE_TIMEOUT_S = 20.0

_NOT_FOUND = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_NOT_PRELOADED = re.compile(r"object '([^']*)' from LD_PRELOAD cannot be preloaded")
_NO_GLIBC = re.compile(r"version [`']GLIBC_([\d.]+)' not found")


def find_server() -> TritonServer | ServerMissing:
    """The server that would be started, or why there is none."""
    try:
        return TritonServer.find()
    except ServerMissing as error:
        return error


def check_server(setup: Setup, triton: TritonServer | ServerMissing) -> Iterator[Finding]:
    """The findings on the server, its stub, their libraries, and the stub's environment."""
    if isinstance(triton, ServerMissing):
        yield wrong("tritonserver", triton)
        return
    yield fine("tritonserver", f"{triton.version} ({triton.binary})")
    home = os.environ.get("HOME")
    yield check_paths(
        {
            "server": triton.libraries,
            "environment": setup.environment,
            "volume": setup.volume,
            **({"HOME": Path(home)} if home else {}),
        }
    )
    with plain_links(candidates(os.environ, setup.volume)) as links:
        variables = triton.environment(1, setup.volume)
        if links:  # in a list of folders, a colon would end a folder's path
            plain = replace(triton, libraries=links.plain(triton.libraries))
            variables = links.variables(plain.environment(1, setup.volume))
        yield check_libraries("libraries", (triton.binary,), variables)
        if triton.needs_bash:
            yield check_bash(variables)
        yield from _check_environment(setup, triton, variables)


def _check_environment(
    setup: Setup, triton: TritonServer, variables: Mapping[str, str]
) -> Iterator[Finding]:
    python = environment_python(setup.environment)
    if python is None:
        missing = setup.environment / "bin/python"
        yield wrong("Python", EnvironmentMissing(python=missing))
        return
    yield _check_stub(setup.environment, python, triton.stub, variables)
    yield from _check_numpy(setup, triton)


def check_bash(variables: Mapping[str, str]) -> Finding:
    """Whether there is a bash, with which Triton starts its models, and all preloaded libraries."""
    path = variables.get("PATH", os.defpath)
    bash = shutil.which("bash", path=path)
    if bash is None:
        return wrong("bash", BashMissing(path=path))
    if "LD_PRELOAD" in variables:
        said = _run([bash, "-c", ":"], variables)
        if missing := _NOT_PRELOADED.findall(said):
            return wrong("bash", PreloadMissing(libraries=", ".join(missing)))
    return fine("bash", bash)


def environment_python(environment: Path) -> str | None:
    """``3.11`` for an environment with that Python; None if it has none."""
    if not (environment / "bin/python").exists():
        return None
    facts = environment / "pyvenv.cfg"
    text = facts.read_text(errors="replace") if facts.is_file() else ""
    stated = re.search(r"^version(?:_info)?\s*=\s*(3\.\d+)", text, re.MULTILINE)
    return stated[1] if stated else PYTHON


def check_libraries(
    name: str, binaries: Sequence[Path], variables: Mapping[str, str], python: str = PYTHON
) -> Finding:
    """Whether the dynamic linker finds everything that these programs are linked with."""
    for binary in binaries:
        # With this variable glibc's loader only lists what it would load, and runs nothing.
        said = _run([str(binary)], {**variables, "LD_TRACE_LOADED_OBJECTS": "1"})
        here = os.confstr("CS_GNU_LIBC_VERSION") or "unknown"
        if needed := _NO_GLIBC.findall(said):
            newest = max(needed, key=lambda version: [int(part) for part in version.split(".")])
            here = here.removeprefix("glibc ")
            return wrong(name, GlibcOld(here=here, binary=binary, needed=newest))
        if missing := _NOT_FOUND.findall(said):
            libraries = ", ".join(sorted(set(missing)))
            return wrong(name, LibraryMissing(binary=binary, libraries=libraries, python=python))
    return fine(name, f"all found, {here}")


def _check_stub(
    environment: Path, python: str, stub: Path, variables: Mapping[str, str]
) -> Finding:
    linked = stub_python(stub)
    if linked is not None and linked != python:
        return wrong("Python", StubMismatch(stub=linked, environment=environment, python=python))
    found = check_libraries("Python", (stub,), variables, python)
    if found.state is State.OK:
        return fine("Python", f"{python} in {environment}, as the server's stub")
    return found


def _check_numpy(setup: Setup, triton: TritonServer) -> Iterator[Finding]:
    try:
        triton.check_numpy(setup.environment)
    except (NumpyMismatch, NumpyMissing) as error:
        yield wrong("numpy", error)
        return
    packages = setup.environment / f"lib/python{PYTHON}/site-packages"
    own = _numpy_in(str(packages))
    yield fine("numpy", f"{own}, fits the server")


def _numpy_in(folder: str) -> str | None:
    found = next(iter(distributions(name="numpy", path=[folder])), None)
    return found.version if found else None


def _run(command: Sequence[str], variables: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command, env=variables, capture_output=True, text=True, errors="replace",
            timeout=TRACE_TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout + done.stderr
