"""A real server says words as a lexicon has them: the request's, and the volume's at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from live_server import Live
from wordlight_client import Client
from wordlight_client.commands.main import main

from wordlight.audio import Clip, read_wav
from wordlight.lexicons import lexicon_file

SCRIPT = "Our old friend Nguyen has a large yellow garden."


def heard(client: Client, **options: str) -> str:
    narration = client.narrate(SCRIPT, seed=1, **options)  # type: ignore[arg-type]
    assert [word.text for word in narration.words] == SCRIPT.split()
    return client.transcribe(narration.clip).text.lower()


def timed(path: Path) -> list[dict[str, Any]]:
    words: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["words"]
    return words


@pytest.mark.parametrize("respelling", ["potato", "Michael"])
def test_a_word_is_heard_as_the_requests_lexicon_says_it(
    respelling: str, grpc_client: Client
) -> None:
    text = heard(grpc_client, lexicon=f"Nguyen = {respelling}")

    assert respelling.lower() in text
    assert "nguyen" not in text


def test_the_command_takes_a_file_and_a_word_has_its_time_as_it_is_said(
    live: Live, grpc_client: Client, tmp_path: Path
) -> None:
    (tmp_path / "names.txt").write_text("Nguyen = potato\n")
    (tmp_path / "script.txt").write_text(SCRIPT)
    how = ["--url", live.grpc, "--seed", "1", "-o", str(tmp_path / "out")]

    result = CliRunner().invoke(
        main,
        ["narrate", str(tmp_path / "script.txt"), "--lexicon", str(tmp_path / "names.txt"), *how],
    )

    assert result.exit_code == 0, result.output
    assert "potato" in grpc_client.transcribe(tmp_path / "out/speech.wav").text.lower()
    (word,) = (one for one in timed(tmp_path / "out/words.json") if one["text"] == "Nguyen")
    clip = read_wav(tmp_path / "out/speech.wav")
    alone = clip.samples[int(word["start"] * clip.rate_hz) : int(word["end"] * clip.rate_hz)]
    assert "potato" in grpc_client.transcribe(Clip(alone, clip.rate_hz)).text.lower()


def test_the_volumes_lexicon_is_found_and_forgotten_without_a_restart(
    live: Live, grpc_client: Client
) -> None:
    path = lexicon_file(live.volume, "en")
    path.parent.mkdir(exist_ok=True)
    path.write_text("Nguyen = potato\n")
    try:
        with_it = heard(grpc_client)
        path.write_text("Nguyen\n")
        broken = grpc_client.narrate(SCRIPT, seed=1).subtitles.report["warnings"]
    finally:
        path.unlink()

    assert "potato" in with_it
    assert any("lexicon for en has 'Nguyen' in line 1" in warning for warning in broken)
    assert "potato" not in heard(grpc_client)
