"""A real tritonserver starts where people are, or says which model fails and why."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from traces import assert_nothing_is_left, processes_with, until
from wordlight_client import Client

from wordlight.contract import F5_TTS, SUBTITLES
from wordlight.errors import ModelsFailed
from wordlight.serving import Server, _repository
from wordlight.serving._start import Patience

pytestmark = pytest.mark.usefixtures("state")

BROKEN = {
    "raises": ("raise ValueError('no such\\nvoice')", "ValueError: no such voice; read"),
    "imports what is not there": ("import nosuch", "the package nosuch is missing in its env"),
    "exits": ("import os; os._exit(3)", "its process ended with status 3"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "it was killed (SIGKILL), as the kernel"),
    "hangs": ("import time; time.sleep(600)", "its process has done nothing for "),
}

Break = Callable[[str, str], None]


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


def test_it_listens_and_answers_on_ipv6(server: Server) -> None:
    server.address = "::1"

    server.start()

    assert server.url.startswith("[::1]:")
    with Client(server.url) as client:
        assert client.voices()
