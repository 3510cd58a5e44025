"""A start is watched until it is ready, or until it is known which model fails, and why."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from wordlight.errors import ModelsFailed, ServerFailed
from wordlight.serving import _start
from wordlight.serving._log import ServerLog
from wordlight.serving._start import Patience, Start

TRITON = r"""
import os, subprocess, sys, time
from pathlib import Path

stubs = []

def say(line):
    print(line, flush=True)

def begun(model):
    line = f'"TRITONBACKEND_ModelInstanceInitialize: {model}_0_0 (CPU device 0)"'
    say(f"I0101 00:00:00.0 1 python_be.cc:1] {line}")

def loaded(model):
    say(f"I0101 00:00:00.0 1 model_lifecycle.cc:1] \"successfully loaded '{model}'\"")

def failed(model, why):
    line = f"\"failed to load '{model}' version 1: Internal: {why}\""
    say(f"E0101 00:00:00.0 1 model_lifecycle.cc:1] {line}")

def stub(model, script):
    path = f"/tmp/wordlight-0-0/models/{model}/1/model.py"
    stubs.append(subprocess.Popen(["sh", "-c", f"{script}; :", "stub", path, "region", "1"]))

def load(model, script):
    begun(model)
    stub(model, script)

def live():
    Path("live").touch()

sleep = time.sleep
SLEEPS, WORKS = "sleep 60", "while :; do :; done"
LINKER = (
    "echo '/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open "
    "shared object file' >&2; exit 127"
)
"""
"""What tritonserver does, as far as one sees it from outside; dead stubs it leaves uncollected."""
QUICK = Patience(load_s=30.0, still_s=0.6, still_on_disk_s=30.0)
PATIENT = Patience(load_s=30.0, still_s=30.0)

Begin = Callable[..., Start]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks often, and waits shortly for Triton's own words."""
    monkeypatch.setattr(_start, "POLL_S", 0.05)
    monkeypatch.setattr(_start, "REASON_WITHIN_S", 0.4)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a start of a program that stands where tritonserver should."""
    processes: list[subprocess.Popen[bytes]] = []

    def begun(script: str, patience: Patience = PATIENT, models: str = "f5_tts voices") -> Start:
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-ISc", f"{TRITON}\n{script}\nsleep(60)"],
                cwd=tmp_path, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        processes.append(process)
        is_live = (tmp_path / "live").exists
        return Start(process, ServerLog(tmp_path / "log"), models.split(), is_live, patience)

    yield begun
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def failure_of(start: Start) -> dict[str, str]:
    """Each failed model's sentence."""
    with pytest.raises(ModelsFailed) as caught:
        start.wait()
    assert str(caught.value).startswith("model")
    return {model: f"{cause.why}; {cause.todo}" for model, cause in caught.value.causes.items()}


def test_a_start_without_trouble_ends_when_the_server_is_live(begin: Begin) -> None:
    start = begin(
        "load('f5_tts', SLEEPS); load('voices', SLEEPS); sleep(0.3); loaded('f5_tts'); "
        "loaded('voices'); live()"
    )

    start.wait()

    assert start.log.loaded == {"f5_tts", "voices"}


def test_progress_tells_what_is_ready_and_how_large_the_others_are(begin: Begin) -> None:
    said: list[str] = []
    start = begin(
        "load('f5_tts', SLEEPS); load('voices', SLEEPS); sleep(0.4); loaded('voices'); "
        "sleep(0.4); loaded('f5_tts'); live()"
    )

    start.wait(said.append)

    assert any(re.fullmatch(r"loading: f5_tts \(\d+ MB\), voices \(\d+ MB\)", x) for x in said)
    assert any(re.fullmatch(r"ready: voices; loading: f5_tts \(\d+ MB\)", x) for x in said)
    assert said[-1] == "ready: f5_tts, voices"


def test_a_stub_whose_library_is_missing_is_explained_by_the_linker(begin: Begin) -> None:
    start = begin("load('f5_tts', LINKER)")

    assert failure_of(start)["f5_tts"].startswith(
        "the shared library libpython3.11.so.1.0 is missing or cannot be loaded; install it"
    )


def test_stubs_that_died_before_they_were_seen_are_found_out_by_their_number(begin: Begin) -> None:
    start = begin(
        "load('f5_tts', LINKER); load('voices', LINKER); load('whisperx', SLEEPS)",
        models="f5_tts voices whisperx",
    )

    assert failure_of(start).keys() == {"f5_tts", "voices"}


def test_as_long_as_one_process_may_still_come_nobody_is_blamed(begin: Begin) -> None:
    """One of two has died unseen; which one is clear when the other has its process."""
    start = begin(
        "begun('f5_tts'); begun('voices'); stub('voices', 'exit 3'); sleep(0.7); "
        "stub('f5_tts', SLEEPS)"
    )

    assert failure_of(start).keys() == {"voices"}


def test_a_killed_stub_is_named_with_the_signal(begin: Begin) -> None:
    start = begin("load('f5_tts', 'sleep 0.3; kill -KILL $$')")

    assert failure_of(start)["f5_tts"].startswith("it was killed (SIGKILL)")


def test_a_stub_that_ends_by_itself_is_named_with_its_status_and_last_words(begin: Begin) -> None:
    start = begin("load('f5_tts', 'sleep 0.3; echo I give up; exit 3')")

    assert failure_of(start)["f5_tts"].startswith(
        "its process ended with status 3; it said: I give up; read the whole log"
    )


