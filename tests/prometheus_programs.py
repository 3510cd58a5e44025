"""Prometheus and promtool, fetched once for all runs: Debian's package, by version and hash.

apt-get fetches it with lists and a cache of its own, so neither root nor the machine's own sources
are needed. A machine without apt-get or without a network fails the tests that ask for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

VERSION = "2.42.0+ds-5+deb12u1"
SHA256 = "81d59a24fce84f7fbe97a45a4f2914b6a5881b5cd1db2a6a0e129e515e1a5f55"
FETCHED_WITHIN_S = 300.0
STATE = Path(__file__).parents[1] / ".wordlight"


@dataclass(frozen=True)
class Programs:
    """The paths of two programs that need no library."""

    prometheus: Path
    promtool: Path


def programs() -> Programs:
    """The programs, fetched if they are missing. Processes may ask at the same time."""
    folder = STATE / f"prometheus-{VERSION}"
    found = Programs(folder / "prometheus", folder / "promtool")
    STATE.mkdir(exist_ok=True)
    with (STATE / "prometheus.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=STATE, prefix="prometheus.") as made:
                _fetch(Path(made))
                (Path(made) / "whole/usr/bin").rename(folder)
    return found


def _fetch(folder: Path) -> None:
    """Unpacks the package into ``whole``."""
    assert shutil.which("apt-get"), "Prometheus is fetched with apt-get, which is not here"
    mirror = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
    # The hash below is what the package is trusted by; it covers what a signature would.
    (folder / "sources.list").write_text(f"deb [trusted=yes] {mirror} bookworm main\n")
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    own = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State": folder / "state",
        "Dir::Cache": folder / "cache",
        "APT::Architecture": "amd64",
        "APT::Sandbox::User": "",
        "Acquire::Retries": 3,
    }
    options = [word for name, value in own.items() for word in ("-o", f"{name}={value}")]
    for command in (["update"], ["download", f"prometheus={VERSION}"]):
        done = subprocess.run(
            ["apt-get", "-q", *options, *command], cwd=folder, check=False,
            timeout=FETCHED_WITHIN_S, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
    (package,) = folder.glob("prometheus_*.deb")
    assert hashlib.sha256(package.read_bytes()).hexdigest() == SHA256, "another package was sent"
    subprocess.run(["dpkg-deb", "-x", package, folder / "whole"], check=True)
