"""Trials of whether a runtime's modules import, in a process of the runtime's own Python."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wordlight.telemetry import NO_TELEMETRY

NEEDED = (
    "numpy", "soundfile", "soxr", "pyworld", "boto3", "numba", "safetensors.torch", "torch",
    "torchaudio.functional", "transformers", "vocos", "f5_tts.model", "hibari.g2p", "num2words",
    "kitten_text_processing", "budoux", "rjieba",
    "faster_whisper", "pyannote.audio", "whisperx", "ass", "uharfbuzz", "huggingface_hub",
    "wordlight.adapter", "wordlight.weights", "wordlight.voices", "wordlight.speech",
    "wordlight.alignment", "wordlight.subtitles", "wordlight.publishing",
)  # fmt: skip
"""All modules that our stubs import."""
LIMIT_S = 300.0
"""To import torch, transformers and whisperx from a cold network disk takes minutes."""

POLL_S = 0.25

_CHILD = Path(__file__).with_name("_import_child.py")
_CODE = Path(__file__).resolve().parents[2]
_SYMBOL = re.compile(r"undefined symbol: (\w+)")


@dataclass(frozen=True, slots=True)
class ImportTrial:
    """How one module's import went.

    ``error`` is the exception's last line, or how the process ended. ``symbol`` is the symbol that
    a library lacks. ``cuda`` is the version of CUDA that torch was built for.
    """

    name: str
    seconds: float
    error: str | None = None
    symbol: str | None = None
    version: str = ""
    cuda: str | None = None
    is_absent: bool = False
    is_late: bool = False

    def __str__(self) -> str:
        symbol = f" (undefined symbol {self.symbol})" if self.symbol else ""
        return f"{self.name}: {self.error or 'imports'}{'' if self._names_symbol else symbol}"

    @property
    def _names_symbol(self) -> bool:
        return self.symbol is not None and self.symbol in (self.error or "")


def try_imports(
    python: Path,
    modules: Sequence[str],
    limit_s: float = LIMIT_S,
    variables: Mapping[str, str] | None = None,
) -> list[ImportTrial]:
    """One trial for each module, in order. ``variables`` replace our environment variables.

    Modules share a process until one ends it, or until ``limit_s`` has passed since it started.
    The module that was being imported then counts as failed, and a new process imports the rest.

    Raises:
        OSError: That Python cannot be run.
    """
    inherited = os.environ if variables is None else variables
    trials: list[ImportTrial] = []
    while len(trials) < len(modules):
        trials += _run(python, modules[len(trials) :], limit_s, inherited)
    return trials


def _run(
    python: Path, modules: Sequence[str], limit_s: float, variables: Mapping[str, str]
) -> list[ImportTrial]:
    with tempfile.TemporaryFile() as report:
        process = subprocess.Popen(
            [python, "-s", _CHILD, _CODE, *modules],
            env={
                **NO_TELEMETRY,
                **{k: v for k, v in variables.items() if k not in ("PYTHONPATH", "PYTHONHOME")},
            },
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = _outlast(process, report, limit_s)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return _read(report, modules, status, limit_s)


def _outlast(process: subprocess.Popen[bytes], report: IO[bytes], limit_s: float) -> int | None:
    """The status of the process; None once one module has taken longer than ``limit_s``."""
    n_bytes, since_s = 0, time.monotonic()
    while True:
        try:
            return process.wait(min(POLL_S, limit_s))
        except subprocess.TimeoutExpired:
            now_s, size = time.monotonic(), os.fstat(report.fileno()).st_size
            if size != n_bytes:  # a module began or ended
                n_bytes, since_s = size, now_s
            elif now_s - since_s >= limit_s:
                return None


def _read(
    report: IO[bytes], modules: Sequence[str], status: int | None, limit_s: float
) -> list[ImportTrial]:
    """The finished trials, and one for the module that ended the process, if any did."""
    report.seek(0)
    entries = [json.loads(line) for line in report if line.endswith(b"\n")]
    done = [entry for entry in entries if "seconds" in entry]
    trials = [
        ImportTrial(
            entry["name"],
            entry["seconds"],
            entry["error"],
            _symbol(entry["whole"]),
            entry["version"],
            entry["cuda"],
            entry["is_absent"],
        )
        for entry in done
    ]
    if len(trials) < len(modules):
        is_late = status is None
        why = f"did not finish within {limit_s:g} s" if status is None else _ending(status)
        version = entries[-1]["version"] if len(entries) > 2 * len(done) else ""
        trials.append(ImportTrial(modules[len(trials)], 0.0, why, version=version, is_late=is_late))
    return trials


def _symbol(trace: str) -> str | None:
    found = _SYMBOL.search(trace)
    return found[1] if found else None


def _ending(status: int) -> str:
    if status >= 0:
        return f"the process ended with status {status}"
    is_named = -status in set(signal.Signals)  # of the real-time signals only the outermost are
    name = signal.Signals(-status).name if is_named else f"signal {-status}"
    return f"the process died of {name}"
