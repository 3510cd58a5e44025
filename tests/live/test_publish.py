"""Narrations through the real server into a real bucket; voices that it learns while it runs."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import soundfile
import tritonclient.grpc as triton
from click.testing import CliRunner
from live_server import Live
from proxy import PAST_PROXIES
from raw import infer
from s3_server import S3
from wordlight_client import Client

from wordlight.commands.voices import add
from wordlight.contract import NARRATE_PUBLISH, PUBLISH, REPORT_FILE, SUBTITLE_FORMATS, Value
from wordlight.errors import BucketNotAllowed, InvalidInput, StorageMissing
from wordlight.manifest import load_manifest

TEXT = "Good morning to you."
AT_ONCE_S = 3.0


@pytest.fixture
def s3(live: Live) -> S3:
    return live.s3


@pytest.fixture
def stalled_s3(s3: S3) -> Iterator[S3]:
    """The S3 server, suspended: it accepts connections but answers none."""
    s3.process.send_signal(signal.SIGSTOP)
    try:
        yield s3
    finally:
        s3.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("audio_format", ["flac", "mp3", "opus"])
def test_a_narration_is_published_and_can_be_fetched(
    client: Client, s3: S3, audio_format: str
) -> None:
    made = client.narrate_publish(
        TEXT, "s3://films/live", seed=1, key="a", audio_format=audio_format, expires_s=300
    )

    assert [word.text for word in made.words] == TEXT.split()
    assert [file.name for file in made.files] == [
        f"speech.{audio_format}", *(each.file for each in SUBTITLE_FORMATS), REPORT_FILE,
    ]  # fmt: skip
    for file in made.files:
        with PAST_PROXIES.open(file.url) as response:
            assert len(response.read()) == file.n_bytes
    speech = soundfile.info(s3.root / f"films/live/a/speech.{audio_format}")
    assert made.words[-1].end_s <= speech.duration < made.words[-1].end_s + 2.0


def test_what_is_published_is_what_narrate_answers(grpc_client: Client, s3: S3) -> None:
    told = grpc_client.narrate(TEXT, seed=1, width=640, height=360)

    grpc_client.narrate_publish(TEXT, "s3://films", seed=1, key="same", width=640, height=360)

    folder = s3.root / "films/same"
    assert (folder / "subtitles.ass").read_bytes() == told.subtitles.ass.encode()
    assert (folder / "subtitles.json").read_bytes() == told.subtitles.json.encode()
    samples, rate_hz = soundfile.read(folder / "speech.flac", dtype="float32")
    assert (len(samples), rate_hz) == (len(told.clip.samples), told.clip.rate_hz)


def test_the_requests_id_is_its_place_and_the_same_again_lands_there(live: Live, s3: S3) -> None:
    for _ in range(2):
        answer = infer(
            live, NARRATE_PUBLISH, "job-7", TEXT=TEXT, SEED=1, DESTINATION="s3://films/jobs"
        )

    urls = NARRATE_PUBLISH.output("URLS").decode(answer.as_numpy("URLS"))
    assert urls[0] == "s3://films/jobs/job-7/speech.flac"
    assert [path.name for path in (s3.root / "films/jobs").iterdir()] == ["job-7"]


def test_storage_errors_arrive_as_what_they_are(client: Client, s3: S3) -> None:
    with pytest.raises(BucketNotAllowed, match="names the bucket 'radio'"):
        client.narrate_publish("Hi.", "s3://radio/x", seed=1)
    with pytest.raises(InvalidInput, match="destination has the part"):
        client.narrate_publish("Hi.", "s3://films/../radio", seed=1)
    with pytest.raises(StorageMissing, match=r"s3://gone/.*: there is no such bucket"):
        client.narrate_publish("Hi.", "s3://gone/x", seed=1)


def test_a_stalled_bucket_keeps_no_other_request_waiting(
    grpc_client: Client, live: Live, s3: S3, stalled_s3: S3
) -> None:
    files: dict[str, Value] = {
        "AUDIO": [0.1] * 2_400, "SAMPLE_RATE": 24_000, "KEY": "stalled",
        **{each.tensor.name: "-" for each in SUBTITLE_FORMATS}, "REPORT": "-",
    }  # fmt: skip
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(infer, live, PUBLISH, DESTINATION="s3://films/x", **files)
        time.sleep(1.0)
        started_s = time.monotonic()
        with pytest.raises(triton.InferenceServerException, match="BUCKET_NOT_ALLOWED"):
            infer(live, PUBLISH, DESTINATION="s3://radio/x", **files)
        assert grpc_client.voices()
        took_s = time.monotonic() - started_s
        assert not waiting.done()
        s3.process.send_signal(signal.SIGCONT)
        answer = waiting.result(60)

    assert took_s < AT_ONCE_S
    urls = PUBLISH.output("URLS").decode(answer.as_numpy("URLS"))
    assert urls[0] == "s3://films/x/stalled/speech.flac"


def test_a_voice_added_while_it_runs_is_heard_listed_and_spoken(
    grpc_client: Client, live: Live
) -> None:
    fable = load_manifest("mini").folder / "voices/fable"  # no numerals: heard word for word
    volume = ["--volume", str(live.volume), "--url", live.grpc]

    added = CliRunner().invoke(add, ["anna", str(fable / "reference.wav"), *volume])

    assert added.exit_code == 0, added.output
    assert (live.volume / "voices/anna/reference.txt").read_text().strip()
    assert "anna" in [voice.name for voice in grpc_client.voices()]
    assert 0.5 < grpc_client.speak("Good morning.", voice="anna", seed=1).clip.duration_s < 4.0
    assert _words(live.volume / "voices/anna") == _words(fable)


def _words(voice: Path) -> list[str]:
    text = (voice / "reference.txt").read_text(encoding="utf-8").lower()
    return "".join(c for c in text if c.isalpha() or c.isspace()).split()
