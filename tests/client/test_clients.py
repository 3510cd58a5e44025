"""Requests built from the specs, answers read back, in both clients alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_server import AsyncFakeServer, FakeServer
from wordlight_client import (
    AsyncClient,
    CaptionOptions,
    Client,
    NarrateOptions,
    PublishOptions,
    SpeakOptions,
    TimedOptions,
)
from wordlight_client._calls import OPTION_FIELDS

from wordlight.audio import AudioUnreadable, Clip, NoSuchTrack, write_wav
from wordlight.contract import (
    CAPTION,
    F5_TTS,
    NARRATE,
    NARRATE_PUBLISH,
    SUBTITLES,
    VOICES,
    WHISPERX,
    Spec,
)
from wordlight.errors import (
    InvalidInput,
    OutOfRange,
    TooLong,
)
from wordlight.words import Origin, Word

CLIP = Clip(np.linspace(-0.5, 0.5, 16_000, dtype=np.float32), 16_000)
WORDS = [Word("Hi", 0.0, 0.2, 0.9), Word("you", 0.2, 0.4, 0.0, Origin.INTERPOLATED)]
NARRATE_ALL = {
    "voice": "heart", "speed": 1.5, "steps": 16, "cfg_strength": 2.0, "sway": -1.0, "seed": 7,
    "language": "en", "mode": "word", "karaoke": "kf", "preset": "boxed",
    "style": {"font": "Größe"}, "width": 640, "height": 360, "profile": "bbc",
    "limits": {"lines": 1}, "speakers": ["Anna", "Bob"],
}  # fmt: skip


def test_narrate_sends_every_option_to_the_narrate_model(server: FakeServer) -> None:
    Client(transport=server).narrate("Hello there.", timeout_s=3.0, **NARRATE_ALL)

    ((model, _, timeout_s),) = server.requests
    assert (model, timeout_s) == (NARRATE.name, 3.0)
    assert server.asked == {
        "text": "Hello there.", "voice": "heart", "speed": 1.5, "nfe_steps": 16,
        "cfg_strength": 2.0, "sway": -1.0, "seed": 7, "language": "en", "mode": "word",
        "karaoke": "kf", "preset": "boxed", "style": '{"font": "Größe"}', "width": 640,
        "height": 360, "profile": "bbc", "limits": '{"lines": 1}', "speakers": ["Anna", "Bob"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "arguments", "model", "fields"),
    [
        ("narrate", ("Hi.",), NARRATE, {"text"}),
        ("narrate_publish", ("Hi.", "s3://films/a"), NARRATE_PUBLISH, {"text", "destination"}),
        ("speak", ("Hi.",), F5_TTS, {"text"}),
        ("align", (CLIP, "Hi."), WHISPERX, {"audio", "sample_rate", "transcript"}),
        ("transcribe", (CLIP,), WHISPERX, {"audio", "sample_rate"}),
        ("caption", (CLIP,), CAPTION, {"audio", "sample_rate"}),
        ("subtitle", (WORDS,), SUBTITLES, {"words", "starts", "ends", "scores"}),
        ("voices", (), VOICES, {"language"}),
    ],
)
def test_what_is_left_out_is_not_sent(
    server: FakeServer, method: str, arguments: tuple[Any, ...], model: Spec, fields: set[str]
) -> None:
    getattr(Client(transport=server), method)(*arguments)

    assert server.requests[0][0] == model.name
    assert server.asked.keys() == fields


def test_none_is_the_same_as_left_out(server: FakeServer) -> None:
    nothing = dict.fromkeys([*NARRATE_ALL, "reference_text"])

    Client(transport=server).narrate("Hi.", **nothing)

    assert server.asked == {"text": "Hi."}


@pytest.mark.parametrize(
    ("spec", "options", "given"),
    [
        (NARRATE, NarrateOptions, {"text", "reference_audio", "reference_rate"}),
        (
            NARRATE_PUBLISH,
            PublishOptions,
            {"text", "destination", "reference_audio", "reference_rate"},
        ),
        (F5_TTS, SpeakOptions, {"text", "reference_audio", "reference_rate", "task"}),
        (SUBTITLES, TimedOptions, {"words", "starts", "ends", "scores", "origins", "reading"}),
        (CAPTION, CaptionOptions, {"audio", "sample_rate", "reading"}),
    ],
)
def test_the_options_are_exactly_the_models_inputs(
    spec: Spec, options: type, given: set[str]
) -> None:
    keys: frozenset[str] = options.__optional_keys__

    named = {OPTION_FIELDS.get(name, name) for name in keys - {"cast"}}  # the text has it

    assert named | given == {tensor.field for tensor in spec.arguments}


def test_words_that_have_speakers_name_them(server: FakeServer) -> None:
    words = [replace(WORDS[0], speaker="Anna"), WORDS[1]]

    Client(transport=server).subtitle(words)

    assert server.asked["speakers"] == ["Anna", ""]


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_recorded_voice_travels_as_its_samples(
    server: FakeServer, tmp_path: Path, as_path: Callable[[Path], str | Path]
) -> None:
    write_wav(tmp_path / "me.wav", CLIP)

    Client(transport=server).speak(
        "Hi.", voice=as_path(tmp_path / "me.wav"), reference_text="What I say."
    )

    asked = server.asked
    assert asked.keys() == {"text", "reference_audio", "reference_rate", "reference_text"}
    assert asked["reference_rate"] == 16_000
    assert np.abs(asked["reference_audio"] - CLIP.samples).max() < 1e-4


def test_a_clip_can_be_the_voice(server: FakeServer) -> None:
    Client(transport=server).speak("Hi.", voice=CLIP)

    assert server.asked["reference_audio"].tolist() == CLIP.samples.tolist()


@pytest.mark.parametrize("method", ["align", "transcribe", "caption"])
def test_a_track_is_for_files_and_a_clip_has_none(server: FakeServer, method: str) -> None:
    said = ("Hi.",) if method == "align" else ()

    with pytest.raises(TypeError, match="track is for files"):
        getattr(Client(transport=server), method)(CLIP, *said, track=1)


@pytest.mark.parametrize("method", ["align", "transcribe", "caption"])
def test_a_track_that_a_file_lacks_never_leaves_the_machine(
    server: FakeServer,
    make_async: Callable[[FakeServer], AsyncFakeServer],
    method: str,
    tmp_path: Path,
) -> None:
    write_wav(tmp_path / "me.wav", CLIP)
    arguments = (tmp_path / "me.wav", *(("Hi.",) if method == "align" else ()))

    getattr(Client(transport=server), method)(*arguments, track=1)
    assert server.asked["audio"].tolist() == pytest.approx(CLIP.samples.tolist(), abs=1e-4)

    server.requests.clear()
    client = AsyncClient(transport=make_async(server))
    with pytest.raises(NoSuchTrack, match="has no audio track 2"):
        asyncio.run(getattr(client, method)(*arguments, track=2))
    assert server.requests == []


@pytest.mark.parametrize("voice", ["heart", "v1.5", "en-us_2"])
def test_a_voice_that_looks_like_no_path_is_a_name(server: FakeServer, voice: str) -> None:
    Client(transport=server).speak("Hi.", voice=voice)

    assert server.asked == {"text": "Hi.", "voice": voice}


@pytest.mark.parametrize("voice", ["missing.wav", "./heart", Path("heart")])
def test_a_voice_file_that_is_not_there_is_never_taken_for_a_name(
    server: FakeServer, voice: str | Path
) -> None:
    with pytest.raises(AudioUnreadable, match="no such file"):
        Client(transport=server).speak("Hi.", voice=voice)

    assert server.requests == []


def test_a_value_out_of_range_never_leaves_the_machine(server: FakeServer) -> None:
    with pytest.raises(OutOfRange, match="speed is 9"):
        Client(transport=server).speak("Hi.", speed=9)

    assert server.requests == []


def test_a_transcript_and_a_text_may_be_as_long_as_forty_thousand_characters(
    server: FakeServer,
) -> None:
    client, clip = Client(transport=server), Clip(np.zeros(800, np.float32), 8_000)
    script = "word " * 8_000

    client.caption(clip, transcript=script)

    assert server.asked["transcript"] == script
    with pytest.raises(TooLong, match="transcript is 40,001 characters long; at most 40,000"):
        client.align(clip, f"{script}.")
    with pytest.raises(TooLong, match="text is 40,001 characters long; at most 40,000"):
        client.narrate(f"{script}.")


def test_subtitles_are_told_of_words_that_nobody_says(server: FakeServer) -> None:
    note = Word("[pause]", 0.5, 0.9, 0.0, Origin.UNSPOKEN)

    Client(transport=server).subtitle([Word("Hello.", 0.0, 0.5), note])

    assert server.asked["origins"] == ["aligned", "unspoken"]


def test_an_option_that_no_spec_has_is_a_type_error(server: FakeServer) -> None:
    with pytest.raises(TypeError, match="f5_tts has no option volume"):
        Client(transport=server).speak("Hi.", volume=3)


@pytest.mark.parametrize(
    ("destination", "key"), [("films/a", None), ("s3://films/../a", None), ("s3://films/a", "../b")]
)
def test_a_name_that_cannot_be_published_under_never_leaves_the_machine(
    server: FakeServer, destination: str, key: str | None
) -> None:
    with pytest.raises(InvalidInput, match=r"destination|key"):
        Client(transport=server).narrate_publish("Hi.", destination, key=key)

    assert server.requests == []
