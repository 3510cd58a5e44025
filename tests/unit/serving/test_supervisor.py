"""A server that cannot serve says why, at once, and leaves nothing behind."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.contract import Deployment, Placement
from wordlight.errors import PortTaken, ServerFailed, ServerMissing
from wordlight.serving._supervisor import SHARED_MEMORY, STUB_CANNOT_START, Server
from wordlight.serving._tritonserver import Ports, TritonServer

AT_ONCE_S = 8.0
LIVE_BUT_NOT_READY = """\
import http.server, json, sys

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.endswith("live") else 400)
        self.end_headers()

    def do_POST(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps([
            {"name": "f5_tts", "version": "1", "state": "UNAVAILABLE",
             "reason": "WEIGHTS_MISSING: weights 'f5_tts': /w is missing\\n\\nAt:\\n  model.py(9)"},
            {"name": "voices", "version": "1", "state": "READY"},
            {"name": "narrate"},
        ]).encode())

(port,) = [part.partition("=")[2] for part in sys.argv if part.startswith("--http-port=")]
http.server.HTTPServer(("127.0.0.1", int(port)), Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files, so that what is left of them shows."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_ports(n_ports: int) -> list[int]:
    sockets = [socket.socket() for _ in range(n_ports)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def server(folder: Path, script: str, *, ready_within_s: float = 30.0) -> Server:
    """A supervisor of a shell script that stands where tritonserver should."""
    install = folder / "server"
    install.mkdir()
    for name in ("libtriton_python.so", "triton_python_backend_utils.py", "stub"):
        (install / name).touch()
    binary = install / "tritonserver"
    binary.write_text(f"#!/bin/sh\necho $$ > {folder / 'pid'}\n{script}\n")
    binary.chmod(0o755)
    triton = TritonServer(binary, install, install / "stub", install, "2.60.0")
    return Server(
        triton,
        Deployment(Placement.CPU, environment=sys.prefix),
        Ports(*free_ports(3)),
        ready_within_s=ready_within_s,
    )


def is_running(folder: Path) -> bool:
    """Whether the process of that ``pid`` file lives; one that waits for its reaper does not."""
    stat = Path("/proc") / (folder / "pid").read_text().strip() / "stat"
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def shared_memory() -> set[str]:
    return {path.name for path in SHARED_MEMORY.glob("wordlight-*")}


@pytest.mark.parametrize(
    ("purpose", "option"),
    [("http", "--http-port"), ("grpc", "--grpc-port"), ("metrics", "--metrics-port")],
)
def test_a_taken_port_is_named_with_the_option_that_changes_it(
    tmp_path: Path, temp: Path, taken: int, purpose: str, option: str
) -> None:
    one = server(tmp_path, "sleep 60")
    others = dict(zip(("http", "grpc", "metrics"), free_ports(3), strict=True))
    one.ports = Ports(**{**others, purpose: taken})

    with pytest.raises(PortTaken) as caught:
        one.start()

    assert caught.value.port == taken
    assert f"port {taken} for {purpose}".lower() in str(caught.value).lower()
    assert option in str(caught.value)
    assert not (tmp_path / "pid").exists()
    assert not list(temp.iterdir())


def test_an_environment_without_numpy_is_refused_before_anything_starts(
    tmp_path: Path, temp: Path
) -> None:
    one = server(tmp_path, "sleep 60")
    one.deployment = replace(one.deployment, environment=str(tmp_path / "venv"))

    with pytest.raises(ServerMissing, match="holds no numpy"):
        one.start()

    assert not (tmp_path / "pid").exists()
    assert not list(temp.iterdir())


def test_a_server_that_ends_at_once_fails_with_its_status_and_last_words(
    tmp_path: Path, temp: Path
) -> None:
    one = server(tmp_path, "echo 'I0101 all is well'; echo 'E0101 no CUDA for you' >&2; exit 3")
    before = shared_memory()

    with pytest.raises(ServerFailed) as caught:
        one.start()

    assert "status 3" in str(caught.value)
    assert "E0101 no CUDA for you" in str(caught.value)
    assert not list(temp.iterdir())
    assert shared_memory() <= before


def test_a_server_that_says_no_error_fails_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=r"(?s)status 1 .*its log ends:\n  goodbye"):
        server(tmp_path, "echo goodbye; exit 1").start()


def test_a_stub_without_its_library_is_not_waited_for(tmp_path: Path, temp: Path) -> None:
    one = server(
        tmp_path, f"echo '{STUB_CANNOT_START}: libpython3.11.so.1.0: cannot open'; exec sleep 60"
    )
    started_s = time.monotonic()

    with pytest.raises(ServerFailed, match=r"libpython3\.11\.so\.1\.0: cannot open"):
        one.start()

    assert time.monotonic() - started_s < AT_ONCE_S
    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_a_server_that_never_becomes_ready_is_ended(tmp_path: Path, temp: Path) -> None:
    one = server(tmp_path, "echo still loading; exec sleep 60", ready_within_s=0.5)

    with pytest.raises(ServerFailed, match=r"(?s)not ready within 0.5 s.*still loading"):
        one.start()

    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_a_model_that_did_not_load_is_named_with_tritons_reason(tmp_path: Path, temp: Path) -> None:
    (tmp_path / "health.py").write_text(LIVE_BUT_NOT_READY)
    one = server(tmp_path, f'exec {sys.executable} {tmp_path / "health.py"} "$@"')

    with pytest.raises(ServerFailed) as caught:
        one.start()

    message = str(caught.value)
    assert "f5_tts: WEIGHTS_MISSING: weights 'f5_tts': /w is missing" in message
    assert "At:" not in message
    assert "voices" not in message
    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_the_process_group_goes_with_the_server(tmp_path: Path) -> None:
    one = server(
        tmp_path, f"sleep 60 & echo $! > {tmp_path / 'pid'}; echo started; exec sleep 60",
        ready_within_s=0.5,
    )  # fmt: skip

    with pytest.raises(ServerFailed):
        one.start()

    deadline_s = time.monotonic() + AT_ONCE_S
    while is_running(tmp_path) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not is_running(tmp_path)


def test_progress_is_the_logs_latest_line(tmp_path: Path) -> None:
    said: list[str] = []
    one = server(tmp_path, "echo loading f5_tts; exec sleep 60", ready_within_s=0.5)

    with pytest.raises(ServerFailed):
        one.start(said.append)

    assert said[-1] == "loading f5_tts"


def test_the_log_is_kept_where_asked(tmp_path: Path) -> None:
    one = server(tmp_path, "echo goodbye; exit 1")
    one.keep_log = tmp_path / "kept.log"

    with pytest.raises(ServerFailed):
        one.start()

    assert one.keep_log.read_text() == "goodbye\n"


def test_stopping_twice_or_before_the_start_does_nothing(tmp_path: Path) -> None:
    one = server(tmp_path, "exit 1")

    one.stop()
    one.stop()

    assert not (tmp_path / "pid").exists()
