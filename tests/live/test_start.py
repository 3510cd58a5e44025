"""A real tritonserver starts where people are, or says which model fails and why."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from live_server import mini_server
from wordlight_client import Client

from wordlight.contract import F5_TTS, SUBTITLES, VOICES
from wordlight.errors import ModelsFailed
from wordlight.serving import Ports, Server, _repository
from wordlight.serving._regions import SHARED_MEMORY
from wordlight.serving._start import Patience
from wordlight.serving._state import OWNER

SERVE_TWO_MODELS = """\
import functools, sys
from wordlight.contract import SUBTITLES, VOICES
from wordlight.serving import command

command.Server = functools.partial(command.Server, models=(SUBTITLES, VOICES))
command.serve(sys.argv[1:])
"""
"""``wordlight serve`` as it is, with two models that load at once."""
GONE_WITHIN_S = 35.0
"""A stub whose server was killed notices after 30 s at most."""
BROKEN = {
    "raises": ("raise ValueError('no such\\nvoice')", "ValueError: no such voice; read"),
    "imports what is not there": ("import nosuch", "the package nosuch is missing in its env"),
    "exits": ("import os; os._exit(3)", "its process ended with status 3"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "it was killed (SIGKILL), as the kernel"),
    "hangs": ("import time; time.sleep(600)", "its process has done nothing for "),
}

Break = Callable[[str, str], None]


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("volume")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the servers' state; afterwards nothing may be left in it."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Makes a model do something else while it loads."""
    sources = tmp_path / "sources"
    shutil.copytree(_repository.model_sources(), sources)
    monkeypatch.setattr(_repository, "model_sources", lambda: sources)

    def make(model: str, does: str) -> None:
        (sources / model / "1/model.py").write_text(
            f"class TritonPythonModel:\n    def initialize(self, args):\n        {does}\n"
        )

    return make


@pytest.fixture
def server(volume: Path) -> Iterator[Server]:
    """A server of the subtitles, which are needed, and the voices, which are not."""
    one = mini_server(volume)
    one.models, one.ports = (SUBTITLES, VOICES), Ports(0, 0, 0)
    yield one
    one.stop()


def processes_with(word: Path | str) -> list[int]:
    """Processes, but for this one, whose command line holds that word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(word) in command and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def ownerless_regions() -> list[str]:
    """Prefixes of our shared memory whose server lives no more; others' is theirs to sweep."""
    found = []
    for owner in SHARED_MEMORY.glob(f"wordlight-*{OWNER}"):
        try:
            if owner.stat().st_uid != os.geteuid():
                continue
            with owner.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.append(owner.name.removesuffix(OWNER))
        except OSError:
            continue
    return found


def assert_nothing_is_left(state: Path) -> None:
    assert not processes_with(state)
    assert not list(state.iterdir())
    assert not ownerless_regions()


def until(is_so: Callable[[], object], within_s: float) -> float:
    """The seconds until it was so."""
    began_s = time.monotonic()
    while not is_so():
        assert time.monotonic() - began_s < within_s
        time.sleep(0.02)
    return time.monotonic() - began_s


