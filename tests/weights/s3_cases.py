"""Seeded weights, an entry that describes them, and pulls of it over S3."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from s3_server import CACHED_S

from wordlight.manifest import WeightEntry, WeightFile
from wordlight.storage import Place
from wordlight.weights import BlobStore, Moved, Transfer, Watch, bring_entry

MIB = 1 << 20
SIZE = 4 * MIB
PART = 512 * 1024
QUICK = Transfer(part_bytes=PART, workers=4, n_tries=3, pause_s=0.01, timeout_s=5.0)
CACHE = Place("weights", "cache")
CACHED = Transfer(CACHE, PART, 4, 3, 0.01, 5.0)


def content(seed: int, n_bytes: int = SIZE) -> bytes:
    return random.Random(seed).randbytes(n_bytes)


PATH = "net/model.bin"
FILES = {PATH: content(1)}
PLACE = f"s3://weights/models/{PATH}"
NET = {"net/model.safetensors": content(1), "config.json": content(2, 3000)}
PULL = """
import sys
from pathlib import Path
from s3_cases import NET, entry, pull
pull(entry(NET), Path(sys.argv[1]))
"""


def described(path: str, data: bytes) -> WeightFile:
    return WeightFile(path, len(data), hashlib.sha256(data).hexdigest())


def entry(files: dict[str, bytes], source: str = "s3://weights/models") -> WeightEntry:
    return WeightEntry("tiny", source, "r1", tuple(described(p, d) for p, d in files.items()))


def put(bucket: Path, files: dict[str, bytes], prefix: str = "models") -> None:
    for path, data in files.items():
        at = bucket / prefix / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(data)
    time.sleep(2 * CACHED_S)


def pull(weights: WeightEntry, volume: Path, transfer: Transfer = QUICK) -> list[Moved]:
    return bring_entry(weights, BlobStore(volume), transfer, Watch(), wait_s=120.0)


def visible(volume: Path) -> dict[str, bytes]:
    """What a server on this volume would see, by path."""
    folder = volume / "models/tiny/r1"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def pull_elsewhere(volume: Path) -> subprocess.Popen[bytes]:
    """A pull of `NET` in a process of its own."""
    here = str(Path(__file__).parent)
    return subprocess.Popen(
        [sys.executable, "-c", PULL, str(volume)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([here, *sys.path])},
    )
