"""A weight entry whose hashes no manifest states, and its files on a volume."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from s3_cases import CACHED, content

from wordlight.manifest import WeightEntry, WeightFile
from wordlight.weights import BlobStore, Watch, push_entry
from wordlight.weights._blobs import READY
from wordlight.weights._record import Ready

FIRST, SECOND = "1" * 40, "2" * 40
OLD = {"pytorch_model.bin": content(21, 300_000), "config.json": b'{"old": 1}'}
NEW = {"pytorch_model.bin": content(22, 300_000), "config.json": b'{"new": 1}'}
MODEL = WeightFile("pytorch_model.bin", None, None, may_be_recorded=True)
CONFIG = WeightFile("config.json", None, None)
ENTRY = WeightEntry("tiny", "hf://owner/name", "main", (MODEL, CONFIG))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def folder(volume: Path) -> Path:
    return volume / "models/tiny/main"


def files(volume: Path) -> dict[str, bytes]:
    there = folder(volume)
    return {name: (there / name).read_bytes() for name in OLD if (there / name).is_file()}


def record(volume: Path) -> Ready:
    return Ready.from_json((folder(volume) / READY).read_bytes())


def lose(volume: Path) -> None:
    """Every blob and link of the entry; its marker stays."""
    shutil.rmtree(volume / "blobs")
    for name in OLD:
        (folder(volume) / name).unlink()


def push(volume: Path) -> None:
    push_entry(ENTRY, BlobStore(volume), CACHED, Watch())
