"""`wordlight top` in a real terminal before a real server, while requests run and processes die."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_server import free_ports
from terminal import Terminal, terminal
from traces import processes_with
from two_models import said_until, serve

WORDLIGHT = (sys.executable, "-m", "wordlight_client")
RATE = re.compile(r"requests (\d+\.\d)/s")
SHOW_THE_OTHER_SCREEN, SHOW_THE_FIRST_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_THE_CURSOR = b"\x1b[?25h"
PAUSE_S = 0.03


@dataclass(frozen=True)
class Served:
    """A running ``wordlight serve`` of two models with a front door."""

    url: str
    metrics: str
    state: Path

    def kill(self, file: str) -> None:
        (pid,) = processes_with(f"{self.state}/wordlight-{os.geteuid()}-0/{file}")
        os.kill(pid, signal.SIGKILL)

    def post(self, http: httpx.Client, model: str, name: str = "LANGUAGE") -> None:
        text: dict[str, Any] = {"name": name, "datatype": "BYTES", "shape": [1, 1], "data": ["en"]}
        http.post(f"{self.url}/v2/models/{model}/infer", json={"inputs": [text]})

    @contextmanager
    def asked_again_and_again(self) -> Iterator[None]:
        """Good requests and bad ones, until the context ends; a server that is down is no error."""
        over = threading.Event()

        def ask() -> None:
            with httpx.Client(trust_env=False) as http:
                while not over.wait(PAUSE_S):
                    try:
                        self.post(http, "voices")
                        self.post(http, "nobody")
                        self.post(http, "voices", "NOTHING")
                    except httpx.TransportError:
                        continue

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.fixture(scope="module")
def served(volume: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    state = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(state))
        process = serve(volume, "--front-port", str(free_ports().http))
    said = said_until(process, "HTTP http://")
    found = re.search(r"HTTP http://((\S+):\d+) .* metrics (:\d+)", said)
    assert found
    yield Served(f"http://{found[1]}", f"http://{found[2]}{found[3]}", state)
    process.terminate()
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def top(url: str, size: tuple[int, int] = (80, 24), **environment: str) -> Any:
    """``wordlight top`` in a terminal of that many columns and lines."""
    return terminal(*WORDLIGHT, "top", "--url", url, size=size, **environment)


def assert_given_back(one: Terminal) -> None:
    """Ctrl-C ends it, and leaves the terminal as it was."""
    status = one.press_ctrl_c()

    assert status == 128 + signal.SIGINT
    one.wait_for("wordlight: stopped")
    assert one.said.count(SHOW_THE_OTHER_SCREEN) == one.said.count(SHOW_THE_FIRST_SCREEN) == 1
    assert one.said.rindex(SHOW_THE_CURSOR) < one.said.rindex(SHOW_THE_FIRST_SCREEN)
    assert termios.tcgetattr(one.device) == one.modes
    assert b"Traceback" not in one.said


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 12)])
def test_while_requests_run_their_figures_are_shown(served: Served, size: tuple[int, int]) -> None:
    with served.asked_again_and_again(), top(served.url, size) as one:
        lines = one.wait(is_busy, "requests a second")

        shown = "\n".join(lines)
        print(shown)
        assert "● serving for" in lines[0]
        assert "MODEL_MISSING" in shown
        (voices,) = (line.split() for line in lines if line.startswith("voices "))
        assert float(voices[1]) > 1
        assert "ms" in voices
        assert "Ctrl-C ends" in shown
        assert len(one.colours()) > 1
        assert_given_back(one)


def is_busy(lines: list[str]) -> bool:
    found = RATE.search("\n".join(lines))
    return found is not None and float(found[1]) > 3 and "last 1 s" not in "\n".join(lines)


def test_a_model_that_is_killed_turns_it_sick_with_the_reason_and_is_counted(
    served: Served,
) -> None:
    with top(served.url) as one:
        one.wait_for("● serving")
        served.kill("models/voices/1/model.py")

        sick = one.wait_for("● sick for")
        print("\n".join(sick))
        assert any(line.startswith("sick since 20") for line in sick)
        assert any("voices" in line and line.startswith("SERVER_FAILED") for line in sick)
        one.wait_for("new starts voices ended 1")
        again = one.wait_for("● serving")
        print("\n".join(again))
        assert_given_back(one)


def test_a_server_that_goes_away_and_comes_back_is_watched_again(volume: Path, state: Path) -> None:
    port = str(free_ports().http)
    with top(f"http://127.0.0.1:{port}", (80, 24)) as one:
        lines = one.wait_for("● no answer for 2 s")
        assert any(line.startswith("SERVER_UNREACHABLE nothing answers") for line in lines)

        for _ in range(2):
            process = serve(volume, "--front-port", port)
            said_until(process, "HTTP http://")
            lines = one.wait_for("● serving")
            assert not any("SERVER_UNREACHABLE" in line for line in lines)
            process.terminate()
            process.communicate(timeout=60)
            one.wait_for("● no answer for")
        assert_given_back(one)


def test_a_terminal_that_changes_its_size_gets_another_picture(served: Served) -> None:
    with top(served.url, (120, 40)) as one:
        one.wait_for("voices")
        one.resize((60, 14))
        one.wait(lambda lines: not any("memory" in line for line in lines), "the narrow picture")
        assert_given_back(one)


def test_no_color_leaves_out_every_colour(served: Served) -> None:
    with top(served.url, NO_COLOR="1") as one:
        one.wait_for("● serving")

        assert one.colours() == {"default"}
        assert_given_back(one)


def test_a_dumb_terminal_gets_one_picture_below_the_other(served: Served) -> None:
    with top(served.url, (80, 60), TERM="dumb") as one:
        one.wait(lambda lines: sum("● serving" in line for line in lines) > 1, "two pictures")

        assert b"\x1b" not in one.said
        assert one.press_ctrl_c() == 128 + signal.SIGINT


def test_sigterm_gives_the_terminal_back(served: Served) -> None:
    with top(served.url) as one:
        one.wait_for("● serving")
        one.process.terminate()

        assert one.process.wait(30) == 128 + signal.SIGTERM
        one.wait_for("wordlight: stopped")
        assert one.said.rstrip().endswith(b"wordlight: stopped")
        assert SHOW_THE_FIRST_SCREEN in one.said


def test_in_a_pipe_it_is_one_picture_of_plain_text(served: Served) -> None:
    done = piped("--url", served.url)

    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "● serving" in done.stdout
    assert "Ctrl-C" not in done.stdout


def piped(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WORDLIGHT, "top", *words], capture_output=True, text=True, check=False, timeout=60
    )


def test_json_goes_on_line_by_line_until_its_reader_leaves(served: Served) -> None:
    with subprocess.Popen(
        [*WORDLIGHT, "top", "--url", served.url, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process, served.asked_again_and_again():  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        told = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.stdout.close()
        error = process.stderr.read()

    assert error == ""
    assert [one["health"]["phase"] for one in told] == ["serving"] * 3
    assert told[2]["figures"]["requests_per_s"] > 3
    assert told[2]["figures"]["span_s"] == pytest.approx(2, abs=1)
    assert told[2]["figures"]["models"]["voices"]["latency"]["p50_s"] > 0


def test_triton_alone_tells_what_it_knows(served: Served) -> None:
    with served.asked_again_and_again(), top(served.metrics) as one:
        lines = one.wait(
            lambda now: any(re.match(r"voices +[1-9]", line) for line in now), "requests to voices"
        )
        print("\n".join(lines))
        assert "● phase not known" in lines[0]
        assert any(line.startswith("no front door: phase,") for line in lines)
        assert_given_back(one)
