"""A server that cannot serve says why, at once, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from shell_server import AT_ONCE_S, QUICK, free_ports, is_running, server

from wordlight.errors import ModelsFailed, NoStateFolder, NumpyMissing, PortTaken, ServerFailed
from wordlight.logs import Line
from wordlight.serving import Ports, _supervisor

pytestmark = pytest.mark.usefixtures("temp", "shared_memory")

LINKER = "/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open"
BEGUN = 'I0101 1 1 a.cc:1] "TRITONBACKEND_ModelInstanceInitialize: f5_tts_0_0 (CPU device 0)"'
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


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


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
    assert option in caught.value.remedy
    assert not (tmp_path / "pid").exists()
    assert not list(temp.iterdir())


def test_an_environment_without_numpy_is_refused_before_anything_starts(
    tmp_path: Path, temp: Path
) -> None:
    one = server(tmp_path, "sleep 60")
    one.deployment = replace(one.deployment, environment=str(tmp_path / "venv"))

    with pytest.raises(NumpyMissing, match="holds no numpy"):
        one.start()

    assert not (tmp_path / "pid").exists()
    assert not list(temp.iterdir())


def test_a_server_that_ends_at_once_fails_with_its_status_and_last_words(
    tmp_path: Path, temp: Path, shared_memory: Path
) -> None:
    one = server(tmp_path, "echo 'I0101 all is well'; echo 'E0101 no CUDA for you' >&2; exit 3")

    with pytest.raises(ServerFailed) as caught:
        one.start()

    assert "status 3" in str(caught.value)
    assert "E0101 no CUDA for you" in str(caught.value)
    assert not list(temp.iterdir())
    assert not list(shared_memory.iterdir())


def test_a_server_that_says_no_error_fails_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=r"(?s)status 1\. Its log ends:\n  goodbye\n→ read"):
        server(tmp_path, "echo goodbye; exit 1").start()


def test_a_stub_without_its_library_is_not_waited_for(tmp_path: Path, temp: Path) -> None:
    stub = f"sh -c 'echo {LINKER}; exit 127' stub /s/models/f5_tts/1/model.py"
    one = server(tmp_path, f"echo '{BEGUN}'; {stub} & exec sleep 60")
    started_s = time.monotonic()

    with pytest.raises(ModelsFailed, match=r"model f5_tts .*libpython3\.11\.so\.1\.0 is missing"):
        one.start()

    assert time.monotonic() - started_s < AT_ONCE_S
    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_a_server_that_never_becomes_ready_is_ended(tmp_path: Path, temp: Path) -> None:
    one = server(tmp_path, "echo still loading; exec sleep 60", patience=QUICK)

    with pytest.raises(ServerFailed, match=r"(?s)has done nothing for \d s.*still loading"):
        one.start()

    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_a_model_that_did_not_load_is_named_with_tritons_reason(tmp_path: Path, temp: Path) -> None:
    (tmp_path / "health.py").write_text(LIVE_BUT_NOT_READY)
    one = server(tmp_path, f'exec "{sys.executable}" {tmp_path / "health.py"} "$@"')

    with pytest.raises(ServerFailed) as caught:
        one.start()

    message = str(caught.value)
    assert "f5_tts: WEIGHTS_MISSING: weights 'f5_tts': /w is missing" in message
    assert "At:" not in message
    assert "voices" not in message
    assert not is_running(tmp_path)
    assert not list(temp.iterdir())


def test_progress_is_what_the_models_do(tmp_path: Path) -> None:
    said: list[str] = []
    stub = "sh -c 'sleep 60; :' stub /s/models/f5_tts/1/model.py"
    one = server(tmp_path, f"echo '{BEGUN}'; {stub} & exec sleep 60", patience=QUICK)

    with pytest.raises(ModelsFailed):
        one.start(said.append)

    assert said[-1].startswith("loading: f5_tts (")
    assert said[-1].endswith(" MB)")


def test_each_line_of_the_log_is_handed_over_even_where_the_start_fails(tmp_path: Path) -> None:
    lines: list[Line] = []
    one = server(tmp_path, "echo goodbye; printf 'half a line'; exit 1")
    one.on_line = lines.append

    with pytest.raises(ServerFailed):
        one.start()

    assert [(line.source, line.message) for line in lines] == [
        ("stderr", "goodbye"),
        ("stderr", "half a line"),
    ]


def test_any_free_ports_are_taken_and_known_afterwards(tmp_path: Path) -> None:
    one = server(tmp_path, "exit 1")
    one.ports = Ports(0, 0, 0)

    with pytest.raises(ServerFailed):
        one.start()

    assert 0 not in {one.ports.http, one.ports.grpc, one.ports.metrics}


def test_no_folder_for_the_state_is_a_reason_and_leaves_nothing(
    tmp_path: Path, shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_supervisor, "candidates", lambda *_: [tmp_path / "gone"])

    with pytest.raises(NoStateFolder, match="gone: it cannot be written"):
        server(tmp_path, "exit 1").start()

    assert not list(shared_memory.iterdir())


def test_a_colon_in_the_path_of_the_servers_libraries_does_not_split_it(
    tmp_path: Path, temp: Path
) -> None:
    one = server(tmp_path, f"echo $LD_LIBRARY_PATH > {tmp_path / 'said'}; exit 1")
    libraries = tmp_path / "a:b"
    libraries.mkdir()
    one.triton = replace(one.triton, libraries=libraries)

    with pytest.raises(ServerFailed):
        one.start()

    first = (tmp_path / "said").read_text().split(":")[0]
    assert Path(first).parent == temp / f"wordlight-{os.geteuid()}-0/links"
