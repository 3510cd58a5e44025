"""Real processes, seen as the kernel shows them: which model they run, and whether they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wordlight.serving._stubs import STOPPED, Process, StubWatch

SLEEPS = "import time; time.sleep(60)"
WORKS = "while True: pass"
READS = "while True: open('/proc/self/maps').read()"
DIES = "import os, time; time.sleep(0.3); "
WITHIN_S = 10.0

Run = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts programs whose command line holds a model's path, as a stub's does."""
    with ExitStack() as stack:

        def started(script: str, model: str = "f5_tts") -> subprocess.Popen[bytes]:
            path = f"/tmp/wordlight-0-0/models/{model}/1/model.py"
            process = subprocess.Popen([sys.executable, "-ISc", script, path, "region", "1"])
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield started


@pytest.fixture
def watch() -> StubWatch:
    """A watch for which this very process stands where tritonserver should."""
    return StubWatch(os.getpid())


def until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline_s, "it did not come to that"
        time.sleep(0.01)


def state(pid: int) -> str:
    process = Process.look(pid)
    return process.state if process else ""


def is_seen(watch: StubWatch, model: str) -> Callable[[], bool]:
    return lambda: model in watch.look()


def test_a_process_that_is_not_there_is_none() -> None:
    child = subprocess.Popen(["true"])
    child.wait()

    assert Process.look(child.pid) is None


def test_this_process_is_seen_as_it_is() -> None:
    process = Process.look(os.getpid())

    assert process is not None
    assert (process.pid, process.parent) == (os.getpid(), os.getppid())
    assert process.state in "RS"
    assert not process.has_ended
    assert 0.0 < process.activity.cpu_s <= time.process_time() + 0.1
    assert 2e6 < process.resident_bytes < 64e9
    assert process.activity.read_bytes > 0


def test_a_name_with_brackets_and_blanks_shifts_no_field(tmp_path: Path, run: Run) -> None:
    odd = tmp_path / ") R 1 (x"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([odd, "60"]) as child:
        until(lambda: ") R" in Path(f"/proc/{child.pid}/comm").read_text())
        process = Process.look(child.pid)
        child.kill()

    assert process is not None
    assert process.parent == os.getpid()


def test_each_models_processes_are_found_and_nobody_elses(run: Run, watch: StubWatch) -> None:
    first, second, other = run(SLEEPS), run(SLEEPS), run(SLEEPS, "voices")
    with subprocess.Popen(["sleep", "60"]) as unrelated:
        found = watch.look()
        unrelated.kill()

    assert {process.pid for process in found["f5_tts"]} == {first.pid, second.pid}
    assert [process.pid for process in found["voices"]] == [other.pid]
    assert len(found) == 2


def test_another_servers_stubs_are_not_found(watch: StubWatch) -> None:
    script = "sh -c 'read line' stub $STUB; :"
    variables = {"STUB": "/tmp/wordlight-0-1/models/f5_tts/1/model.py"}
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, env=variables) as server:
        until(is_seen(StubWatch(server.pid), "f5_tts"))

        found = watch.look()

        server.communicate(b"\n\n")
    assert "f5_tts" not in found


@pytest.mark.parametrize(
    ("script", "status"),
    [("os._exit(3)", 3 << 8), ("os.kill(os.getpid(), 9)", 9), ("os.kill(os.getpid(), 15)", 15)],
)
def test_a_dead_process_keeps_its_model_and_has_the_status_that_waiting_would_give(
    run: Run, watch: StubWatch, script: str, status: int
) -> None:
    child = run(DIES + script)
    until(is_seen(watch, "f5_tts"))
    until(lambda: state(child.pid) == "Z")

    (process,) = watch.look()["f5_tts"]

    assert process.has_ended
    assert os.WIFSIGNALED(process.status) == (status < 256)
    assert process.status == status == os.waitpid(child.pid, 0)[1]


def test_one_that_ended_before_it_was_seen_is_nameless_until_it_is_named(
    run: Run, watch: StubWatch
) -> None:
    child = run("import os; os._exit(127)")
    until(lambda: state(child.pid) == "Z")

    assert "f5_tts" not in watch.look()
    (process,) = watch.nameless
    assert (process.pid, process.status) == (child.pid, 127 << 8)

    watch.name(process, "f5_tts")
    assert watch.look() == {"f5_tts": [process]}
    assert not watch.nameless


def test_what_is_known_of_a_process_goes_with_it_so_that_its_number_can_be_anothers(
    run: Run, watch: StubWatch, tmp_path: Path
) -> None:
    """In a table of our own: the kernel gives a number again only after all others."""

    def process(command: str) -> None:
        (tmp_path / "77").mkdir(exist_ok=True)
        (tmp_path / "77/stat").write_text(f"77 (x) S 5 {'0 ' * 60}")
        (tmp_path / "77/cmdline").write_text(command)

    watch = StubWatch(5, tmp_path)
    process("stub\0/s/models/f5_tts/1/model.py\0")
    assert "f5_tts" in watch.look()
    (tmp_path / "77").rename(tmp_path / "gone")
    assert watch.look() == {}

    process("")

    assert watch.look() == {}


def test_a_stopped_process_is_seen_to_be_stopped(run: Run, watch: StubWatch) -> None:
    child = run(SLEEPS)
    child.send_signal(signal.SIGSTOP)
    until(lambda: state(child.pid) == STOPPED)

    assert [process.state for process in watch.look()["f5_tts"]] == [STOPPED]


def activity_within(run: Run, watch: StubWatch, script: str) -> tuple[float, int]:
    """How much a stub of that script has worked and read within half a second."""
    child = run(script)
    until(is_seen(watch, "f5_tts"))
    time.sleep(0.2)
    before = Process.look(child.pid)
    time.sleep(0.5)
    after = Process.look(child.pid)
    assert before is not None
    assert after is not None
    return (
        after.activity.cpu_s - before.activity.cpu_s,
        after.activity.read_bytes - before.activity.read_bytes,
    )


def test_one_that_sleeps_does_nothing(run: Run, watch: StubWatch) -> None:
    assert activity_within(run, watch, SLEEPS) == (0.0, 0)


def test_one_that_computes_works(run: Run, watch: StubWatch) -> None:
    assert activity_within(run, watch, WORKS)[0] > 0.05


def test_one_that_reads_files_works(run: Run, watch: StubWatch) -> None:
    assert activity_within(run, watch, READS)[1] > 2**16


def test_looking_is_cheap_beside_hundreds_of_other_processes(watch: StubWatch, run: Run) -> None:
    run(SLEEPS)
    others = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(20)]
    watch.server = 1  # so that the others are strangers
    watch.look()

    began_s = time.process_time()
    for _ in range(20):
        watch.look()
    took_s = (time.process_time() - began_s) / 20

    for other in others:
        other.kill()
        other.wait()
    assert took_s < 0.004  # of 0.2 s between two looks: 2 % of a core
