"""Calls perf_analyzer, and reads its files and its output.

With ``--request-count`` it sends exactly so many requests and measures once. The throughput that it
then prints is wrong for short runs, because it checks only once a second whether all requests have
been answered. So the rate is computed from its export: from the first request to the last answer.
"""

from __future__ import annotations

import csv
import mmap
import os
import re
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from load.cells import Cell, Closed
from wordlight.proxies import beside_proxies
from wordlight.serving import bound_to_us

PROGRAM = "WORDLIGHT_PERF_ANALYZER"
"""The variable with the program's path. `./run bench` sets it: see build/set_up."""
MICROSECONDS = 1e-6
NANOSECONDS = 1e-9
UNCODED = "OTHER"
"""Stands for an error that has none of our codes."""

_ERROR = re.compile(r"^Thread \[\d+\] had error: (.*)$", re.MULTILINE)
_NAMED = re.compile(r"(error|failed)\b", re.IGNORECASE)
_CODE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): ")
_SENT = re.compile(rb'"timestamp":(\d+),')
_ANSWERED = re.compile(rb'"response_timestamps":\[(?:\d+,)*(\d+)\]')


class Unreadable(Exception):
    """perf_analyzer's output differs in form from that of the pinned version."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The latency of the answered requests, in seconds."""

    mean_s: float
    p50_s: float
    p90_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of one call of perf_analyzer.

    perf_analyzer stops at the first error. Then ``latency`` is None, and ``errors`` counts the
    errors of its threads by code. ``took_s`` lasts from the first request to the last answer.
    """

    n_answered: int
    took_s: float
    latency: Latency | None
    errors: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses on which the server listens, each ``host:port``."""

    http: str
    grpc: str


def command(
    program: Path, cell: Cell, at: Addresses, data: Path, n: int, rate: float, out: Path
) -> list[str]:
    """The command that measures a cell with ``n`` requests; ``rate`` is for the open loop only."""
    if isinstance(cell.load, Closed):
        callers = cell.load.callers
        load = ["--sync", "--concurrency-range", f"{callers}:{callers}:1"]
    else:
        load = ["--async", "--request-rate-range", f"{rate:.6g}:{rate:.6g}:1"]
        load += ["--request-distribution", "poisson"]
    return [
        str(program), "-m", cell.model, "-i", cell.protocol, "-u", getattr(at, cell.protocol),
        "--input-data", str(data), "--measurement-mode", "count_windows",
        "--request-count", str(n), *load, "--verbose-csv", "-f", str(out / "perf.csv"),
        "--profile-export-file", str(out / "perf.json"),
    ]  # fmt: skip


def measure(words: Sequence[str], out: Path, within_s: float) -> Measured:
    """Calls perf_analyzer once, and returns the result. It is killed when its time is up."""
    for left in ("perf.csv", "perf.json"):
        (out / left).unlink(missing_ok=True)
    program = Path(words[0])
    host = words[words.index("-u") + 1].rpartition(":")[0]
    variables = {
        **beside_proxies(os.environ, host),
        "LD_LIBRARY_PATH": str(program.parent / "lib"),
    }
    process = subprocess.Popen(
        bound_to_us(words),
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=within_s)[0]
    except subprocess.TimeoutExpired:
        return Measured(0, 0.0, None, {}, f"stopped after {within_s:.0f} s")
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        errors = parse_errors(said)
        return Measured(0, 0.0, None, errors, "" if errors else reason(said))
    n, took_s = parse_export(out / "perf.json")
    return Measured(n, took_s, parse_csv((out / "perf.csv").read_text(encoding="utf-8")), {})


def parse_csv(text: str) -> Latency:
    """The latencies in the file that ``-f … --verbose-csv`` writes.

    Raises:
        Unreadable: A column or the row is missing.
    """
    rows = list(csv.DictReader(text.splitlines()))
    names = ("Avg latency", "p50 latency", "p90 latency", "p95 latency", "p99 latency")
    try:
        return Latency(*(float(rows[0][name]) * MICROSECONDS for name in names))
    except (IndexError, KeyError, ValueError) as error:
        raise Unreadable(f"perf_analyzer's CSV file has no {error}") from error


def parse_export(path: Path) -> tuple[int, float]:
    """How many requests were answered, and the seconds from the first one to the last answer.

    The file holds every tensor in digits, up to hundreds of megabytes. So it is only searched for
    two fields. No text inside the file can look like them, because its quotation marks are escaped.

    Raises:
        Unreadable: The file has no answered request.
    """
    sent, answered = [], []
    if path.is_file() and path.stat().st_size:  # an empty file cannot be mapped
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            sent = [int(found[1]) for found in _SENT.finditer(text)]
            answered = [int(found[1]) for found in _ANSWERED.finditer(text)]
    if not sent or not answered:
        raise Unreadable("perf_analyzer's export has no request with an answer")
    return len(answered), (max(answered) - min(sent)) * NANOSECONDS


def parse_errors(said: str) -> dict[str, int]:
    """How often each of our error codes (`wordlight.errors`) occurred, and OTHER for all others.

    >>> parse_errors("Thread [2] had error: EMPTY_TEXT: TEXT holds no letter or digit to speak")
    {'EMPTY_TEXT': 1}
    """
    codes = (_CODE.search(error) for error in _ERROR.findall(said))
    return dict(Counter(found[1] if found else UNCODED for found in codes))


def reason(said: str) -> str:
    """The line of output that names the error; perf_analyzer's help may follow that line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = (line for line in lines if _NAMED.match(line))
    return next(named, lines[-1] if lines else "perf_analyzer failed and said nothing")