def test_pythons_words_are_waited_for_and_go_before_the_status(begin: Begin) -> None:
    start = begin(
        "load('f5_tts', 'exit 1'); sleep(0.2); "
        r"failed('f5_tts', r'ValueError: no \"x\"\n\nAt:\n  model.py(4): initialize\n')"
    )

    assert failure_of(start)["f5_tts"].startswith('ValueError: no "x"; read the whole log')


def test_a_model_that_triton_says_has_failed_fails_at_once(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); failed('f5_tts', 'ValueError: no'); loaded('voices')")

    assert failure_of(start).keys() == {"f5_tts"}


def test_one_dead_process_of_two_is_the_models_death(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); stub('f5_tts', 'sleep 0.3; exit 3')")

    assert "status 3" in failure_of(start)["f5_tts"]


def test_a_death_after_the_last_words_is_not_taken_for_readiness(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_start, "REASON_WITHIN_S", 30.0)
    start = begin("load('f5_tts', 'sleep 0.3; exit 3'); sleep(0.4); live()")

    assert "status 3" in failure_of(start)["f5_tts"]


def test_a_stopped_stub_is_told_of_as_stopped(begin: Begin) -> None:
    start = begin("load('f5_tts', 'kill -STOP $$')", QUICK)

    assert re.search(r"nothing for \d s: it was stopped \(SIGSTOP\)", failure_of(start)["f5_tts"])


def test_a_stub_that_sleeps_for_ever_is_given_up(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); load('voices', SLEEPS); loaded('voices')", QUICK)

    reasons = failure_of(start)

    assert reasons.keys() == {"f5_tts"}
    assert re.match(r"its process has done nothing for \d s; read the whole", reasons["f5_tts"])


def test_a_stub_that_sleeps_after_words_that_are_understood_has_them_as_its_cause(
    begin: Begin,
) -> None:
    start = begin("load('f5_tts', f'echo MemoryError; {SLEEPS}')", QUICK)

    assert re.search(r"nothing for \d s: memory cannot be allocated", failure_of(start)["f5_tts"])


def test_a_stub_that_triton_never_started_is_given_up(begin: Begin) -> None:
    start = begin("begun('f5_tts')", QUICK)

    assert re.match("Triton has not started its process within", failure_of(start)["f5_tts"])


def test_a_stub_that_works_is_left_to_work(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_start, "LEAST_CPU_S", 0.05)  # of one second, beside other tests
    start = begin(
        "load('f5_tts', WORKS); sleep(1.5); loaded('f5_tts'); live()",
        Patience(load_s=30.0, still_s=1.0),
    )

    start.wait()


def test_a_stub_that_works_without_end_is_given_up_as_well(begin: Begin) -> None:
    start = begin("load('f5_tts', WORKS)", Patience(load_s=0.8, still_s=30.0))

    assert failure_of(start)["f5_tts"].startswith(
        "it was not ready 0.8 s after it began to load; see what slows this machine down"
    )


def test_models_that_fail_together_for_one_reason_share_a_sentence(begin: Begin) -> None:
    dies = "'sleep 0.2; kill -9 $$'"
    start = begin(f"load('f5_tts', {dies}); load('voices', {dies})")

    with pytest.raises(ModelsFailed, match=r"^models f5_tts, voices cannot start: it was killed"):
        start.wait()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("say('goodbye'); sys.exit(3)", r"it ended with status 3\. .*ends:\n  goodbye\n→ read"),
        ("os.kill(os.getpid(), 9)", r"it was killed \(SIGKILL\)"),
        ("say('tritonserver: error while loading shared libraries: libdcgm.so.3: cannot open'); "
         "os._exit(127)", r"the shared library libdcgm\.so\.3 is missing"),
        ("print('bash: /x/tritonserver: Permission denied', end=''); sys.exit(126)",
         "/x/tritonserver may not be executed"),
    ],
    ids=["with a status", "by a signal", "for want of a library", "in the middle of a line"],
)  # fmt: skip
def test_a_server_that_ends_is_told_of_with_its_reason(
    begin: Begin, script: str, says: str
) -> None:
    with pytest.raises(ServerFailed, match=rf"(?s)^tritonserver did not start: .*{says}"):
        begin(script).wait()


def test_a_server_that_cannot_listen_is_not_taken_for_ready(begin: Begin) -> None:
    """Triton answers over HTTP before it finds that the port for metrics is taken, and ends."""
    start = begin(
        "live(); sleep(0.02); say('E0101 00:00:00.0 1 main.cc:293] \"failed to start Metrics "
        "service: Unavailable - Socket already in use \"')"
    )

    with pytest.raises(
        ServerFailed, match=r"(?s)its port for Metrics is in use\..*→ stop what listens"
    ):
        start.wait()


def test_a_server_that_does_nothing_before_any_model_begins_is_given_up(begin: Begin) -> None:
    start = begin("say('I0101 hello')", QUICK)

    with pytest.raises(ServerFailed, match=r"(?s)has done nothing for \d s.*hello"):
        start.wait()


def test_a_machine_that_slept_in_between_has_used_up_nobodys_time(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = begin(
        "load('f5_tts', SLEEPS); sleep(0.5); loaded('f5_tts'); live()",
        Patience(load_s=30.0, still_s=5.0),
    )
    monotonic, slept_s = time.monotonic, 0.0

    def notice(doing: str) -> None:
        nonlocal slept_s
        slept_s = 3600.0

    monkeypatch.setattr(_start.time, "monotonic", lambda: monotonic() + slept_s)

    start.wait(notice)
