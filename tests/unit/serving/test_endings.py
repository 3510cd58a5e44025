"""A server that ends leaves no process, no folder and no shared memory behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from shell_server import AT_ONCE_S, QUICK, is_running, server

from wordlight.errors import ServerFailed
from wordlight.serving import StopSignals, _supervisor, _unpacked

pytestmark = pytest.mark.usefixtures("temp", "shared_memory")


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


def test_stopping_twice_or_before_the_start_does_nothing(tmp_path: Path) -> None:
    one = server(tmp_path, "exit 1")

    one.stop()
    one.stop()

    assert not (tmp_path / "pid").exists()


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


@pytest.mark.parametrize(("age_s", "is_left"), [(3600.0, False), (2.0, True)])
def test_a_server_that_made_its_own_long_ago_keeps_no_folder_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age_s: float, is_left: bool
) -> None:
    monkeypatch.setattr(_unpacked, "UNPACKED", tmp_path / "python_env_")
    monkeypatch.setattr(_unpacked, "PROC", tmp_path / "proc")
    started = round((time.clock_gettime(time.CLOCK_BOOTTIME) - age_s) * 100)
    (tmp_path / "proc/77").mkdir(parents=True)
    (tmp_path / "proc/77/comm").write_text("tritonserver\n")
    (tmp_path / "proc/77/stat").write_text(f"77 (triton server) S {'0 ' * 18}{started} 0 0\n")
    (tmp_path / "python_env_x").mkdir()

    _unpacked.remove_unpacked(frozenset())

    assert (tmp_path / "python_env_x").exists() == is_left


def test_the_next_server_removes_the_folder_of_one_that_was_killed_with_its_supervisor(
    tmp_path: Path, temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_unpacked, "UNPACKED", tmp_path / "python_env_")
    monkeypatch.setattr(_unpacked, "PROC", tmp_path / "proc")
    state = temp / f"wordlight-{os.geteuid()}-0"
    state.mkdir()
    (tmp_path / "python_env_before").mkdir()
    _unpacked.note_unpacked(state)
    (tmp_path / "python_env_killed").mkdir()

    with pytest.raises(ServerFailed):
        server(tmp_path, "exit 1", patience=QUICK).start()

    assert [path.name for path in tmp_path.glob("python_env_*")] == ["python_env_before"]


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
