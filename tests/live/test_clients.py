"""The SDK's asyncio twin, the command line, and the README's own examples, against the server."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from live_server import Live
from wordlight_client import AsyncClient, Narration

from wordlight.errors import EmptyText

ROOT = Path(__file__).parents[2]
WORDLIGHT = str(Path(sys.executable).parent / "wordlight")


def wordlight(*arguments: str, live: Live, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [WORDLIGHT, *arguments, "--url", live.grpc],
        input=given, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_the_asyncio_client_waits_for_several_at_once(live: Live, protocol: str) -> None:
    url = live.grpc if protocol == "grpc" else f"http://{live.http}"

    async def narrate_all() -> list[Narration | BaseException]:
        async with AsyncClient(url) as client:
            return await asyncio.gather(
                *(client.narrate(text, seed=1) for text in ("Good morning.", "🙂", "Good night.")),
                return_exceptions=True,
            )

    morning, emoji, night = asyncio.run(narrate_all())

    assert isinstance(morning, Narration)
    assert isinstance(night, Narration)
    assert [word.text for word in morning.words + night.words] == [
        "Good", "morning.", "Good", "night.",
    ]  # fmt: skip
    assert isinstance(emoji, EmptyText)


def test_narrating_and_captioning_from_the_command_line(live: Live, tmp_path: Path) -> None:
    spoken = wordlight(
        "narrate", "-", "--seed", "1", "--size", "1080x1920", "--mode", "word",
        "-o", str(tmp_path / "spoken"), live=live, given="We sat by the water.",
    )  # fmt: skip
    heard = wordlight(
        "caption", str(tmp_path / "spoken/speech.wav"), "-o", str(tmp_path / "heard"), live=live
    )

    assert spoken.returncode == 0, spoken.stderr
    assert "PlayResX: 1080" in (tmp_path / "spoken/subtitles.ass").read_text(encoding="utf-8-sig")
    assert heard.returncode == 0, heard.stderr
    words = json.loads((tmp_path / "heard/words.json").read_text(encoding="utf-8"))["words"]
    assert [re.sub(r"\W", "", word["text"]).lower() for word in words] == [
        "we", "sat", "by", "the", "water",
    ]  # fmt: skip


def test_the_command_line_says_in_one_sentence_what_to_change(live: Live, tmp_path: Path) -> None:
    unknown = wordlight("narrate", "-", "--voice", "nobody", live=live, given="Hello.")

    assert unknown.returncode == 2
    assert "--voice 'nobody' is not known here; there are: daniel, echo" in unknown.stderr.replace(
        "\n", " "
    )
    assert "Traceback" not in unknown.stderr


def test_the_voices_are_listed_on_the_command_line(live: Live) -> None:
    listed = wordlight("voices", live=live)

    assert listed.returncode == 0, listed.stderr
    assert "heart" in listed.stdout
    assert "Apache-2.0" in listed.stdout


def test_the_readmes_python_example_runs(live: Live, tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    code = example.replace("localhost:8001", live.grpc)

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert re.search(r"\d\.\d\d +\d\.\d\d  \$12", done.stdout)
    assert (tmp_path / "out/subtitles.ass").is_file()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_readmes_curl_example_runs(live: Live, tmp_path: Path) -> None:
    (example,) = re.findall(r"```bash\n(curl.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    command = example.replace("localhost:8000", live.http)

    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=120, check=True
    )

    assert "Good morning to you all." in json.loads(done.stdout)["outputs"][0]["data"][0]
