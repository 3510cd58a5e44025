"""``wordlight voices list`` and ``try`` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Run, typed
from fake_server import SPECS, FakeServer, asked_fields
from wordlight_client import Client
from wordlight_client.commands._sentences import SENTENCES

from wordlight.audio import read_wav
from wordlight.contract import VOICES


@pytest.fixture
def run(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    return partial(typed(monkeypatch, "voices", server=server), "voices")


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a player the only program on PATH."""

    def put(does: str) -> None:
        program = tmp_path / "bin/paplay"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)

    (tmp_path / "bin").mkdir()
    for tool in ("cp", "sleep"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return put


def asked_last(server: FakeServer) -> dict[str, Any]:
    model, tensors, _ = server.requests[-1]
    return asked_fields(SPECS[model], tensors)


def told(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_a_list_shows_licence_and_consent_where_they_are_known(run: Run) -> None:
    result = run("list")

    said = told(result.stdout)
    assert "heart en a heart licence: Apache-2.0" in said
    assert "dusk en a dusk consent: I, Dusk, agree." in said
    assert said.count("licence:") == said.count("consent:") == 1


def test_a_program_reads_the_list_as_json(run: Run) -> None:
    result = run("--json")

    assert json.loads(result.stdout) == [
        {"name": "heart", "language": "en", "description": "a heart",
         "licence": "Apache-2.0", "consent": ""},
        {"name": "dusk", "language": "en", "description": "a dusk",
         "licence": "", "consent": "I, Dusk, agree."},
    ]  # fmt: skip


def test_an_older_servers_voices_have_no_terms(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = server.infer

    def older(*asked: object) -> object:
        answer = whole(*asked)  # type: ignore[arg-type]
        return {name: answer[name] for name in ("NAMES", "LANGUAGES", "DESCRIPTIONS")}

    monkeypatch.setattr(server, "infer", older)

    voices = Client(transport=server).voices()

    assert [(voice.name, voice.licence, voice.consent) for voice in voices] == [
        ("heart", "", ""), ("dusk", "", ""),
    ]  # fmt: skip


def test_a_voice_says_a_sentence_into_a_file(run: Run, server: FakeServer, tmp_path: Path) -> None:
    out = tmp_path / "dusk.wav"

    result = run("try", "dusk", "-o", out)

    assert result.exit_code == 0, result.output
    asked = asked_last(server)
    assert asked == {"text": SENTENCES["en"], "voice": "dusk", "language": "en"}
    clip = read_wav(out)
    assert float(np.abs(clip.samples).max()) > 0.05
    said = told(result.stdout)
    assert f"says {SENTENCES['en']}" in said
    assert f"speech {clip.duration_s:.1f} s at 24,000 Hz, made in 0.0 s" in said
    assert "consent I, Dusk, agree." in said
    assert str(out) in result.stdout.replace("\n", "")


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_the_sentence_is_in_the_voices_language(
    run: Run, server: FakeServer, tmp_path: Path, language: str
) -> None:
    server.changes = {"languages": [language, "en"]}

    run("try", "heart", "-o", tmp_path / "heart.wav")

    assert asked_last(server)["text"] == SENTENCES[language]
    assert asked_last(server)["language"] == language


def test_a_language_without_a_sentence_needs_a_text(
    run: Run, server: FakeServer, tmp_path: Path
) -> None:
    server.changes = {"languages": ["gsw", "en"]}

    refused = run("try", "heart", "-o", tmp_path / "heart.wav")
    spoken = run("try", "heart", "--text", "Grüezi mitenand.", "-o", tmp_path / "heart.wav")

    assert refused.exit_code == 2
    assert "heart speaks 'gsw'" in told(refused.stderr)
    assert spoken.exit_code == 0
    asked = asked_last(server)
    assert (asked["text"], asked["language"]) == ("Grüezi mitenand.", "gsw")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "hart",
            "NAME 'hart' is not known here; there are: dusk, heart → perhaps heart is meant;",
        ),
        ("Dusk", "NAME 'Dusk' is not known here; there are: dusk, heart → perhaps dusk is meant;"),
        ("xyz", "NAME 'xyz' is not known here; there are: dusk, heart → choose one of these"),
    ],
)
def test_an_unknown_voice_is_refused_with_those_that_there_are(
    run: Run, server: FakeServer, tmp_path: Path, name: str, says: str
) -> None:
    result = run("try", name, "-o", tmp_path / "a.wav")

    assert result.exit_code == 2
    assert f"UNKNOWN_VOICE {says}" in told(result.stderr)
    assert [model for model, *_ in server.requests] == [VOICES.name]
    assert not (tmp_path / "a.wav").exists()


def test_a_voice_is_played_to_its_end(
    run: Run, player: Callable[[str], None], tmp_path: Path
) -> None:
    player(f'cp "$1" {tmp_path}/heard.wav; sleep 1')

    result = run("try", "heart", "--text", "One two three.")

    assert result.exit_code == 0, result.output
    assert "Playing 0.3 s with paplay" in result.stderr
    assert read_wav(tmp_path / "heard.wav").duration_s == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("does", "why"),
    [("exit 0", "ended with status 0"), ("echo no sound card >&2; exit 1", "no sound card")],
    ids=["at once", "complains"],
)
def test_what_nobody_has_heard_is_no_success(
    run: Run, player: Callable[[str], None], does: str, why: str
) -> None:
    player(does)

    result = run("try", "heart", "--text", "A sentence that takes a second or more to be said.")

    assert result.exit_code == 1
    assert why in told(result.stderr)
    assert "write the speech to a file with -o" in told(result.stderr)


@pytest.mark.usefixtures("player")
def test_without_a_player_no_server_is_asked(run: Run, server: FakeServer) -> None:
    result = run("try", "heart")

    assert result.exit_code == 1
    assert "nothing here to play sound with" in told(result.stderr)
    assert "write the speech to a file with -o" in told(result.stderr)
    assert server.requests == []


@pytest.mark.parametrize(
    ("out", "code", "says"),
    [
        ("a.mp3", 2, "'a.mp3' must end in .wav"),
        ("gone/a.wav", 1, "No such file or directory"),
        ("film/a.wav", 1, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_before_a_server_is_asked(
    run: Run, server: FakeServer, tmp_path: Path, out: str, code: int, says: str
) -> None:
    (tmp_path / "film").touch()

    result = run("try", "heart", "-o", tmp_path / out)

    assert result.exit_code == code
    assert says in told(result.stderr)
    assert server.requests == []
