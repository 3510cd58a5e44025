"""``wordlight caption`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run, typed
from fake_server import FakeServer
from films import ffmpeg, make_video

from wordlight.subtitles import Layout, report


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> Run:
    return typed(monkeypatch, "caption", "narrate", server=server)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("\ufeffHello there.\nHow are you?\n", encoding="utf-8")
    return path


def test_caption_hears_a_recording(
    run: Run, server: FakeServer, recording: Path, tmp_path: Path
) -> None:
    result = run("caption", recording, "-o", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert server.asked.keys() == {"audio", "sample_rate"}
    words = json.loads((tmp_path / "out" / "words.json").read_text())["words"]
    assert [word["text"] for word in words] == ["Hello", "there,", "world!"]


def test_caption_hears_the_track_that_is_named(
    run: Run, server: FakeServer, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:d=1", "-f", "lavfi", "-i", "sine=440:r=16000:d=1",
           "-map", "0", "-map", "1", "-c:a", "flac", str(film))  # fmt: skip

    run("caption", film, "--track", 2, "-o", tmp_path / "out")
    assert server.asked["sample_rate"] == 16_000
    assert np.abs(server.asked["audio"]).max() > 0.1

    server.requests.clear()
    result = run("caption", film, "--track", 3, "-o", tmp_path / "out")
    assert result.exit_code == 2
    told = " ".join(result.stderr.split())
    assert "film.mkv has no audio track 3; it has 1 (flac" in told
    assert server.requests == []


def test_caption_says_that_no_word_was_heard(
    run: Run, server: FakeServer, recording: Path, tmp_path: Path
) -> None:
    nothing = report([], Layout.of(), [])
    server.changes = {"words": [], "starts": [], "ends": [], "scores": [], "origins": [],
                      "spoken_by": [], "report": nothing}  # fmt: skip

    result = run("caption", recording, "-o", tmp_path / "out")

    assert result.exit_code == 0
    assert "there are no words to show: check that the recording" in " ".join(result.stdout.split())


def test_caption_tells_of_words_that_nobody_says_and_of_speech_without_words(
    run: Run, server: FakeServer, recording: Path, script: Path, tmp_path: Path
) -> None:
    server.changes = {
        "origins": ["aligned", "unspoken", "aligned", "aligned", "unspoken"],
        "other_starts": [0.2, 9.0], "other_ends": [7.1, 9.84],
    }  # fmt: skip

    result = run("caption", recording, "--script", script, "-o", tmp_path / "out")

    told = " ".join(result.stdout.replace("│", " ").split())
    assert "words 5 (2 unspoken)" in told
    assert "words without a time 0" in told
    assert "speech outside the script 0.2–7.1 s, 9.0–9.8 s" in told
    saved = json.loads((tmp_path / "out" / "words.json").read_text("utf-8"))
    assert saved["other_speech"][0] == {"start": 0.2, "end": 7.1}


def test_caption_times_a_script_that_is_known(
    run: Run, server: FakeServer, recording: Path, script: Path, tmp_path: Path
) -> None:
    run("caption", recording, "--script", script, "--size", "640x360", "-o", tmp_path / "out")

    asked = server.asked
    assert asked["transcript"] == "Hello there.\nHow are you?\n"
    assert (asked["width"], asked["height"]) == (640, 360)


def test_a_videos_subtitles_are_made_for_its_own_size(
    run: Run, server: FakeServer, script: Path, tmp_path: Path
) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=90x160:r=25:d=0.5", sine_hz=440)

    run("caption", video, "-o", tmp_path / "out")
    assert (server.asked["width"], server.asked["height"]) == (90, 160)

    server.requests.clear()
    run("caption", video, "--size", "640x360", "-o", tmp_path / "out")
    assert (server.asked["width"], server.asked["height"]) == (640, 360)

    server.requests.clear()
    run("narrate", script, "--size", video, "-o", tmp_path / "out")
    assert (server.asked["width"], server.asked["height"]) == (90, 160)
