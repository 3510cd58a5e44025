"""Answers read back by the clients, broken ones too, and waiting for a server."""

from __future__ import annotations

from typing import Any

import pytest
from fake_server import FakeServer
from wordlight_client import (
    Client,
)

from wordlight.errors import (
    BadAnswer,
    DeadlineExceeded,
    EmptyText,
    ServerUnreachable,
)
from wordlight.words import Origin, Word

WORDS = [Word("Hi", 0.0, 0.2, 0.9), Word("you", 0.2, 0.4, 0.0, Origin.INTERPOLATED)]


def test_a_narration_is_audio_words_and_subtitles(server: FakeServer) -> None:
    narration = Client(transport=server).narrate("So it goes.")

    assert [word.text for word in narration.words] == ["So", "it", "goes."]
    assert narration.words[1] == Word("it", 0.1, 0.18, 0.5, Origin.ALIGNED)
    assert (narration.clip.rate_hz, narration.clip.duration_s) == (24_000, pytest.approx(0.3))
    assert narration.subtitles.vtt == "WEBVTT\n"
    assert narration.subtitles.report["n_captions"] == 1
    assert (narration.alignment.text, narration.alignment.language) == ("So it goes.", "en")


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({"origins": ["aligned"]}, "shorter"),
        ({"origins": ["guessed"] * 3}, "guessed"),
        ({"other_starts": [1.0]}, "shorter"),
        ({"report": "{"}, "Expecting"),
        ({"report": "[]"}, "not a JSON object"),
        ({"starts": [0.0, 0.0, 0.0], "ends": [9.0, 9.0, 9.0]}, "before the word before it ends"),
        ({"ends": [float("nan")] * 3}, "NaN"),
    ],
)
def test_an_answer_that_breaks_the_contract_says_how(
    server: FakeServer, changes: dict[str, Any], how: str
) -> None:
    server.changes = changes

    with pytest.raises(BadAnswer, match=f"answer of narrate breaks the contract: .*{how}"):
        Client(transport=server).narrate("So it goes.")


def test_a_missing_output_is_a_bad_answer() -> None:
    class Forgetful(FakeServer):
        def infer(self, *request: Any) -> Any:
            answer = super().infer(*request)
            del answer["SRT"]
            return answer

    with pytest.raises(BadAnswer, match="it lacks SRT"):
        Client(transport=Forgetful()).narrate("Hi.")


def test_the_servers_error_reaches_the_caller(server: FakeServer) -> None:
    server.error = EmptyText("TEXT")

    with pytest.raises(EmptyText):
        Client(transport=server).narrate("...")


def test_waiting_ends_when_the_server_is_ready(server: FakeServer) -> None:
    server.not_ready_for = 3

    Client(transport=server).wait_until_ready(5.0, poll_s=0.001)

    assert server.not_ready_for == -1


def test_waiting_ends_with_an_error_when_the_time_is_over(server: FakeServer) -> None:
    server.error = ServerUnreachable("gone")
    client = Client(transport=server)

    assert client.is_ready() is False
    with pytest.raises(DeadlineExceeded, match=r"not ready within 0\.01 s"):
        client.wait_until_ready(0.01, poll_s=0.005)


def test_leaving_the_block_closes_the_connection(server: FakeServer) -> None:
    with Client(transport=server):
        assert not server.is_closed

    assert server.is_closed


def test_the_ready_voices_come_as_rows(server: FakeServer) -> None:
    voices = Client(transport=server).voices("en")

    assert server.asked == {"language": "en"}
    assert [(voice.name, voice.description) for voice in voices] == [
        ("heart", "a heart"),
        ("dusk", "a dusk"),
    ]


def test_a_publication_is_files_words_and_report(server: FakeServer) -> None:
    made = Client(transport=server).narrate_publish("Hi there.", "s3://films/a", expires_s=600)

    assert server.asked == {"text": "Hi there.", "destination": "s3://films/a", "expires": 600}
    assert [(f.name, f.url, f.n_bytes) for f in made.files] == [
        ("speech.flac", "s3://films/a/speech.flac", 48_000),
        ("subtitles.ass", "s3://films/a/subtitles.ass", 500),
    ]
    assert [word.text for word in made.words] == ["Hi", "there."]
    assert made.report["n_captions"] == 1
