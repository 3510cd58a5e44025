"""Problems with the models' runtime: its Python, its packages, and their installation."""

from __future__ import annotations

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "EnvironmentMissing",
    "FlashAttnBroken",
    "FlashAttnOldGpu",
    "NumpyMismatch",
    "NumpyMissing",
    "PackageChanged",
    "PackagesUnreachable",
    "PythonStatic",
    "PythonUnlocked",
    "RuntimeMissing",
    "RuntimeUnusable",
    "StubMismatch",
    "TorchBroken",
    "TorchMissing",
    "TorchWithoutCuda",
    "UvFailed",
    "UvMissing",
    "UvUnusable",
    "WrongPython",
]


INSTALL = "wordlight volume install; on a bare machine: pip install 'wordlight[engines]'"


class RuntimeMissing(SetupError):
    """No environment here or on the volume can run the models' stubs."""

    code = "RUNTIME_MISSING"
    says = "volume {volume}: {why}"
    meaning = "The models run in an environment of their own, and there is none on this machine."
    advice = "run `wordlight volume install --volume {volume}` here"

    volume: str
    why: str


class RuntimeUnusable(SetupError):
    """A module that serving needs fails to import in a runtime, or its stub fails."""

    code = "RUNTIME_UNUSABLE"
    says = "the runtime was built but does not work: {why}"
    meaning = "All packages were installed, but one of them fails when it is imported."
    advice = "mend what that import names, often a library of the system; then install again"

    failures: tuple[str, ...]

    @property
    def why(self) -> str:
        """The part that failed."""
        return "; ".join(self.failures)


class UvMissing(SetupError):
    """uv is not on this machine."""

    code = "UV_MISSING"
    says = "there is no uv: looked for {looked_for}"
    meaning = "uv installs the locked packages onto the volume."
    advice = "pip install uv, or name it with --uv"

    looked_for: str


class UvUnusable(SetupError):
    """A program that is named as uv and is not, or does not run here."""

    code = "UV_UNUSABLE"
    says = "{program} cannot be used as uv: {why}"
    meaning = "The program is another one, or is built for another machine."
    advice = "pip install uv, or name another program with --uv"

    program: str
    why: str


class UvFailed(SetupError):
    """uv could not install the locked packages; the message ends with uv's own words."""

    code = "UV_FAILED"
    says = "{doing} failed; uv says: {said}"
    meaning = "uv could not install the locked packages; its own message gives the reason."
    advice = "mend what uv names, then install again: what was fetched is kept"

    doing: str
    said: str


class PackagesUnreachable(UvFailed):
    """A package index does not answer."""

    code = "PACKAGES_UNREACHABLE"
    says = "{doing} needs the network; uv says: {said}"
    meaning = (
        "A package index does not answer. The message `invalid peer certificate` means that a "
        "proxy uses its own certificate."
    )
    advice = (
        "open the way to it: a proxy is taken from HTTPS_PROXY, its certificate from SSL_CERT_FILE"
    )


class PackageChanged(UvFailed):
    """The bytes of a package differ from those in the lock."""

    code = "PACKAGE_CHANGED"
    says = (
        "{doing}: a package has other bytes than the lock's, so nothing was installed; "
        "uv says: {said}"
    )
    meaning = "A download was damaged, or an index or a proxy hands out another file."
    advice = "try again, and do not trust that index or proxy if it happens again"


class PythonUnlocked(SetupError):
    """The lock is not for this version of Python."""

    code = "PYTHON_UNLOCKED"
    says = "this is Python {python}; the lock is for {locked}"
    meaning = "The locked packages, and Triton's stubs, are built for certain versions of Python."
    advice = "run wordlight with one of these"

    python: str
    locked: str


class PythonStatic(SetupError):
    """This Python has no shared library."""

    code = "PYTHON_STATIC"
    says = "this Python {python} has no {library}, which Triton's stub loads"
    meaning = (
        "The Python was built without its shared library, or the library is a separate package."
    )
    advice = "install libpython{python}, or a Python built with --enable-shared"

    python: str
    library: str


