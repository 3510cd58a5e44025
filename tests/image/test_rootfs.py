"""The container without docker: its steps in a fresh Debian, then a narration through it.

Root, debootstrap and a network are needed. Where they are absent these tests fail: a container that
nobody started is what they are there to prevent.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile
from live_server import READY_WITHIN_S, free_ports
from proxy import PAST_PROXIES
from wordlight_client import Client

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "build/image"
USER = 10001
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
INSTALLED_WITHIN_S = 1200.0
TEXT = "The light moves from word to word, and it never waits."


@dataclass(frozen=True)
class Container:
    """A server running in the image's file system."""

    root: Path
    volume: Path
    url: str
    http_port: int
    ping_port: int
    ready_s: float
    init: int
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The image's file system."""
    if os.geteuid() != 0:
        pytest.fail("these tests mount and chroot: run them as root")
    if shutil.which("debootstrap") is None:
        pytest.fail("debootstrap is not installed: apt-get install debootstrap")
    folder = tmp_path_factory.mktemp("image")
    if base := os.environ.get("WORDLIGHT_DEBIAN"):  # a debootstrap made before, to save minutes
        subprocess.run(["cp", "-a", base, folder / "base"], check=True)  # devices stay devices
        (folder / "base/.complete").touch()
    done = subprocess.run(
        [STEPS / "rootfs.sh", folder],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-4000:]
    yield folder / "root"
    shutil.rmtree(folder)


def chroot(root: Path, volume: Path, *command: str, **environment: str) -> list[str]:
    return [
        str(STEPS / "chroot.sh"), str(root), "-v", f"{volume}:/volume",
        "-v", "/etc/resolv.conf:/etc/resolv.conf:ro", "-v", f"{CERTIFICATES}:{CERTIFICATES}:ro",
        *(word for name, value in environment.items() for word in ("-e", f"{name}={value}")),
        "--", *command,
    ]  # fmt: skip


def run(command: list[str], limit_s: float = 120.0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)


@pytest.fixture(scope="module")
def volume(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A volume with the runtime that the image itself installed there."""
    folder = tmp_path_factory.mktemp("volume")
    os.chown(folder, USER, USER)
    started_s = time.monotonic()
    install = chroot(
        root, folder, "wordlight", "volume", "install", "--mini", SSL_CERT_FILE=CERTIFICATES
    )
    done = run(install, INSTALLED_WITHIN_S)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    print(f"wordlight volume install: {time.monotonic() - started_s:.0f} s\n{done.stderr[-800:]}")
    return folder


@pytest.fixture(scope="module")
def container(root: Path, volume: Path) -> Iterator[Container]:
    ports, ping_port = free_ports(), free_ports().http
    command = chroot(
        root, volume, "wordlight", "serve",
        "--grpc-port", str(ports.grpc), "--metrics-port", str(ports.metrics),
        WORDLIGHT_MODELS="mini", WORDLIGHT_ADDRESS="127.0.0.1",
        WORDLIGHT_HTTP_PORT=str(ports.http), PORT_HEALTH=str(ping_port),
    )  # fmt: skip
    started_s = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    try:
        ready_s = wait_for_ready(process, started_s)
        print(f"exec to READY: {ready_s:.1f} s")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Container(
            root, volume, f"127.0.0.1:{ports.grpc}", ports.http, ping_port, ready_s,
            int(children[0]), process,
        )  # fmt: skip
    finally:
        process.kill()  # unshare --kill-child takes all that is left with it
        process.wait()


def wait_for_ready(process: subprocess.Popen[str], started_s: float) -> float:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("READY in"):
            return time.monotonic() - started_s
        assert time.monotonic() - started_s < READY_WITHIN_S, said
    pytest.fail(f"it ended before it was READY:\n{said}")


def test_without_a_runtime_it_says_what_to_run(root: Path, tmp_path: Path) -> None:
    os.chown(tmp_path, USER, USER)

    done = run(chroot(root, tmp_path, "wordlight", "serve"))

    assert done.returncode == 1
    assert "RUNTIME_MISSING" in done.stdout + done.stderr
    assert "run `wordlight volume install" in done.stdout + done.stderr


def test_its_doctor_finds_nothing_that_keeps_it_from_starting(root: Path, volume: Path) -> None:
    ports = free_ports()

    done = run(
        chroot(
            root, volume, "wordlight", "doctor", "--grpc-port", str(ports.grpc),
            "--metrics-port", str(ports.metrics),
            WORDLIGHT_MODELS="mini", WORDLIGHT_HTTP_PORT=str(ports.http),
        )
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "/volume/runtime/" in done.stdout
    print(done.stdout)


def test_a_text_is_narrated_through_it(container: Container, tmp_path: Path) -> None:
    with Client(container.url) as client:
        narration = client.narrate(TEXT, seed=1)
    out = Path(os.environ.get("WORDLIGHT_KEEP", str(tmp_path)))
    narration.save(out)

    audio, rate = soundfile.read(next(out.glob("*.wav")))
    assert [word.text for word in narration.words] == TEXT.split()
    assert narration.words[-1].end_s <= len(audio) / rate
    assert float(abs(audio).max()) > 0.05
    print(f"{len(audio) / rate:.2f} s of speech at {rate} Hz in {out}")


def test_its_health_check_and_ping_say_so(container: Container) -> None:
    check = run(
        chroot(
            container.root, container.volume, "wordlight-healthcheck",
            WORDLIGHT_HTTP_PORT=str(container.http_port),
        )
    )  # fmt: skip
    with PAST_PROXIES.open(f"http://127.0.0.1:{container.ping_port}/ping") as answer:
        assert answer.status == 200
    assert check.returncode == 0, check.stderr


def test_a_health_check_without_a_server_fails(container: Container) -> None:
    nobody = str(free_ports().http)

    check = run(
        chroot(
            container.root, container.volume, "wordlight-healthcheck", WORDLIGHT_HTTP_PORT=nobody
        )
    )

    assert check.returncode != 0


def descendants(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(d for child in children for d in descendants(int(child)))]


def test_all_its_processes_are_the_images_user_without_privileges(container: Container) -> None:
    found = descendants(container.init)
    statuses = [Path(f"/proc/{process}/status").read_text() for process in found]

    assert len(found) >= 6  # tini, wordlight, tritonserver, a stub for each Python model
    assert all(re.search(rf"^Uid:(\s{USER}){{4}}$", status, re.M) for status in statuses)
    assert all(re.search(r"^CapEff:\s0+$", status, re.M) for status in statuses)
    assert all(re.search(r"^NoNewPrivs:\s1$", status, re.M) for status in statuses)
    assert Path(f"/proc/{container.init}/comm").read_text() == "tini\n"


@pytest.mark.parametrize("place", ["/", "/opt/wordlight", "/opt/tritonserver/bin", "/usr/bin"])
def test_the_root_cannot_be_written(container: Container, place: str) -> None:
    done = run(chroot(container.root, container.volume, "touch", f"{place}/mine"))

    assert done.returncode == 1
    assert "Read-only file system" in done.stderr


def test_there_is_no_torch_in_it(root: Path) -> None:
    assert not list(root.glob("opt/**/site-packages/torch"))
    assert not list(root.glob("usr/lib/python3*/**/torch"))


def test_it_stops_at_once_when_told_and_leaves_nothing(container: Container) -> None:
    os.kill(container.init, signal.SIGTERM)

    said, _ = container.process.communicate(timeout=60)

    assert container.process.returncode == 0, said
    assert "stopping" in said
    assert not list(container.root.glob("tmp/*"))
