"""torch and flash-attn: each is imported in a process of its own, and the outcome reported."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.doctor._gpu import Driver
from wordlight.errors import (
    DriverOld,
    FlashAttnBroken,
    FlashAttnOldGpu,
    TorchBroken,
    TorchMissing,
    TorchWithoutCuda,
)
from wordlight.runtimes import ImportTrial, try_imports

IMPORT_TIMEOUT_S = 180.0
"""A first import of torch reads 2 GB, and network volumes give 50 MB/s or less."""
TOO_OLD_FOR_FLASH_ATTN = ("Kepler", "Maxwell", "Pascal", "Volta", "Turing")
"""flash-attn 2 needs Ampere, Ada, Hopper or later (its README, "NVIDIA CUDA Support")."""


_UNDEFINED = re.compile(r"(\S+): undefined symbol: (\w+)")
_BUILT_FOR = re.compile(r"torch(\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Package:
    """How the import of one package went. ``reason`` says why it failed; empty if it did not."""

    version: str = ""
    is_there: bool = True
    reason: str = ""
    cuda: str | None = None


def import_packages(environment: Path, variables: Mapping[str, str]) -> Mapping[str, Package]:
    """torch and flash_attn as the models' processes would import them."""
    # Stubs up to 2.51 ignore PYTHONPATH, and so does the trial.
    python = environment / "bin/python"
    try:
        (torch,) = try_imports(python, ["torch"], IMPORT_TIMEOUT_S, variables)
        if torch.is_late:
            return {"torch": _package(torch), "flash_attn": Package(is_there=False)}
        (flash,) = try_imports(python, ["flash_attn"], IMPORT_TIMEOUT_S, variables)
    except OSError as error:
        broken = Package(reason=f"{python} cannot be run: {error.strerror}")
        return {"torch": broken, "flash_attn": Package(is_there=False)}
    return {"torch": _package(torch), "flash_attn": _package(flash)}


def check_torch(
    torch: Package, environment: Path, driver: Driver | None, wants_gpu: bool
) -> Finding:
    """Whether torch can be imported, and whether the driver runs its version of CUDA."""
    if not torch.is_there:
        return wrong("torch", TorchMissing(environment=environment))
    if torch.reason:
        return wrong("torch", TorchBroken(version=torch.version, reason=torch.reason))
    if wants_gpu and torch.cuda is None:
        return wrong("torch", TorchWithoutCuda(version=torch.version))
    runs = driver.cuda if driver else ()
    if wants_gpu and runs and torch.cuda and int(torch.cuda.split(".")[0]) > runs[0]:
        known, runs_up_to = driver.version if driver else "", ".".join(map(str, runs))
        return wrong("torch", DriverOld(torch.version, torch.cuda, known, runs_up_to))
    return fine("torch", f"{torch.version}, {f'CUDA {torch.cuda}' if torch.cuda else 'CPU build'}")


def check_flash_attn(flash: Package, torch: Package, driver: Driver | None) -> Finding:
    """Whether flash-attn works here, or why not. No model needs it."""
    if not flash.is_there:
        return absent("flash-attn", "not installed; attention runs without it")
    if flash.reason:
        reason = flash.reason + _other_torch(flash.version, torch.version)
        return wrong("flash-attn", FlashAttnBroken(version=flash.version, reason=reason))
    for gpu in driver.gpus if driver else ():
        if gpu.architecture in TOO_OLD_FOR_FLASH_ATTN:
            return wrong(
                "flash-attn",
                FlashAttnOldGpu(version=flash.version, gpu=gpu.name, architecture=gpu.architecture),
            )
    return fine("flash-attn", f"{flash.version}, fits torch {torch.version}")


def explain(message: str) -> str:
    """An ImportError's message; for an undefined symbol, only the library and the C++ name.

    >>> explain("/v/flash_attn_2_cuda.so: undefined symbol: _ZN3c104cuda9SetDeviceEa")
    'flash_attn_2_cuda.so: undefined symbol c10::cuda::SetDevice(signed char)'
    """
    undefined = _UNDEFINED.search(message)
    if undefined is None:
        return (message.strip().splitlines() or ["no reason given"])[-1][:300]
    return f"{Path(undefined[1]).name}: undefined symbol {demangle(undefined[2])}"


def demangle(symbol: str) -> str:
    """A C++ symbol as it is written in the source; a name that is no such symbol is unchanged.

    >>> demangle("_ZN2at4_ops5zeros4callEv"), demangle("PyList_New")
    ('at::_ops::zeros::call()', 'PyList_New')
    """
    try:
        convert = ctypes.CDLL("libstdc++.so.6").__cxa_demangle
    except (OSError, AttributeError):
        return symbol
    status = ctypes.c_int()
    convert.restype = ctypes.c_void_p
    made = convert(symbol.encode(), None, None, ctypes.byref(status))
    if status.value or not made:
        return symbol
    text = ctypes.string_at(made).decode()
    libc = ctypes.CDLL(None)
    libc.free.argtypes = [ctypes.c_void_p]
    libc.free(made)
    return text


def _other_torch(flash: str, torch: str) -> str:
    """A note, if flash-attn was built for another torch, as in its version 2.8.3+cu12torch2.7…"""
    built = _BUILT_FOR.search(flash)
    if built is None or not torch or torch.startswith(built[1] + "."):
        return ""
    return f" (built for torch {built[1]}, here is {torch})"


def _package(trial: ImportTrial) -> Package:
    if trial.is_absent:
        return Package(is_there=False)
    return Package(
        trial.version, reason=explain(trial.error) if trial.error else "", cuda=trial.cuda
    )