class WrongPython(SetupError):
    """The server's stub embeds another version of Python."""

    code = "WRONG_PYTHON"
    says = "this is Python {python}; the stub of tritonserver {server} embeds {embedded}"
    meaning = "Triton starts each model through a small program, the stub, that embeds one Python."
    advice = "run wordlight with Python {embedded}"

    python: str
    server: str
    embedded: str


class EnvironmentMissing(SetupError):
    """The models' virtual environment is not at its place."""

    code = "ENVIRONMENT_MISSING"
    says = "{python} is missing"
    meaning = (
        "The models run in a virtual environment of their own, and there is none at this path."
    )
    advice = f"make it: {INSTALL}"

    python: object


class StubMismatch(SetupError):
    """The environment's Python is not the one in the server's stub."""

    code = "STUB_MISMATCH"
    says = "the server's Python stub is for Python {stub}; {environment} has Python {python}"
    meaning = (
        "Triton starts each model through a small program, the stub, that embeds one version of "
        "Python. Under another one, nothing that is compiled can be imported."
    )
    advice = "make the environment with Python {stub}: wordlight volume install"

    stub: str
    environment: object
    python: str


class NumpyMissing(SetupError):
    """The environment has no numpy, which the stubs need."""

    code = "NUMPY_MISSING"
    says = "{packages} holds no numpy"
    meaning = "The models cannot run in this environment, or it was installed in part."
    advice = f"install it: {INSTALL}"

    packages: object


class NumpyMismatch(SetupError):
    """The stub of this tritonserver corrupts the tensors of numpy 2."""

    code = "NUMPY_MISMATCH"
    says = (
        "numpy {numpy} beside tritonserver {server}: the Python stubs of servers up to 2.51 were "
        "built against numpy 1 and silently corrupt tensors under numpy 2 ([1, 2, 3] arrives as "
        "[1, 1, 1])"
    )
    meaning = "Answers would be wrong without any error (docs/serving.md)."
    advice = "install numpy 1.26"

    numpy: str
    server: str


class TorchMissing(SetupError):
    """The models' environment has no torch."""

    code = "TORCH_MISSING"
    says = "torch is not installed in {environment}"
    meaning = "Speech and alignment run on torch, in the environment of the models."
    advice = INSTALL

    environment: object


class TorchBroken(SetupError):
    """torch cannot be imported."""

    code = "TORCH_BROKEN"
    says = "torch {version} cannot be imported: {reason}"
    meaning = "torch's files are incomplete, or its libraries do not match the other libraries."
    advice = (
        "install it anew: wordlight volume install; on a bare machine: "
        "pip install --force-reinstall torch==2.8.0 torchaudio==2.8.0"
    )

    version: str
    reason: str


class TorchWithoutCuda(SetupError):
    """torch is built for the CPU, but a GPU is required."""

    code = "TORCH_WITHOUT_CUDA"
    says = "torch {version} is a build for the CPU; the models are to run on a GPU"
    meaning = "PyTorch's CPU wheel was installed."
    advice = (
        "install torch from PyPI, whose wheel has CUDA: wordlight volume install; or --device cpu"
    )

    version: str


class FlashAttnBroken(SetupError):
    """flash-attn cannot be imported."""

    code = "FLASH_ATTN_BROKEN"
    severity = Severity.WARNING
    says = "flash-attn {version} cannot be imported: {reason}"
    meaning = (
        "The wheel was built for another torch, CUDA, Python or C++ ABI. Attention runs without "
        "it, slower on long texts."
    )
    advice = (
        "remove it (pip uninstall flash-attn), or install the wheel for this torch: "
        "wordlight volume install"
    )

    version: str
    reason: str


class FlashAttnOldGpu(SetupError):
    """flash-attn does not run on this GPU."""

    code = "FLASH_ATTN_OLD_GPU"
    severity = Severity.WARNING
    says = "flash-attn {version} does not run on {gpu} ({architecture})"
    meaning = "It needs Ampere or later. Attention runs without it."
    advice = "remove it (pip uninstall flash-attn), or take a newer GPU"

    version: str
    gpu: str
    architecture: str
