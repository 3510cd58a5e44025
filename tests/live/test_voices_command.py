"""Recordings of a phone and a browser become voices of a running server, and speak."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pytest
from live_server import Live
from mini.measures import WordErrors
from wordlight_client import Client

from wordlight.audio import read_wav

VOICES = Path(__file__).parents[2] / "models/mini/voices"
WORDLIGHT = str(Path(sys.executable).parent / "wordlight")
RECORDERS = {
    "m4a": ("-ac", "2", "-ar", "48000", "-c:a", "aac", "-f", "mp4"),
    "webm": ("-ar", "48000", "-c:a", "libopus", "-f", "webm"),
}
SENTENCE = "We counted thirty geese on the lake before it grew dark."
LICENCE, CONSENT = "CC BY 4.0", "I agree that my voice is used."


def voices(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [WORDLIGHT, "voices", *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("ending", "whose"), [("m4a", "emma"), ("webm", "echo")])
def test_a_recording_is_added_listed_heard_and_removed(
    ending: str, whose: str, live: Live, tmp_path: Path
) -> None:
    name, recording = f"my-{whose}", tmp_path / f"take.{ending}"
    source = VOICES / whose
    fragmented = ("-movflags", "frag_keyframe+empty_moov") if ending == "m4a" else ()
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(source / "reference.wav")]
    recorded = subprocess.run(
        [*command, *RECORDERS[ending], *fragmented, "pipe:1"], capture_output=True, check=True
    )
    recording.write_bytes(recorded.stdout)

    added = voices(
        "add", name, recording, "--volume", live.volume, "--url", live.grpc,
        "--licence", LICENCE, "--consent", CONSENT,
    )  # fmt: skip
    with Client(live.grpc) as client:
        (listed,) = (voice for voice in client.voices() if voice.name == name)
        tried = voices(
            "try", name, "--text", SENTENCE, "-o", tmp_path / "a.wav", "--url", live.grpc
        )
        heard = client.transcribe(read_wav(tmp_path / "a.wav")).text
    removed = voices("remove", name, "--volume", live.volume)

    assert added.returncode == 0, added.stderr
    said = (source / "reference.txt").read_text(encoding="utf-8")
    assert WordErrors.of(said, added.stdout.split("says: ")[1].splitlines()[0]).rate < 0.2
    assert (listed.licence, listed.consent) == (LICENCE, CONSENT)
    assert tried.returncode == 0, tried.stderr
    assert LICENCE in tried.stdout
    assert WordErrors.of(SENTENCE, heard).rate < 0.2
    assert removed.returncode == 0, removed.stderr


def test_an_unknown_voice_is_told_with_the_nearest(live: Live, tmp_path: Path) -> None:
    tried = voices("try", "hart", "-o", tmp_path / "a.wav", "--url", live.grpc)

    assert tried.returncode == 2
    assert "→ perhaps heart is meant;" in " ".join(tried.stderr.split())
