"""``wordlight voices add`` and ``remove`` as they are typed."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from command_line import Run, connect_to, typed
from fake_server import FakeServer
from s3_server import free_port, s3_server

from wordlight.audio import read_wav
from wordlight.errors import ServerUnreachable

HEART = Path(__file__).parents[2] / "models/mini/voices/heart/reference.wav"
SAYS = "That is what the heart says here."


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``wordlight voices …`` with a volume of its own."""
    monkeypatch.setenv("WORDLIGHT_VOLUME", str(tmp_path / "volume"))
    return partial(typed(monkeypatch, "voices"), "voices")


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    return tmp_path / "volume/voices/anna"


def test_a_recording_of_another_kind_becomes_a_voice(run: Run, voice: Path, tmp_path: Path) -> None:
    heart = read_wav(HEART)
    stereo = np.stack([np.repeat(heart.samples, 2)] * 2, axis=1)
    soundfile.write(tmp_path / "anna.flac", stereo, 48_000)

    result = run(
        "add", "anna", tmp_path / "anna.flac", "--text", SAYS, "--description", "Anna, CC0"
    )

    assert result.exit_code == 0, result.output
    assert str(voice) in result.stdout
    assert (voice / "reference.txt").read_text() == SAYS + "\n"
    assert read_wav(voice / "reference.wav").rate_hz == 24_000
    assert "Anna, CC0" in (voice / "voice.json").read_text()


def test_what_it_says_is_heard_by_a_server(
    run: Run, voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FakeServer(heard=SAYS)
    connect_to(monkeypatch, server)

    result = run("add", "anna", HEART, "--language", "en")

    assert result.exit_code == 0, result.output
    assert f"says: {SAYS}" in result.stdout
    assert server.asked["language"] == "en"
    assert (voice / "reference.txt").read_text() == SAYS + "\n"


def test_without_text_and_without_a_server_it_is_refused(run: Run, voice: Path) -> None:
    result = run("add", "anna", HEART, "--url", f"localhost:{free_port()}")

    assert result.exit_code == 2
    said = " ".join(result.stderr.split())
    assert "--text is missing: no server hears what is said: nothing answers at" in said
    assert not voice.exists()


def test_a_server_that_hears_nothing_is_no_text(
    run: Run, voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_to(monkeypatch, FakeServer(heard=" "))

    result = run("add", "anna", HEART)

    assert result.exit_code == 2
    assert "holds no speech that can be understood" in result.stderr
    assert not voice.exists()


def test_a_name_that_is_taken_is_refused_before_the_server_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FakeServer(error=ServerUnreachable("nobody"))
    connect_to(monkeypatch, server)

    result = run("add", "heart", HEART)

    assert result.exit_code == 2
    assert "mini's own" in " ".join(result.stderr.split())
    assert server.requests == []


def test_what_is_no_voice_is_refused(run: Run, voice: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "hum.wav", np.full(48_000, 0.1), 24_000)

    result = run("add", "anna", tmp_path / "hum.wav", "--text", SAYS)

    assert result.exit_code == 2
    assert "FILE holds no speech" in result.stderr
    assert not voice.exists()


def test_a_voice_is_removed_and_the_profiles_own_is_not(run: Run, voice: Path) -> None:
    run("add", "anna", HEART, "--text", SAYS)

    removed, kept = run("remove", "anna"), run("remove", "heart")

    assert (removed.exit_code, removed.stdout) == (0, "anna is removed\n")
    assert not voice.exists()
    assert kept.exit_code == 2
    assert "it stays" in kept.stderr


@pytest.mark.parametrize(
    ("key", "code", "says"),
    [
        ("people/anna take 2.wav", 0, "says: "),
        ("people/bert.wav", 1, "s3://recordings/people/bert.wav: there is no such object (404)"),
        ("people/text.wav", 2, "text.wav cannot be read as audio"),
    ],
)
def test_a_recording_comes_out_of_a_bucket(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, code: int, says: str
) -> None:
    with s3_server(tmp_path) as s3:
        for name, value in s3.environment.items():
            monkeypatch.setenv(name, value)
        bucket = s3.bucket("recordings")
        _put("people/anna take 2.wav", HEART.read_bytes())
        _put("people/text.wav", b"no sound")
        result = run("add", "anna", f"s3://recordings/{key}", "--text", SAYS)

    assert bucket.is_dir()
    assert result.exit_code == code
    assert says in " ".join(result.output.split())
    assert (tmp_path / "volume/voices/anna").is_dir() == (code == 0)


def _put(key: str, body: bytes) -> None:
    import boto3
    from botocore.config import Config

    s3 = boto3.client("s3", region_name="us-east-1", config=Config(proxies={}))
    s3.put_object(Bucket="recordings", Key=key, Body=body)


def test_a_bucket_without_a_key_is_no_file(run: Run) -> None:
    result: Any = run("add", "anna", "s3://recordings", "--text", SAYS)

    assert result.exit_code == 2
    assert "it must look like s3://bucket/key" in " ".join(result.stderr.split())


def test_licence_and_consent_are_kept_and_told(run: Run, voice: Path, tmp_path: Path) -> None:
    consent = "I, Anna Weber, agree that this may speak with my voice."
    (tmp_path / "consent.txt").write_text(consent + "\n", encoding="utf-8")

    result = run(
        "add", "anna", HEART, "--text", SAYS,
        "--licence", "CC BY 4.0", "--consent", f"@{tmp_path}/consent.txt",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert "licence: CC BY 4.0\n" in result.stdout
    assert f"consent: {consent}\n" in result.stdout
    card = json.loads((voice / "voice.json").read_text(encoding="utf-8"))
    assert (card["licence"], card["consent"]) == ("CC BY 4.0", consent)


def test_another_recording_does_not_inherit_consent(run: Run, voice: Path) -> None:
    run("add", "anna", HEART, "--text", SAYS, "--license", "CC0", "--consent", "I agree.")
    before = (voice / "voice.json").read_text(encoding="utf-8")

    run("add", "anna", HEART, "--text", SAYS, "--replace")

    assert '"licence": "CC0"' in before
    assert set(json.loads((voice / "voice.json").read_text())) == {"language", "description"}


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("--licence", "x" * 201, "--licence is 201 characters long; at most 200 are allowed"),
        ("--license", "bad\a", "--licence holds U+0007, which cannot be printed"),
        ("--consent", "x" * 1_001, "--consent is 1,001 characters long; at most 1,000"),
        ("--description", "x" * 301, "--description is 301 characters long; at most 300"),
        ("--language", "english", "--language is 'english'"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_before_a_server_is_asked(
    run: Run, voice: Path, monkeypatch: pytest.MonkeyPatch, flag: str, value: str, says: str
) -> None:
    server = FakeServer()
    connect_to(monkeypatch, server)

    result = run("add", "anna", HEART, flag, value)

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert server.requests == []
    assert not voice.exists()


def test_a_file_without_sound_is_told_before_anything_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Good morning.")

    result = run("add", "Not A Name", tmp_path / "notes.txt", "--licence", "x" * 999)

    assert result.exit_code == 2
    assert "notes.txt cannot be read as audio" in " ".join(result.stderr.split())
