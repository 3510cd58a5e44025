"""Lexicons that the client sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from fake_server import FakeServer
from wordlight_client import Client, _client
from wordlight_client.commands.main import main

from wordlight.audio import Clip, write_wav
from wordlight.errors import InvalidInput

HUM = Clip(np.zeros(24_000, np.float32), 24_000)
LINES = "Nguyen = win\nNew York = noo yawk\n"


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.mark.parametrize(
    "lexicon", [{"Nguyen": "win", "New York": "noo yawk"}, LINES], ids=["mapping", "lines"]
)
def test_a_mapping_or_its_lines_are_sent_with_every_script(
    lexicon: Any, server: FakeServer
) -> None:
    client = Client(transport=server)

    client.narrate("Ask Nguyen.", lexicon=lexicon)
    client.caption(HUM, transcript="Ask Nguyen.", lexicon=lexicon)
    client.align(HUM, "Ask Nguyen.", lexicon=lexicon)

    sent = [tensors["LEXICON"].tolist() for _, tensors, _ in server.requests]
    assert sent == [[[LINES.encode()]]] * 3


@pytest.mark.parametrize(
    ("lexicon", "says"),
    [
        ({"a=b": "c"}, "has the word 'a=b'"),
        ({"#a": "c"}, "begins with #"),
        ({"": "c"}, "which is not one line of text"),
        ({"a": "b\nc = d"}, "which is not one line of text"),
        ({"a": 1}, "has a int where a text belongs"),
    ],
)
def test_what_is_no_line_is_refused_before_it_is_sent(
    lexicon: Any, says: str, server: FakeServer
) -> None:
    with pytest.raises(InvalidInput, match=says):
        Client(transport=server).narrate("So.", lexicon=lexicon)


def test_a_lexicon_without_a_script_is_refused_before_it_is_sent(server: FakeServer) -> None:
    with pytest.raises(InvalidInput, match=r"lexicon needs the script .*: transcript"):
        Client(transport=server).caption(HUM, lexicon=LINES)


@pytest.mark.parametrize("command", ["narrate", "caption"])
def test_a_file_is_sent(
    command: str, server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_client, "connect", lambda address, headers: server)
    (tmp_path / "names.txt").write_text("\ufeff" + LINES, "utf-8")
    (tmp_path / "script.txt").write_text("Ask Nguyen.")
    write_wav(tmp_path / "talk.wav", HUM)
    script = str(tmp_path / "script.txt")
    given = [script] if command == "narrate" else [str(tmp_path / "talk.wav"), "--script", script]
    how = ["--lexicon", str(tmp_path / "names.txt"), "-o", str(tmp_path / "out")]

    result = CliRunner().invoke(main, [command, *given, *how])

    assert result.exit_code == 0, result.output
    assert server.asked["lexicon"] == LINES


def test_a_caption_with_a_lexicon_needs_a_script(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(LINES)
    write_wav(tmp_path / "talk.wav", HUM)

    result = CliRunner().invoke(
        main, ["caption", str(tmp_path / "talk.wav"), "--lexicon", str(tmp_path / "names.txt")]
    )

    assert result.exit_code == 2
    assert "--lexicon tells how words of --script are said" in result.stderr
