"""Problems with the machine: its clock, its memory, its GPUs."""

from __future__ import annotations

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "ClockBehind",
    "DriverFails",
    "DriverOld",
    "GpuMemoryLow",
    "GpuMissing",
    "GpuNumber",
    "LocaleNarrow",
    "MemorySmall",
    "MemoryTooSmall",
    "ShmMissing",
    "ShmSmall",
    "ShmTooSmall",
    "SmiMissing",
]


class ClockBehind(SetupError):
    """The clock is earlier than the packages of this release."""

    code = "CLOCK_BEHIND"
    severity = Severity.WARNING
    says = "the clock says {now}; a package that this release needs was published on {published}"
    meaning = (
        "Certificates and signatures look as if they came from the future: S3, the hub and "
        "package indexes refuse. What lies on the volume is served all the same."
    )
    advice = "set the clock (timedatectl set-ntp true; in a container: the host's)"

    now: object
    published: object


class LocaleNarrow(SetupError):
    """The locale's encoding lacks characters."""

    code = "LOCALE_NARROW"
    severity = Severity.WARNING
    says = "{what} is {encoding}, not UTF-8"
    meaning = (
        "Paths and messages with other characters are shown with substitutes, or are not found. "
        "Texts, subtitles and what the server answers are UTF-8 everywhere and do not suffer."
    )
    advice = "unset PYTHONIOENCODING, PYTHONUTF8 and PYTHONCOERCECLOCALE; or set LC_ALL=C.UTF-8"

    what: object
    encoding: object


class MemoryTooSmall(SetupError):
    """There is too little memory to start."""

    code = "MEMORY_TOO_SMALL"
    says = "{bound} allows {free} more, the models {models} need {needed} to start and answer"
    meaning = (
        "The kernel kills a process that takes more memory than there is (OOM). Triton then "
        "says that a stub process is not healthy, and the model does not load."
    )
    advice = (
        "allow {advised} GiB: docker run --memory {advised}g, Kubernetes "
        "resources.limits.memory, systemd MemoryMax, a larger pod or machine; or serve fewer "
        "--instances"
    )

    bound: object
    free: object
    models: object
    needed: object
    advised: object


class MemorySmall(SetupError):
    """There is too little memory for a long text."""

    code = "MEMORY_SMALL"
    severity = Severity.WARNING
    says = "{bound} allows {free} more, the models {models} need {needed} for a long text"
    meaning = (
        "The server starts and answers short texts. A longer one may make the kernel kill a "
        "model's process (OOM); requests then fail until the server is started again."
    )
    advice = (
        "allow {advised} GiB: docker run --memory {advised}g, Kubernetes "
        "resources.limits.memory, systemd MemoryMax, a larger pod or machine; or serve fewer "
        "--instances"
    )

    bound: object
    free: object
    models: object
    needed: object
    advised: object


class ShmMissing(SetupError):
    """There is no shared memory."""

    code = "SHM_MISSING"
    says = "{path} cannot be used: {reason}"
    meaning = "Tensors reach the models' processes through POSIX shared memory, and there is none."
    advice = (
        "mount it: mount -t tmpfs -o size=1g shm {path}; in a container: docker run --shm-size 1g"
    )

    path: object
    reason: object


class ShmTooSmall(SetupError):
    """There is too little shared memory to start."""

    code = "SHM_TOO_SMALL"
    says = "{path} has {free} free; {n_stubs} model processes take {needed} to start"
    meaning = (
        "Triton answers `Unable to initialize shared memory key` and loads no model. A server "
        "that was killed leaves its regions there."
    )
    advice = (
        "docker run --shm-size 1g (Kubernetes: an emptyDir with medium Memory); if no server "
        "runs, delete {path}/wordlight-*"
    )

    path: object
    free: object
    n_stubs: object
    needed: object


class ShmSmall(SetupError):
    """There is too little shared memory for the longest request."""

    code = "SHM_SMALL"
    severity = Severity.WARNING
    says = "{path} has {free} free; the longest request that is allowed needs {needed}"
    meaning = (
        "Short requests work; long recordings fail with an error of shared memory. Docker gives "
        "a container 64 MB unless told otherwise."
    )
    advice = "docker run --shm-size 1g (Kubernetes: an emptyDir with medium Memory)"

    path: object
    free: object
    needed: object


class GpuMissing(SetupError):
    """A GPU is required, but there is none."""

    code = "GPU_MISSING"
    says = "no GPU is visible: {reason}"
    meaning = "The models are to run on a GPU, but the driver shows none here."
    advice = (
        "in a container: docker run --gpus all, with the NVIDIA container toolkit on the host; "
        "without a GPU: --device cpu"
    )

    reason: object


class SmiMissing(SetupError):
    """The driver comes without nvidia-smi."""

    code = "SMI_MISSING"
    severity = Severity.WARNING
    says = "the kernel has an NVIDIA driver, but there is no nvidia-smi on PATH"
    meaning = (
        "The GPU may work, but without nvidia-smi its memory and its driver's CUDA version are "
        "not known."
    )
    advice = "in a container: NVIDIA_DRIVER_CAPABILITIES=compute,utility"


class DriverFails(SetupError):
    """The GPU driver does not answer."""

    code = "DRIVER_FAILS"
    says = "nvidia-smi fails: {reason}"
    meaning = (
        "The NVIDIA driver does not answer: its kernel module and its libraries are of "
        "different versions (after an update), or the GPU fell off the bus."
    )
    advice = (
        "restart the machine, or take another one; `dmesg | grep -i nvrm` has the details; "
        "without a GPU: --device cpu"
    )

    reason: object


class GpuNumber(SetupError):
    """There is no GPU of this number."""

    code = "GPU_NUMBER"
    says = "GPU {number} is asked for; there are {n_gpus}, counted from 0"
    meaning = "--gpus names a GPU that is not there."
    advice = "choose others with --gpus"

    number: object
    n_gpus: object


class GpuMemoryLow(SetupError):
    """The memory of a GPU is in use or too small."""

    code = "GPU_MEMORY_LOW"
    severity = Severity.WARNING
    says = "GPU {number} has {free} of {total} free; the weights alone take {needed}"
    meaning = (
        "Another process holds the memory, or the GPU is too small for these models; loading "
        "would end with `CUDA out of memory`."
    )
    advice = "stop what else runs there (nvidia-smi lists it), or choose another GPU with --gpus"

    number: object
    free: object
    total: object
    needed: object


class DriverOld(SetupError):
    """The driver is older than torch's version of CUDA requires."""

    code = "DRIVER_OLD"
    says = "torch {version} is built for CUDA {built}; the driver {driver} runs CUDA up to {runs}"
    meaning = "A driver runs programs of its own major version of CUDA and of older ones."
    advice = "update the driver on the host, or take a machine with CUDA {built} or later"

    version: object
    built: object
    driver: object
    runs: object
