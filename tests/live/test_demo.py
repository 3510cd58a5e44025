"""The demo, as the README shows it: a film that can be watched, heard and read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import ass
import imageio_ffmpeg
import pytest
from live_server import Live

from wordlight.reading import read_script
from wordlight.subtitles import fonts_folder

SCRIPT = Path(__file__).parents[2] / "docs/examples/script.txt"
WORST_ERROR_RATE = 0.10


@pytest.fixture(scope="module")
def demo(live: Live, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    command = [str(Path(sys.executable).parent / "wordlight"), "demo", str(SCRIPT)]
    done = subprocess.run(
        [*command, "--seed", "1", "-o", str(folder), "--url", live.grpc],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_every_word_of_the_script_is_in_the_words_with_a_time(demo: tuple[Path, str]) -> None:
    saved = json.loads((demo[0] / "words.json").read_text(encoding="utf-8"))

    words = [word.text for word in read_script(SCRIPT.read_text(encoding="utf-8")).words]
    assert len(words) >= 60
    assert [word["text"] for word in saved["words"]] == words
    assert all(0 <= word["start"] < word["end"] for word in saved["words"])


def test_whisper_understands_what_it_hears(demo: tuple[Path, str]) -> None:
    found = re.search(r"word error rate[^\n]*?([\d.]+) ?%", demo[1])

    assert found, demo[1]
    assert float(found[1]) / 100 <= WORST_ERROR_RATE


def test_every_karaoke_tag_adds_up_to_its_event(demo: tuple[Path, str]) -> None:
    with (demo[0] / "subtitles.ass").open(encoding="utf-8-sig") as file:
        events = ass.parse(file).events

    assert events
    for event in events:
        sung_cs = sum(int(cs) for cs in re.findall(r"\\k[fo]?(\d+)", event.text))
        assert sung_cs == round((event.end - event.start).total_seconds() * 100)


def test_ffmpeg_burns_the_subtitles_without_a_warning(demo: tuple[Path, str]) -> None:
    done = subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-f", "lavfi",
            "-i", "color=black:s=1280x720:r=10:d=12",
            "-vf", f"ass=subtitles.ass:fontsdir={fonts_folder()}", "-f", "null", "-",
        ],
        cwd=demo[0], capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip

    assert done.stderr == ""


def test_the_film_has_a_picture_and_sound_of_the_speechs_length(demo: tuple[Path, str]) -> None:
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-i", "karaoke.mp4"],
        cwd=demo[0], capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert re.search(r"Video: h264.*1280x720", done.stderr)
    assert "Audio: aac" in done.stderr
    hours, minutes, seconds = re.findall(r"Duration: (\d+):(\d+):([\d.]+)", done.stderr)[0]
    audio_bytes = (demo[0] / "speech.wav").stat().st_size - 44
    speech_s = audio_bytes / 2 / 24_000
    assert abs(int(hours) * 3600 + int(minutes) * 60 + float(seconds) - speech_s) < 0.2
