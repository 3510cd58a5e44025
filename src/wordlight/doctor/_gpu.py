"""The GPU, as ``nvidia-smi`` tells it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from xml.etree import ElementTree

from rich.filesize import decimal

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.doctor._setup import NVIDIA_DEVICES

SMI = "nvidia-smi"
SMI_TIMEOUT_S = 20.0
MIB = 2**20

GPU_MISSING = Complaint(
    "GPU_MISSING",
    State.ERROR,
    "no GPU is visible: {reason}",
    "The models are to run on a GPU and the driver shows none here.",
    "in a container: docker run --gpus all, with the NVIDIA container toolkit on the host; "
    "without a GPU: --device cpu",
)
SMI_MISSING = Complaint(
    "SMI_MISSING",
    State.WARNING,
    "the kernel has an NVIDIA driver, but there is no nvidia-smi on PATH",
    "The GPU may well work; nothing here can tell its memory or its driver's CUDA version.",
    "in a container: NVIDIA_DRIVER_CAPABILITIES=compute,utility",
)
DRIVER_FAILS = Complaint(
    "DRIVER_FAILS",
    State.ERROR,
    "nvidia-smi fails: {reason}",
    "The NVIDIA driver does not answer: its kernel module and its libraries are of different "
    "versions (after an update), or the GPU fell off the bus.",
    "restart the machine, or take another one; `dmesg | grep -i nvrm` has the details; "
    "without a GPU: --device cpu",
)
GPU_NUMBER = Complaint(
    "GPU_NUMBER",
    State.ERROR,
    "GPU {number} is asked for; there are {n_gpus}, counted from 0",
    "--gpus names a GPU that is not there.",
    "choose others with --gpus",
)
GPU_MEMORY_LOW = Complaint(
    "GPU_MEMORY_LOW",
    State.WARNING,
    "GPU {number} has {free} of {total} free; the weights alone take {needed}",
    "Another process holds the memory, or the GPU is too small for this profile; loading would "
    "end with `CUDA out of memory`.",
    "stop what else runs there (nvidia-smi lists it), or choose another GPU with --gpus",
)


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU. Memory in bytes."""

    name: str
    architecture: str
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Driver:
    """The driver's version, the newest CUDA it runs, and its GPUs in order."""

    version: str
    cuda: tuple[int, ...]
    gpus: tuple[Gpu, ...]


class SmiFailed(Exception):
    """``nvidia-smi`` ended badly; ``str()`` is its own first line."""


def look_at_driver() -> Driver | None:
    """What ``nvidia-smi`` says; None where there is none on PATH.

    Raises:
        SmiFailed: It is there and does not answer sensibly.
    """
    if shutil.which(SMI) is None:
        return None
    try:
        done = subprocess.run(
            [SMI, "-q", "-x"], capture_output=True, text=True, timeout=SMI_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SmiFailed(f"no answer within {SMI_TIMEOUT_S:.0f} s") from None
    except OSError as error:
        raise SmiFailed(f"it cannot be run: {error.strerror}") from error
    if done.returncode:
        said = (done.stdout + done.stderr).strip() or f"exit status {done.returncode}"
        raise SmiFailed(said.splitlines()[0].rstrip("."))
    try:
        return parse_smi(done.stdout)
    except (ElementTree.ParseError, AttributeError, ValueError) as error:
        raise SmiFailed(f"its answer cannot be read: {error}") from error


def parse_smi(answer: str) -> Driver:
    """The XML of ``nvidia-smi -q -x``, read.

    Raises:
        ElementTree.ParseError, AttributeError, ValueError: It is something else.
    """
    log = ElementTree.fromstring(answer)
    return Driver(
        version=_text(log, "driver_version"),
        cuda=tuple(int(part) for part in _text(log, "cuda_version").split(".")),
        gpus=tuple(_gpu(one) for one in log.iter("gpu")),
    )


def check_gpus(
    driver: Driver | SmiFailed | None, wanted: tuple[int, ...], needed_bytes: int
) -> list[Finding]:
    """The driver and each GPU. ``wanted`` is empty where the models run on the CPU."""
    if isinstance(driver, SmiFailed):
        state = State.ERROR if wanted else State.WARNING
        return [DRIVER_FAILS.found("driver", state, reason=driver)]
    if driver is None and NVIDIA_DEVICES.is_dir():
        return [SMI_MISSING.found("driver")]
    if driver is None or not driver.gpus:
        if wanted:
            reason = "there is no NVIDIA driver" if driver is None else "the driver lists none"
            return [GPU_MISSING.found("GPU", reason=reason)]
        return [absent("GPU", "none; the models run on the CPU")]
    cuda = ".".join(map(str, driver.cuda))
    findings = [fine("driver", f"NVIDIA {driver.version}, CUDA up to {cuda}")]
    for number in wanted or range(len(driver.gpus)):
        findings.append(_check_gpu(driver, number, needed_bytes if wanted else 0))
    return findings


def _check_gpu(driver: Driver, number: int, needed_bytes: int) -> Finding:
    name = f"GPU {number}"
    if number >= len(driver.gpus):
        return GPU_NUMBER.found(name, number=number, n_gpus=len(driver.gpus))
    gpu = driver.gpus[number]
    total, free = decimal(gpu.total_bytes), decimal(gpu.free_bytes)
    if gpu.free_bytes < needed_bytes:
        needed = decimal(needed_bytes)
        return GPU_MEMORY_LOW.found(name, number=number, free=free, total=total, needed=needed)
    return fine(name, f"{gpu.name}, {gpu.architecture}, {free} of {total} free")


def _gpu(element: ElementTree.Element) -> Gpu:
    return Gpu(
        name=_text(element, "product_name"),
        architecture=_text(element, "product_architecture"),
        total_bytes=_mib(element, "fb_memory_usage/total"),
        free_bytes=_mib(element, "fb_memory_usage/free"),
    )


def _mib(element: ElementTree.Element, path: str) -> int:
    return int(_text(element, path).removesuffix(" MiB")) * MIB


def _text(element: ElementTree.Element, path: str) -> str:
    found = element.findtext(path)
    if found is None:
        raise ValueError(f"<{path}> is missing")
    return found
