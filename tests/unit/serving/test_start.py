"""A start is watched until the server is ready or has failed."""

from __future__ import annotations

import re
import time

import pytest
from fake_triton import QUICK, Begin

from wordlight.errors import ServerFailed
from wordlight.serving import _start
from wordlight.serving._start import Patience

pytestmark = pytest.mark.usefixtures("quick")


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


def test_a_stub_that_works_is_left_to_work(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_start, "LEAST_CPU_S", 0.05)  # of one second, beside other tests
    start = begin(
        "load('f5_tts', WORKS); sleep(1.5); loaded('f5_tts'); live()",
        Patience(load_s=30.0, still_s=1.0),
    )

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
