"""The choice of a flash-attn wheel: which one fits, or why none does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wordlight.runtimes._wheels import fits

TABLE = Path(__file__).with_name("flash_attn.toml")
OLDEST_CAPABILITY = 8
ASK_LIMIT_S = 120.0

_ASK_TORCH = (
    "import json, torch; print(json.dumps([torch.__version__, torch.version.cuda, "
    "bool(torch.compiled_with_cxx11_abi())]))"
)


@dataclass(frozen=True, slots=True)
class FlashAttnWheel:
    """A row of ``flash_attn.toml``; ``sha256`` is empty if no hash of the bytes is known."""

    url: str
    torch: str
    cuda: str
    cxx11_abi: bool
    capabilities: tuple[int, ...]
    sha256: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Torch:
    """The torch that a wheel must have been built for; ``cuda`` is None for a CPU build."""

    version: str
    cuda: str | None
    cxx11_abi: bool

    def __str__(self) -> str:
        abi = str(self.cxx11_abi).upper()
        return f"torch {self.version} with CUDA {self.cuda} and C++11 ABI {abi}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A wheel, or None; ``reason`` says why in either case."""

    wheel: FlashAttnWheel | None
    reason: str


def read_table(path: Path = TABLE) -> tuple[FlashAttnWheel, ...]:
    """Every row of the table."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["wheel"]
    return tuple(
        FlashAttnWheel(**{**row, "capabilities": tuple(row["capabilities"])}) for row in rows
    )


def choose(
    table: Sequence[FlashAttnWheel],
    python: str,
    torch: Torch,
    capability: str,
    allow_unpinned: bool = False,
) -> Choice:
    """The wheel for a Python (``3.12``), a torch and a GPU's compute capability (``9.0``)."""
    if torch.cuda is None:
        return Choice(None, f"torch {torch.version} is built without CUDA")
    candidates = [
        wheel
        for wheel in table
        if fits(wheel.url, python)
        and torch.version.startswith(f"{wheel.torch}.")
        and torch.cuda.split(".")[0] == wheel.cuda
        and wheel.cxx11_abi == torch.cxx11_abi
    ]
    if not candidates:
        return Choice(None, f"there is no wheel for Python {python} and {torch}")
    for wheel in candidates:
        if int(capability.split(".")[0]) not in wheel.capabilities:
            continue
        if not wheel.sha256 and not allow_unpinned:
            return Choice(
                None,
                f"{wheel.name} fits, but its sha256 is not known; --allow-unpinned installs it",
            )
        return Choice(wheel, f"{wheel.name} fits Python {python}, {torch} and GPU {capability}")
    return Choice(
        None, f"no wheel for {torch} holds code for a GPU of compute capability {capability}"
    )


def unwanted(capability: str | None, enabled: bool) -> str | None:
    """Why flash-attn is not wanted; None if it is."""
    if not enabled:
        return "switched off by --no-flash-attn"
    if capability is None:
        return "no GPU on this machine (--gpu-capability prepares for another one)"
    if int(capability.split(".")[0]) < OLDEST_CAPABILITY:
        needs = f"flash-attn 2 needs {OLDEST_CAPABILITY}.0"
        return f"the GPU's compute capability is {capability}; {needs}"
    return None


def gpu_capability() -> str | None:
    """The compute capability of the first GPU, like ``9.0``; None without a GPU or its driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    command = [program, "--query-gpu=compute_cap", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=ASK_LIMIT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"\d+\.\d+", answer.stdout)
    return found[0] if answer.returncode == 0 and found else None


def torch_of(python: Path) -> Torch | None:
    """The torch of an environment, imported in a separate process; None if that fails."""
    try:
        answer = subprocess.run(
            [python, "-sc", _ASK_TORCH], capture_output=True, text=True, timeout=ASK_LIMIT_S
        )
        return Torch(*json.loads(answer.stdout.splitlines()[-1]))
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None
