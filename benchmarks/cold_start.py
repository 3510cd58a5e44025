"""Seconds from exec to READY: with an empty volume and a bucket, and with a full volume.

python benchmarks/cold_start.py --rate-mb-s 20 [--rounds 2] [--chart FILE.png]

The bucket is a real S3 server (rclone) on loopback, behind a proxy that keeps to the given rate. It
has the weights of the models mini, taken from `models/` and from packages. Cold and warm starts
take turns.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from s3_server import environment, s3_server
from s3_wire import BUCKET, Wire

from wordlight.manifest import load_manifest
from wordlight.weights import folder_of

WORDLIGHT = str(Path(sys.executable).parent / "wordlight")
WEIGHTS = re.compile(r"weights of profile \S+ verified in ([\d.]+) s")
READY = re.compile(r"READY in ([\d.]+) s")
LOADED = re.compile(r"^I\d{4} (\S+) .*\"(loading|successfully loaded):? '?([a-z0-9_]+)")
PARTS = ("command, checks", "weights", "tritonserver", "models", "self-test")


@dataclass(frozen=True)
class Start:
    """The seconds of each part of one start, and of each model's loading within "models"."""

    parts: dict[str, float]
    models: dict[str, float]

    @property
    def whole_s(self) -> float:
        return sum(self.parts.values())


def main() -> None:
    """Prints a table, and draws it if ``--chart`` is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate-mb-s", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--chart", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, bucket(Path(folder)) as wire:
        wire.rate_bytes_s = arguments.rate_mb_s * 1e6
        cold, warm = [], []
        for number in range(arguments.rounds):
            volume = Path(folder) / f"volume-{number}"
            cold.append(start(volume, Path(folder)))
            warm.append(start(volume, Path(folder)))
    print(f"{os.cpu_count()} cores; the bucket gives {arguments.rate_mb_s:g} MB/s")
    print(f"| | {' | '.join(PARTS)} | exec to READY |\n|---|{'---|' * (len(PARTS) + 1)}")
    for name, starts in (("cold", cold), ("warm", warm)):
        cells = [f"{mean_of(starts, part):.1f}" for part in PARTS]
        spread = " ".join(f"{one.whole_s:.1f}" for one in starts)
        print(f"| {name} | {' | '.join(cells)} | {mean_s(starts):.1f} ({spread}) |")
    print(f"warm / cold: {mean_s(warm) / mean_s(cold):.2f}")
    for model, seconds in sorted(warm[-1].models.items(), key=lambda pair: -pair[1]):
        print(f"  {model}: {seconds:.1f} s")
    if arguments.chart:
        draw({"cold": cold, "warm": warm}, arguments.rate_mb_s, arguments.chart)


@contextmanager
def bucket(folder: Path) -> Iterator[Wire]:
    """A wire to a bucket with mini's weights; `WORDLIGHT_MANIFESTS` gets a manifest naming it."""
    mini = load_manifest("mini")
    root, profile = folder / "s3", folder / "models/mini"
    profile.mkdir(parents=True)
    (profile / "voices").symlink_to(mini.folder / "voices")
    manifest = (mini.folder / "manifest.toml").read_text(encoding="utf-8")
    for entry in mini.weights.values():
        there = f"s3://{BUCKET}/mini/{entry.name}"
        manifest = manifest.replace(
            f'[weights.{entry.name}]\nsource = "{entry.source}"',
            f'[weights.{entry.name}]\nsource = "{there}"\nrevision = "r1"',
        )
        at = folder_of(entry, mini, folder / "none")
        for file in entry.files:
            copy = root / BUCKET / "mini" / entry.name / file.path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(at / file.path, copy)
    assert "file://" not in manifest
    assert "package://" not in manifest
    (profile / "manifest.toml").write_text(manifest, encoding="utf-8")
    os.environ["WORDLIGHT_MANIFESTS"] = str(profile.parent)
    with s3_server(root, etag_hash="") as server:
        wire = Wire(server.port)
        os.environ.update(environment(wire.url))
        yield wire
        wire.close()


def start(volume: Path, folder: Path) -> Start:
    """Starts the server, stops it at once, and returns the times."""
    log = folder / "tritonserver.log"
    http, grpc, metrics = free(3)
    command = [
        WORDLIGHT, "serve", "--models", "mini", "--volume", str(volume), "--log", str(log),
        f"--http-port={http}", f"--grpc-port={grpc}", f"--metrics-port={metrics}",
        "--", "true",
    ]  # fmt: skip
    started_s, told_s, weights_s, whole_s, said = time.monotonic(), 0.0, 0.0, 0.0, ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            now_s = time.monotonic() - started_s
            if found := WEIGHTS.search(line):
                told_s, weights_s = now_s, float(found[1])
            if found := READY.search(line):
                whole_s = now_s
    assert process.returncode == 0, said
    models, first_s, last_s = loading(log)
    server_s = whole_s - told_s
    return Start(
        {
            "command, checks": told_s - weights_s,
            "weights": weights_s,
            "tritonserver": first_s,
            "models": last_s - first_s,
            "self-test": server_s - last_s,
        },
        models,
    )


def loading(log: Path) -> tuple[dict[str, float], float, float]:
    """Each model's seconds of loading; when the first began and the last ended, since log start."""
    began: dict[str, float] = {}
    took: dict[str, float] = {}
    stamps = []
    for line in log.read_text(errors="replace").splitlines():
        if stamp := re.match(r"^I\d{4} (\d\d:\d\d:\d\d\.\d+) ", line):
            at = datetime.strptime(stamp[1], "%H:%M:%S.%f")
            at_s = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
            stamps.append(at_s)
            if found := LOADED.match(line):
                if found[2] == "loading":
                    began[found[3]] = at_s
                else:
                    took[found[3]] = at_s - began[found[3]]
    first_s = min(began.values())
    last_s = max(began[name] + seconds for name, seconds in took.items())
    return took, first_s - stamps[0], last_s - stamps[0]


def mean_of(starts: Sequence[Start], part: str) -> float:
    return statistics.mean(one.parts[part] for one in starts)


def mean_s(starts: Sequence[Start]) -> float:
    return statistics.mean(one.whole_s for one in starts)


def draw(rows: dict[str, list[Start]], rate_mb_s: float, path: Path) -> None:
    """Draws a bar for each row, divided into its parts."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 2.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for name, starts in reversed(rows.items()):
        left = 0.0
        axes.set_prop_cycle(None)
        for part in PARTS:
            seconds = mean_of(starts, part)
            bar = axes.barh(name, seconds, left=left, label=part if name == "cold" else None)
            if seconds > 0.06 * max(mean_s(s) for s in rows.values()):
                axes.bar_label(bar, [f"{seconds:.1f}"], label_type="center", color="white")
            left += seconds
    axes.set_xlabel(f"seconds from exec to READY; bucket at {rate_mb_s:g} MB/s")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(PARTS), frameon=False)
    figure.savefig(path, dpi=110)


def free(n_ports: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(n_ports)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


if __name__ == "__main__":
    main()
