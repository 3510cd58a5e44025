"""A reference voice can be any recording of a phone or a browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_server import FakeServer
from films import ffmpeg
from wordlight_client import Client

from wordlight.audio import AudioUnreadable, read_wav
from wordlight.errors import TooLong

HEART = Path(__file__).parents[2] / "models/mini/voices/heart/reference.wav"
RECORDERS: dict[str, tuple[str, ...]] = {
    "me.m4a": ("-c:a", "aac", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov"),
    "me.webm": ("-c:a", "libopus", "-f", "webm"),
    "me.weba": ("-c:a", "libopus", "-f", "webm"),
    "me.ogg": ("-c:a", "libopus", "-f", "ogg"),
    "me.mp3": ("-c:a", "libmp3lame", "-f", "mp3"),
    "me.flac": ("-c:a", "flac", "-f", "flac"),
    "me.amr": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-b:a", "12.2k", "-f", "amr"),
    "ME.3GP": (
        "-c:a", "libopencore_amrnb", "-ar", "8000", "-b:a", "12.2k", "-f", "3gp",
        "-movflags", "frag_keyframe+empty_moov",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDERS)
def test_a_recording_of_any_format_travels_as_its_samples(
    name: str, server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart = read_wav(HEART)
    (tmp_path / name).write_bytes(ffmpeg("-i", str(HEART), *RECORDERS[name], "pipe:1"))
    monkeypatch.chdir(tmp_path)  # a name without a slash is a file by its ending

    Client(transport=server).speak("Hi.", voice=name)

    asked = server.asked
    assert "voice" not in asked
    sent, rate_hz = asked["reference_audio"], asked["reference_rate"]
    assert len(sent) / rate_hz == pytest.approx(heart.duration_s, abs=0.1)
    power, original = (np.mean(np.square(wave)) for wave in (sent, heart.samples))
    assert 0.7 < power / original < 1.4


def test_a_recording_that_is_too_long_is_told_before_it_is_sent(
    server: FakeServer, tmp_path: Path
) -> None:
    path = tmp_path / "lecture.webm"
    path.write_bytes(ffmpeg("-f", "lavfi", "-i", "sine=d=40", *RECORDERS["me.webm"], "pipe:1"))

    with pytest.raises(TooLong, match=r"lecture.webm is 40.* seconds long; at most 15 are allowed"):
        Client(transport=server).speak("Hi.", voice=path)

    assert server.requests == []


def test_a_file_without_sound_is_refused_by_its_name(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "me.m4a").write_bytes(b"no sound")

    with pytest.raises(AudioUnreadable, match=r"me.m4a cannot be read as audio"):
        Client(transport=server).speak("Hi.", voice=tmp_path / "me.m4a")

    assert server.requests == []
