"""Files land in the bucket whole and under their prefix; what S3 says becomes one sentence."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import socket
import threading
import time
import urllib.error
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from proxy import PAST_PROXIES
from s3_server import S3, free_port

from wordlight.contract import REPORT_FILE, SUBTITLE_FORMATS
from wordlight.errors import (
    BucketNotAllowed,
    CredentialsMissing,
    CredentialsWrong,
    InvalidInput,
    NotOneOf,
    StorageError,
    StorageMissing,
    StorageUnavailable,
    WordlightError,
)
from wordlight.publishing import PublishAnswer, PublishCall, PublishEngine, PublishSettings
from wordlight.storage import TimeLimits, connect

Call = Callable[..., PublishCall]
NAMES = ["speech.flac", *(each.file for each in SUBTITLE_FORMATS), REPORT_FILE]
QUICK = TimeLimits(connect_s=1.0, read_s=0.5, attempts=2)


def engine(*buckets: str, limits: TimeLimits = QUICK) -> PublishEngine:
    return PublishEngine.load(PublishSettings(frozenset(buckets or {"films"}), limits))


def published(call: PublishCall, by: PublishEngine | None = None) -> PublishAnswer:
    (answer,) = (by or engine()).run([call])
    assert isinstance(answer, PublishAnswer), answer
    return answer


def refused(call: PublishCall, by: PublishEngine | None = None) -> WordlightError:
    (answer,) = (by or engine()).run([call])
    assert isinstance(answer, WordlightError)
    return answer


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_file_lands_under_prefix_and_key_with_its_bytes(s3: S3, call: Call) -> None:
    answer = published(call(key="intro"))

    folder = s3.root / "films/2026/intro"
    assert answer.files == NAMES
    assert answer.urls == [f"s3://films/2026/intro/{name}" for name in NAMES]
    assert answer.sizes == [(folder / name).stat().st_size for name in NAMES]
    assert (folder / "subtitles.highlight.vtt").read_bytes() == "WEBVTT\n\nNOTE ü\n".encode()
    samples, rate_hz = soundfile.read(folder / "speech.flac")
    assert (len(samples), rate_hz) == (24_000, 24_000)


def test_the_listing_names_every_file_with_its_digest(s3: S3, call: Call) -> None:
    answer = published(call(key="listed"))

    folder = s3.root / "films/2026/listed"
    listed = json.loads((folder / "published.json").read_text())["files"]
    assert [entry["name"] for entry in listed] == answer.files
    for entry in listed:
        body = (folder / entry["name"]).read_bytes()
        assert entry["bytes"] == len(body)
        assert entry["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_signed_address_hands_the_file_to_anyone(s3: S3, call: Call) -> None:
    answer = published(call(key="signed", audio_format="mp3", expires=600))

    with PAST_PROXIES.open(answer.urls[0]) as response:
        body = response.read()
    assert "X-Amz-Expires=600" in answer.urls[0]
    assert len(body) == answer.sizes[0]
    assert soundfile.info(io.BytesIO(body)).format == "MP3"
    with pytest.raises(urllib.error.HTTPError):
        PAST_PROXIES.open(answer.urls[0].partition("?")[0])


def test_the_same_request_again_lands_in_the_same_place(s3: S3, call: Call) -> None:
    root = s3.bucket("again")
    by = engine("again")
    to = "s3://again/jobs/"

    first, again = (published(call(destination=to), by) for _ in range(2))
    named = published(call(destination=to, request_id="job-7"), by)
    other = published(call(destination=to, srt="2\r\n"), by)

    assert first.urls == again.urls
    assert named.urls[0] == "s3://again/jobs/job-7/speech.flac"
    assert other.urls[0] != first.urls[0]
    assert len(list((root / "jobs").iterdir())) == 3


def test_the_bucket_alone_is_a_destination(s3: S3, call: Call) -> None:
    answer = published(call(destination="s3://films", key="top"))

    assert answer.urls[0] == "s3://films/top/speech.flac"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"destination": "https://films/x"}, "DESTINATION is 'https://films/x'; it must look like"),
        ({"destination": "s3://Films/x"}, "S3 allows no such name"),
        ({"destination": "s3://films/../radio"}, "DESTINATION has the part '..'"),
        ({"destination": "s3://films/a//b"}, "DESTINATION has the part ''"),
        ({"key": "../../radio/x"}, "KEY has the part '..'"),
        ({"key": "a b"}, "KEY has the part 'a b'"),
        ({"key": ""}, "KEY has the part ''"),
        ({"key": "a\\..\\b"}, "KEY has the part"),
        ({"destination": "s3://films/" + "a" * 1000, "key": "b" * 100}, "at most 1,024"),
        ({"request_id": "a/../b"}, "the request's id cannot stand in for it"),
    ],
)
def test_no_name_leaves_its_prefix(s3: S3, call: Call, changes: dict[str, str], says: str) -> None:
    before = everything_in(s3.root)

    error = refused(call(**changes))

    assert isinstance(error, InvalidInput)
    assert says in str(error)
    assert everything_in(s3.root) == before


def test_only_listed_buckets_are_published_to(s3: S3, call: Call) -> None:
    s3.bucket("radio")

    error = refused(call(destination="s3://radio/x"), engine("films"))
    nowhere = refused(call(), PublishEngine.load(PublishSettings(frozenset())))

    assert isinstance(error, BucketNotAllowed)
    assert str(error) == (
        "DESTINATION names the bucket 'radio', which is not among this server's "
        "WORDLIGHT_PUBLISH_BUCKETS"
    )
    assert isinstance(nowhere, BucketNotAllowed)
    assert everything_in(s3.root / "radio") == set()


def test_a_missing_bucket_is_named(s3: S3, call: Call) -> None:
    error = refused(call(destination="s3://nowhere/x"), engine("nowhere"))

    assert isinstance(error, StorageMissing)
    assert "s3://nowhere/x" in str(error)
    assert "there is no such bucket (404)" in str(error)


def test_refused_credentials_are_named_without_showing_them(
    s3: S3, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")

    error = refused(call())

    assert isinstance(error, CredentialsWrong)
    assert "SignatureDoesNotMatch" in str(error)
    assert "wordlight-tests" not in str(error)
    assert "wrong-secret" not in str(error)


def test_absent_credentials_are_said_so(
    s3: S3, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    error = refused(call(expires=600))

    assert isinstance(error, CredentialsMissing)
    assert "no credentials on this machine" in str(error)


def test_a_server_that_is_not_there_is_said_so(
    s3: S3, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{free_port()}")

    error = refused(call())

    assert isinstance(error, StorageUnavailable)
    assert "no answer after" in str(error)


def test_a_server_that_never_answers_is_given_up(
    s3: S3, call: Call, silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", silent_server)
    started_s = time.monotonic()

    error = refused(call())

    assert isinstance(error, StorageUnavailable)
    assert "ReadTimeoutError" in str(error)
    assert time.monotonic() - started_s < 10.0


def test_uploads_together_have_a_time_limit(s3: S3, call: Call) -> None:
    ticks = itertools.count()
    settings = PublishSettings(frozenset({"films"}), QUICK, within_s=5.0)
    by = PublishEngine(settings, partial(connect, QUICK), clock=lambda: float(next(ticks)))

    error = refused(call(key="late"), by)

    assert isinstance(error, StorageError)
    assert "took longer than 5 s" in str(error)
    assert not (s3.root / "films/2026/late/published.json").exists()


def test_a_busy_server_is_asked_again_and_then_given_up(
    s3: S3, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_say_busy, args=(listener, answers), daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{listener.getsockname()[1]}")
        error = refused(call())

    assert isinstance(error, StorageUnavailable)
    assert "503 SlowDown" in str(error)
    assert len(answers) == QUICK.attempts


def _say_busy(listener: socket.socket, answers: list[str]) -> None:
    body = b"<Error><Code>SlowDown</Code><Message>slow down</Message></Error>"
    head = f"HTTP/1.1 503 Slow Down\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(0.3)
            try:
                while connection.recv(1 << 16):
                    pass
            except TimeoutError:
                pass
            answers.append("503")
            connection.sendall(head.encode() + body)


def test_a_narration_without_sound_is_refused(s3: S3, call: Call) -> None:
    error = refused(call(audio=np.zeros(0, np.float32)))

    assert str(error) == "AUDIO holds no sample to publish"


def test_one_that_is_refused_keeps_no_other_from_its_place(s3: S3, call: Call) -> None:
    bad, good = call(destination="s3://radio/x"), call(key="beside")

    answers = engine().run([bad, good, bad])

    assert [isinstance(answer, PublishAnswer) for answer in answers] == [False, True, False]


def test_the_wire_refuses_an_unknown_format() -> None:
    from wordlight.contract import PUBLISH

    spec = PUBLISH.input("AUDIO_FORMAT")

    with pytest.raises(NotOneOf, match="flac, wav, mp3, opus"):
        spec.decode(spec.encode("midi"))
