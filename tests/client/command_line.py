"""``wordlight`` in this process, with the subcommands and the server of a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_server import FakeServer
from wordlight_client import _client
from wordlight_client.commands import main as command

from wordlight.contract import SUBTITLE_FORMATS

Run = Callable[..., Result]
TEXT = "One two three four stuck six seven."
"""The text of narrations that are broken off: a test's server stops answering at "stuck"."""
NARRATED = sorted(
    ["report.json", "speech.wav", "words.json", *(each.file for each in SUBTITLE_FORMATS)]
)
"""The files of a narration."""


def typed(
    monkeypatch: pytest.MonkeyPatch,
    *names: str,
    server: FakeServer | None = None,
    others: Mapping[str, str] | None = None,
) -> Run:
    """Runs the words that are typed after ``wordlight``. Only exits are passed on.

    ``names`` are the client's subcommands, ``others`` more of them with their entry points.
    """
    places = {name: f"wordlight_client.commands.{name}:{name}" for name in names}
    places |= others or {}
    entries = {name: EntryPoint(name, place, "test") for name, place in places.items()}
    monkeypatch.setattr(command, "_entry_points", lambda: entries)
    if server is not None:
        connect_to(monkeypatch, server)
    monkeypatch.delenv("WORDLIGHT_URL", raising=False)

    def run(*words: object, **more: object) -> Result:
        result = CliRunner().invoke(command.main, [*map(str, words)], **more)
        unexpected = result.exception
        assert unexpected is None or isinstance(unexpected, SystemExit), result.exc_info
        return result

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def connect_to(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> None:
    """Gives every client this server, whatever its address."""
    monkeypatch.setattr(_client, "connect", lambda address, headers: server)
