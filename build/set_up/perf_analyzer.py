"""Fetches perf_analyzer, NVIDIA's load generator, by version and hash, with its libraries.

PyPI's own package of perf_analyzer needs glibc 2.38. The program inside this older wheel of
tritonclient runs wherever the server does. It needs two libraries of the locked environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from children import run
from environment import Environment
from index import explained
from refusals import Refused
from uvs import NOT_IN_CACHE, Uv, is_told_offline

VERSION = "2.49.0"
WHEEL = (
    "https://files.pythonhosted.org/packages/66/38/"
    "e06dda4d1d6377628c55c7e06b47d35faffec464947dccc38989b389e6d2/"
    "tritonclient-2.49.0-py3-none-manylinux1_x86_64.whl"
)
SHA256 = "e7b40ba11056c93da434bc8a8b302c0a337489923a0a747c5d313314baa26db3"
LIBRARIES = {
    "libb64.so.0d": "nvidia_pytriton.libs/libb64-*.so.0d",
    "libcudart.so.12": "nvidia/cuda_runtime/lib/libcudart.so.12",
}
"""The library's name that perf_analyzer asks for, and its file among the installed packages."""
STARTS_WITHIN_S = 20.0


def folder_in(state: Path) -> Path:
    """The folder, made or not yet, of the program and, in ``lib``, its libraries."""
    return state / f"perf_analyzer-{VERSION}"


def bring(
    state: Path,
    environment: Environment,
    variables: Mapping[str, str],
    find_uv: Callable[[], Uv],
) -> Path:
    """The program, fetched if it is missing, and tried. The folder appears only when complete.

    Raises:
        Refused: The program cannot be fetched, or does not start.
    """
    folder = folder_in(state)
    program = folder / "perf_analyzer"
    if not program.is_file():
        if not os.access(state, os.W_OK | os.X_OK):
            raise Refused(
                f"perf_analyzer has to be fetched and {state} cannot be written",
                "copy the checkout to a place of your own and run ./run bench there",
            )
        for left in state.glob(f"{folder.name}.*.part"):  # left by a killed run
            if not Path("/proc", left.name.split(".")[-2]).exists():
                shutil.rmtree(left, ignore_errors=True)
        part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
        try:
            _make(part, environment, find_uv())
            if not program.is_file():  # another run may have been faster
                part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    _check(program, variables)
    return program


def _make(part: Path, environment: Environment, uv: Uv) -> None:
    wheel = part / "wheel"
    wheel.mkdir(parents=True)
    _install(wheel, environment.python, uv)
    shutil.move(str(wheel / "bin/perf_analyzer"), str(part))
    shutil.rmtree(wheel)
    (part / "lib").mkdir()
    for name, pattern in LIBRARIES.items():
        found = next(environment.packages.glob(pattern), None)
        if found is None:
            raise Refused(f"the environment lacks {pattern}", "run ./run setup, then this again")
        shutil.copy2(found, part / "lib" / name)


def _install(wheel: Path, python: Path, uv: Uv) -> None:
    command = [
        str(uv.binary),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-progress",
        "--link-mode",
        "copy",
        "--python",
        str(python),
        "--target",
        str(wheel),
        f"tritonclient @ {WHEEL}#sha256={SHA256}",
    ]
    ended = run(command, uv.variables, lambda s: f"fetching perf_analyzer, 14 MB: {s:.0f} s")
    if ended.status == 0:
        return
    if is_told_offline(uv.variables) or NOT_IN_CACHE in ended.said:
        raise Refused(
            "UV_OFFLINE is set and uv's cache lacks perf_analyzer", "unset it and run again"
        )
    if "hash mismatch" in ended.said.lower():
        raise Refused(
            "what answers for files.pythonhosted.org sends another perf_analyzer than the one "
            "pinned in build/set_up/perf_analyzer.py",
            "does this network ask you to log in first?",
        )
    refusal = explained(ended.said, "PyPI", uv.variables)
    raise Refused(f"perf_analyzer cannot be fetched: {refusal.cause}", refusal.remedy)


def _check(program: Path, variables: Mapping[str, str]) -> None:
    """Refuses a program that does not start, in the dynamic linker's words."""
    try:
        ended = subprocess.run(
            [str(program), "--version"],
            timeout=STARTS_WITHIN_S,
            check=False,
            env={**variables, "LD_LIBRARY_PATH": str(program.parent / "lib")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = ended.stdout.decode(errors="replace").strip().splitlines()
        reason = None if ended.returncode == 0 else (said or [f"status {ended.returncode}"])[0]
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(error)
    if reason is not None:
        raise Refused(
            f"perf_analyzer does not start: {reason}",
            "install what it names; Debian 12: apt-get install libssl3 libstdc++6 zlib1g",
        )