@pytest.mark.parametrize(("does", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_an_optional_model_that_fails_is_left_out_with_its_reason_and_the_rest_serves(
    server: Server, state: Path, broken: Break, does: str, says: str
) -> None:
    broken("voices", does)
    server.patience = Patience(still_s=3.0)

    server.start()  # the self-test asks the subtitles

    assert server.left_out.keys() == {"voices"}
    left_out = server.left_out["voices"]
    assert f"{left_out.why}; {left_out.todo}".startswith(says)
    server.stop()
    assert_nothing_is_left(state)


def test_a_needed_model_that_hangs_is_given_up_by_name_and_nothing_is_left(
    server: Server, state: Path, broken: Break
) -> None:
    broken("subtitles", BROKEN["hangs"][0])
    server.patience = Patience(still_s=2.0)
    began_s = time.monotonic()

    with pytest.raises(ModelsFailed, match=r"^model subtitles cannot start: its process has done"):
        server.start()

    assert 2.0 < time.monotonic() - began_s < 12.0
    assert_nothing_is_left(state)


def test_a_needed_model_whose_process_is_killed_while_it_loads_is_named_within_seconds(
    server: Server, state: Path
) -> None:
    server.models = (F5_TTS, SUBTITLES)
    killed_s = 0.0

    def kill() -> None:
        nonlocal killed_s
        until(lambda: processes_with(f"{state}/wordlight-{os.geteuid()}-0/models/f5_tts/1"), 15.0)
        time.sleep(0.5)
        (stub,) = processes_with(f"{state}/wordlight-{os.geteuid()}-0/models/f5_tts/1")
        os.kill(stub, signal.SIGKILL)
        killed_s = time.monotonic()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(ModelsFailed, match=r"^model f5_tts cannot start: it was killed \(SIGKILL"):
        server.start()
    took_s = time.monotonic() - killed_s
    killer.join()

    assert took_s < 8.0  # 2 s where it was measured
    assert_nothing_is_left(state)


def test_a_stub_whose_library_cannot_be_loaded_is_explained_in_the_linkers_words(
    server: Server, state: Path, tmp_path: Path
) -> None:
    """The real linker finds an empty libpython; the stub is dead before anybody sees it."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "lib").mkdir()
    (tmp_path / f"lib/libpython{version}.so.1.0").touch()
    stub = tmp_path / "stub"
    stub.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={tmp_path}/lib exec "{server.triton.stub}" "$@"\n')
    server.triton = replace(server.triton, stub=stub)
    began_s = time.monotonic()

    with pytest.raises(
        ModelsFailed, match=r"(?s)^models subtitles, voices .*shared library .*→ install"
    ):
        server.start()

    assert time.monotonic() - began_s < 12.0  # 4 s where it was measured; Triton waits for ever
    assert_nothing_is_left(state)


def test_paths_that_no_shell_takes_serve_and_answer(
    server: Server, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment, the volume, HOME and TMPDIR: all under one folder."""
    odd = tmp_path / "my wörk's $HOME"
    (odd / "temp").mkdir(parents=True)
    (odd / "environment").symlink_to(sys.prefix)
    (odd / "volume").symlink_to(server.deployment.parameters["VOLUME"])
    monkeypatch.setenv("TMPDIR", str(odd / "temp"))
    monkeypatch.setenv("HOME", str(odd))
    monkeypatch.setenv("XDG_CACHE_HOME", str(state))
    server.deployment = replace(
        server.deployment,
        environment=str(odd / "environment"),
        parameters={**server.deployment.parameters, "VOLUME": str(odd / "volume")},
    )
    server.cache = odd / "volume/cache"

    with server:
        folder = server.log_path.parent
        assert "wörk" not in str(folder)
        assert not server.left_out
        with Client(server.url) as client:
            assert client.voices()

    assert not folder.exists()
    assert not list((odd / "temp").iterdir())


def serve(volume: Path, *then: str) -> subprocess.Popen[str]:
    """``wordlight serve`` of two models on any free ports, in a session of its own."""
    ports = ["--http-port", "0", "--grpc-port", "0", "--metrics-port", "0"]
    return subprocess.Popen(
        [sys.executable, "-c", SERVE_TWO_MODELS, "--profile", "mini", "--volume", str(volume),
         *ports, *then],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """What it said, up to the line with that word."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it never said {word!r}:\n{said}")


def test_any_free_ports_are_taken_and_said(volume: Path, state: Path) -> None:
    process = serve(volume)
    said = said_until(process, "HTTP http://127.0.0.1:")
    http, grpc = said.split("HTTP http://")[1].split("   gRPC ")
    address = grpc.split()[0]

    with Client(address) as client:
        assert client.voices()
    assert not {http.rpartition(":")[2], address.rpartition(":")[2]} & {"0", "8000", "8001"}

    process.send_signal(signal.SIGTERM)
    said += process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert_nothing_is_left(state)


@pytest.mark.parametrize(
    ("number", "moment", "status"),
    [
        (signal.SIGINT, "verified", 130),
        (signal.SIGTERM, "starting tritonserver", 143),
        (signal.SIGHUP, "a stub", 129),
        (signal.SIGINT, "a stub", 130),
        (signal.SIGTERM, "the command", 143),
        (signal.SIGHUP, "the command", 129),
    ],
)
def test_a_signal_at_any_moment_ends_all_of_it(
    volume: Path, state: Path, number: signal.Signals, moment: str, status: int
) -> None:
    process = serve(volume, "--", "sleep", "61.7")
    waits_for: dict[str, Callable[[], object]] = {
        "a stub": lambda: until(
            lambda: processes_with(f"{state}/wordlight-{os.geteuid()}-0/models"), 30.0
        ),
        "the command": lambda: until(functools.partial(runs, process.pid, "61.7"), 30.0),
    }
    waits_for.get(moment, lambda: said_until(process, moment))()

    process.send_signal(number)
    said = process.communicate(timeout=60)[0]

    assert process.returncode == status, said
    assert "Traceback" not in said
    assert_nothing_is_left(state)


def runs(parent: int, word: str) -> bool:
    """Whether ``sleep`` runs with that word, as a child of that process."""
    for pid in processes_with(word):
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and pid != parent and "(sleep)" in stat.read_text():
            return True
    return False


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_sweeps(
    volume: Path, state: Path, server: Server
) -> None:
    process = serve(volume, "--", "sleep", "62.7")
    until(functools.partial(runs, process.pid, "62.7"), 30.0)
    assert processes_with(f"{state}/wordlight-{os.geteuid()}-0/models")

    process.kill()
    process.wait()
    gone_s = until(lambda: not processes_with(state) and not processes_with("62.7"), GONE_WITHIN_S)
    print(f"all processes were gone after {gone_s:.1f} s")

    assert [folder.name for folder in state.iterdir()] == [f"wordlight-{os.geteuid()}-0"]
    assert ownerless_regions()
    with server:
        assert server.log_path.parent == state / f"wordlight-{os.geteuid()}-0"
        assert not ownerless_regions()
    assert_nothing_is_left(state)


def test_it_listens_and_answers_on_ipv6(server: Server) -> None:
    server.address = "::1"

    server.start()

    assert server.url.startswith("[::1]:")
    with Client(server.url) as client:
        assert client.voices()
