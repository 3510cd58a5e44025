"""The GPU, as ``nvidia-smi`` reports it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from xml.etree import ElementTree

from rich.filesize import decimal

from wordlight.doctor._finding import Finding, State, absent, fine, wrong
from wordlight.doctor._setup import NVIDIA_DEVICES
from wordlight.errors import DriverFails, GpuMemoryLow, GpuMissing, GpuNumber, SmiMissing

SMI = "nvidia-smi"
SMI_TIMEOUT_S = 20.0
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, with its memory in bytes."""

    name: str
    architecture: str
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Driver:
    """The driver's version, the newest CUDA that it runs, and its GPUs in order."""

    version: str
    cuda: tuple[int, ...]
    gpus: tuple[Gpu, ...]


class SmiFailed(Exception):
    """``nvidia-smi`` failed; ``str()`` is the first line that it printed, or what went wrong."""


def look_at_driver() -> Driver | None:
    """The driver that ``nvidia-smi`` reports; None if that program is not on PATH.

    Raises:
        SmiFailed: The program is there but gives no usable answer.
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
    """The driver that the XML of ``nvidia-smi -q -x`` describes.

    Raises:
        ElementTree.ParseError, AttributeError, ValueError: It is not such XML.
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
    """The findings on the driver and each GPU. ``wanted`` is empty if the models run on the CPU."""
    if isinstance(driver, SmiFailed):
        state = State.ERROR if wanted else State.WARNING
        return [wrong("driver", DriverFails(reason=driver), state)]
    if driver is None and NVIDIA_DEVICES.is_dir():
        return [wrong("driver", SmiMissing())]
    if driver is None or not driver.gpus:
        if wanted:
            reason = "there is no NVIDIA driver" if driver is None else "the driver lists none"
            return [wrong("GPU", GpuMissing(reason=reason))]
        return [absent("GPU", "none; the models run on the CPU")]
    cuda = ".".join(map(str, driver.cuda))
    findings = [fine("driver", f"NVIDIA {driver.version}, CUDA up to {cuda}")]
    for number in wanted or range(len(driver.gpus)):
        findings.append(_check_gpu(driver, number, needed_bytes if wanted else 0))
    return findings


def _check_gpu(driver: Driver, number: int, needed_bytes: int) -> Finding:
    name = f"GPU {number}"
    if number >= len(driver.gpus):
        return wrong(name, GpuNumber(number=number, n_gpus=len(driver.gpus)))
    gpu = driver.gpus[number]
    total, free = decimal(gpu.total_bytes), decimal(gpu.free_bytes)
    if gpu.free_bytes < needed_bytes:
        needed = decimal(needed_bytes)
        return wrong(name, GpuMemoryLow(number=number, free=free, total=total, needed=needed))
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
