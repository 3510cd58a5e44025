"""A model that fails is left out if it is optional, and ends the start if it is needed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from shell_server import server

from wordlight.errors import ModelsFailed
from wordlight.serving import Server, _supervisor

pytestmark = pytest.mark.usefixtures("temp", "shared_memory")

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


@pytest.fixture
def passing_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-test that passes; the real one needs a real server."""
    monkeypatch.setattr(_supervisor, "self_test", lambda address: None)


def fails_but_for_some(folder: Path, failing: str) -> Server:
    """A server in which these models fail, as long as they are among those that it has."""
    (folder / "fails.py").write_text(FAILS_BUT_FOR_SOME)
    one = server(folder, f'exec "{sys.executable}" {folder / "fails.py"} {failing} "$@"')
    kept = (folder / "kept.log").open("w")
    one.on_line = lambda line: print(line.message, file=kept, flush=True)
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
