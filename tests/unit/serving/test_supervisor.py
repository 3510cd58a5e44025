"""A server that cannot serve says why, at once, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.contract import Deployment, Placement
from wordlight.errors import ModelsFailed, NoStateFolder, NumpyMissing, PortTaken, ServerFailed
from wordlight.serving import (
    Ports,
    Server,
    StopSignals,
    TritonServer,
    _regions,
    _supervisor,
    _unpacked,
)
from wordlight.serving._start import Patience

AT_ONCE_S = 8.0
LINKER = "/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open"
BEGUN = 'I0101 1 1 a.cc:1] "TRITONBACKEND_ModelInstanceInitialize: f5_tts_0_0 (CPU device 0)"'
QUICK, PATIENT = Patience(load_s=30.0, still_s=0.5), Patience()
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
FAILS_BUT_FOR_SOME = """\
import http.server, sys, time
from pathlib import Path

facts = dict(part[2:].partition("=")[::2] for part in sys.argv[2:])
served = {path.name for path in Path(facts["model-repository"]).iterdir()}
print("served:", *sorted(served), flush=True)
for model in served & set(sys.argv[1].split(",")):
    print(f'E0101 1 1 a.cc:1] "failed to load \\'{model}\\' version 1: Internal: ValueError: no"',
          flush=True)
    time.sleep(60)

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", int(facts["http-port"])), Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for servers' state, so that what is left of it shows."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for /dev/shm, where servers of other tests may be."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.setattr(_regions, "SHARED_MEMORY", folder)
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


def server(folder: Path, script: str, *, patience: Patience = PATIENT) -> Server:
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
        patience=patience,
    )


def is_running(folder: Path) -> bool:
    """Whether the process of that ``pid`` file lives; one that waits for its reaper does not."""
    stat = Path("/proc") / (folder / "pid").read_text().strip() / "stat"
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


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


def test_the_process_group_goes_with_the_server(tmp_path: Path) -> None:
    one = server(
        tmp_path, f"sleep 60 & echo $! > {tmp_path / 'pid'}; echo started; exec sleep 60",
        patience=QUICK,
    )  # fmt: skip

    with pytest.raises(ServerFailed):
        one.start()

    deadline_s = time.monotonic() + AT_ONCE_S
    while is_running(tmp_path) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not is_running(tmp_path)


def test_progress_is_what_the_models_do(tmp_path: Path) -> None:
    said: list[str] = []
    stub = "sh -c 'sleep 60; :' stub /s/models/f5_tts/1/model.py"
    one = server(tmp_path, f"echo '{BEGUN}'; {stub} & exec sleep 60", patience=QUICK)

    with pytest.raises(ModelsFailed):
        one.start(said.append)

    assert said[-1].startswith("loading: f5_tts (")
    assert said[-1].endswith(" MB)")


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


@pytest.fixture
def passing_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-test that passes; the real one needs a real server."""
    monkeypatch.setattr(_supervisor, "self_test", lambda address: None)


def fails_but_for_some(folder: Path, failing: str) -> Server:
    """A server in which these models fail, as long as they are among those that it has."""
    (folder / "fails.py").write_text(FAILS_BUT_FOR_SOME)
    one = server(folder, f'exec "{sys.executable}" {folder / "fails.py"} {failing} "$@"')
    one.keep_log = folder / "kept.log"
    return one


@pytest.mark.usefixtures("passing_self_test")
def test_an_optional_model_that_fails_is_left_out_with_all_that_uses_it(tmp_path: Path) -> None:
    said: list[str] = []
    one = fails_but_for_some(tmp_path, "publish")

    one.start(said.append)
    one.stop()

    assert one.left_out.keys() == {"publish"}
    assert one.left_out["publish"].why == "ValueError: no"
    assert "whole log" in one.left_out["publish"].remedy
    assert "starting again without publish" in said
    lines = (tmp_path / "kept.log").read_text().splitlines()
    assert [line for line in lines if line.startswith("served: ")] == [
        "served: cancel caption checks f5_tts narrate narrate_publish narrate_stream publish "
        "subtitles voices whisperx",
        "served: cancel caption checks f5_tts narrate narrate_stream subtitles voices whisperx",
    ]


@pytest.mark.usefixtures("passing_self_test")
def test_the_log_that_is_kept_says_why_a_model_was_left_out(tmp_path: Path) -> None:
    one = fails_but_for_some(tmp_path, "voices")

    one.start()
    one.stop()

    log = (tmp_path / "kept.log").read_text()
    assert log.count("served: ") == 2
    assert "failed to load 'voices' version 1: Internal: ValueError: no" in log


def test_a_needed_model_that_fails_ends_the_start_and_is_named_with_the_others(
    tmp_path: Path, temp: Path
) -> None:
    one = fails_but_for_some(tmp_path, "f5_tts")

    with pytest.raises(ModelsFailed, match=r"^model f5_tts cannot start: ValueError: no\n"):
        one.start()

    assert not one.left_out
    assert not list(temp.iterdir())


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


def test_a_folder_that_triton_would_have_removed_goes_if_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_unpacked, "UNPACKED", tmp_path / "python_env_")
    monkeypatch.setattr(_unpacked, "PROC", tmp_path / "proc")  # of servers that others run
    (tmp_path / "python_env_before").mkdir()
    (tmp_path / "python_env_used").mkdir()
    made = f"mkdir {tmp_path}/python_env_mine; touch {tmp_path}/python_env_used/file"

    with pytest.raises(ServerFailed):
        server(tmp_path, f"{made}; exec sleep 60", patience=QUICK).start()

    assert {path.name for path in tmp_path.glob("python_env_*")} == {
        "python_env_before", "python_env_used",
    }  # fmt: skip


def test_where_another_tritonserver_runs_such_folders_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_unpacked, "UNPACKED", tmp_path / "python_env_")
    monkeypatch.setattr(_unpacked, "PROC", tmp_path / "proc")
    (tmp_path / "proc/77").mkdir(parents=True)
    (tmp_path / "proc/77/comm").write_text("tritonserver\n")

    with pytest.raises(ServerFailed):
        server(tmp_path, f"mkdir {tmp_path}/python_env_x; exec sleep 60", patience=QUICK).start()

    assert (tmp_path / "python_env_x").is_dir()


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


def test_a_signal_during_the_end_does_not_keep_it_from_being_complete(
    tmp_path: Path, temp: Path, shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command has ended, the server is ending, and only now somebody presses Ctrl-C."""
    ends_slowly = "trap 'sleep 0.6; exit 0' TERM; while :; do sleep 0.1; done"
    one = server(tmp_path, ends_slowly)
    monkeypatch.setattr(_supervisor.Server, "_wait", lambda *_: None)
    monkeypatch.setattr(_supervisor, "self_test", lambda address: None)
    threading.Thread(target=time.sleep, args=(2.0,), daemon=True).start()

    with StopSignals() as stop:
        one.start()
        until_it_runs(tmp_path)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            one.stop()

    assert stop.asked
    assert not is_running(tmp_path)
    assert not list(temp.iterdir())
    assert not list(shared_memory.iterdir())


def until_it_runs(folder: Path) -> None:
    deadline_s = time.monotonic() + AT_ONCE_S
    while not (folder / "pid").exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
