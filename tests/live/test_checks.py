"""A request that cannot be served is refused before anything is spoken, whoever sends it."""

from __future__ import annotations

import signal
import time
from typing import Any

import numpy as np
import pytest
from live_server import Live
from raw import infer, refusal, runs, runs_after

from wordlight.contract import (
    CAPTION,
    F5_TTS,
    NARRATE,
    NARRATE_PUBLISH,
    PUBLISH,
    SUBTITLE_FORMATS,
    SUBTITLES,
    WHISPERX,
    ModelSpec,
    Spec,
)

AT_ONCE_S = 0.5
TEXT = "Good morning to you."
NOISE = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
RECORDED = {"REFERENCE_AUDIO": NOISE, "REFERENCE_RATE": 24_000}
GIVEN: dict[str, dict[str, Any]] = {
    F5_TTS.name: {"TEXT": TEXT},
    WHISPERX.name: {"AUDIO": NOISE, "SAMPLE_RATE": 24_000},
    SUBTITLES.name: {"WORDS": TEXT.split(), "STARTS": [0.0, 1.0, 2.0, 3.0],
                "ENDS": [0.5, 1.5, 2.5, 3.5]},
    PUBLISH.name: {"AUDIO": NOISE, "SAMPLE_RATE": 24_000, "DESTINATION": "s3://films/a",
              **{each.tensor.name: "-" for each in SUBTITLE_FORMATS}, "REPORT": "-"},
}  # fmt: skip
"""A good request for each step by itself."""
BAD: list[tuple[Spec, ModelSpec, dict[str, Any]]] = [
    *((NARRATE, F5_TTS, values) for values in (
        {"TEXT": ""}, {"TEXT": "🎉"}, {"TEXT": "a " * 50_000}, {"TEXT": "Привет"},
        {"VOICE": "nobody"}, {"VOICE": "heart", **RECORDED}, {"REFERENCE_TEXT": "So."},
        {"REFERENCE_AUDIO": NOISE}, {**RECORDED, "REFERENCE_AUDIO": NOISE[:2_400]},
        {**RECORDED, "REFERENCE_TEXT": "..."}, {"SPEED": 9.0}, {"NFE_STEPS": 0},
        {"CFG_STRENGTH": np.inf}, {"SEED": -1}, {"LANGUAGE": "de"}, {"LANGUAGE": "englisch"},
    )),
    *((NARRATE, SUBTITLES, values) for values in (
        {"STYLE": '{"colour": "#FFFFFF"}'}, {"STYLE": "{"}, {"STYLE": '{"size": 9999}'},
        {"LIMITS": '{"lines": 3}'}, {"PROFILE": "custom"}, {"PROFILE": "hbo"}, {"MODE": "verse"},
        {"KARAOKE": "kx"}, {"PRESET": "comic"}, {"WIDTH": 10}, {"SPEAKERS": ["Anna"]},
        {"SPEAKERS": ["A" * 65] * 4},
    )),
    *((CAPTION, SUBTITLES, values) for values in (
        {"STYLE": '{"colour": "#FFFFFF"}'}, {"LIMITS": "[]"}, {"PRESET": "comic"},
    )),
    *((CAPTION, WHISPERX, values) for values in (
        {"SAMPLE_RATE": 100}, {"TRANSCRIPT": "..."}, {"TRANSCRIPT": "hi", "LANGUAGE": "tlh"},
        {"TRANSCRIPT": "hi", "READING": "{}"}, {"READING": "{}"},
    )),
    *((NARRATE_PUBLISH, PUBLISH, values) for values in (
        {"DESTINATION": "films/a"}, {"DESTINATION": "s3://radio/a"},
        {"DESTINATION": "s3://films/../a"}, {"KEY": "../b"}, {"AUDIO_FORMAT": "aac"},
        {"EXPIRES": 5}, {"DESTINATION": f"s3://films/{'a' * 1_000}", "KEY": "b" * 100},
    )),
]  # fmt: skip


def given(ensemble: Spec, step: ModelSpec, values: dict[str, Any]) -> dict[str, Any]:
    """The same in a request for the whole."""
    takes = {tensor.name for tensor in ensemble.inputs}
    good = (
        GIVEN[WHISPERX.name]
        if ensemble is CAPTION
        else {"TEXT": TEXT, "DESTINATION": "s3://films/a"}
    )
    return {name: value for name, value in good.items() if name in takes} | values


@pytest.mark.parametrize(
    ("ensemble", "step", "values"), BAD,
    ids=[f"{one[0].name}-{'-'.join(one[2])}-{index}" for index, one in enumerate(BAD)],
)  # fmt: skip
def test_what_a_step_refuses_is_refused_at_once_in_its_words_and_nothing_runs(
    live: Live, ensemble: Spec, step: ModelSpec, values: dict[str, Any]
) -> None:
    idle = runs(live)
    status, message, _ = refusal(live, step, **GIVEN[step.name] | values)
    before = runs_after(live, idle, step.name)

    told = refusal(live, ensemble, **given(ensemble, step, values))

    assert told[:2] == (status, message)
    assert told[2] < AT_ONCE_S
    after = runs_after(live, before, "checks")
    assert after.pop("checks") == before.pop("checks") + 1
    assert after == before


def test_a_bucket_that_is_not_there_is_told_before_anything_is_spoken(live: Live) -> None:
    before = runs(live)

    status, message, took_s = refusal(live, NARRATE_PUBLISH, TEXT=TEXT, DESTINATION="s3://gone/a")

    assert status == "StatusCode.NOT_FOUND"
    assert message.startswith("STORAGE_MISSING: s3://gone/a: there is no such bucket")
    assert took_s < 3.0  # the client of S3 may be made now
    assert runs(live)["f5_tts"] == before["f5_tts"]


def test_a_store_that_is_stalled_is_told_in_seconds_and_keeps_no_other_check_waiting(
    live: Live,
) -> None:
    infer(live, NARRATE_PUBLISH, TEXT="Hi.", SEED=1, DESTINATION="s3://films/a", KEY="warm")
    before = runs(live)
    live.s3.process.send_signal(signal.SIGSTOP)
    try:
        status, message, took_s = refusal(
            live, NARRATE_PUBLISH, TEXT=TEXT, DESTINATION="s3://films/a"
        )
        other_s = refusal(live, NARRATE, TEXT=TEXT, STYLE="{")[2]
    finally:
        live.s3.process.send_signal(signal.SIGCONT)

    assert status == "StatusCode.UNAVAILABLE"
    assert message.startswith("STORAGE_UNAVAILABLE: s3://films/a: no answer after 2 tries")
    assert took_s < 8.0
    assert other_s < AT_ONCE_S
    assert runs(live)["f5_tts"] == before["f5_tts"]


@pytest.mark.parametrize("ensemble", [NARRATE, CAPTION], ids=lambda spec: spec.name)
def test_no_bucket_is_asked_where_nothing_is_published(live: Live, ensemble: Spec) -> None:
    live.s3.process.send_signal(signal.SIGSTOP)
    try:
        started_s = time.monotonic()
        infer(live, ensemble, **given(ensemble, F5_TTS, {}))
        took_s = time.monotonic() - started_s
    finally:
        live.s3.process.send_signal(signal.SIGCONT)

    assert took_s < 30.0


def test_a_good_request_is_checked_and_every_step_runs_once(live: Live) -> None:
    before = runs(live)

    answer = infer(
        live, NARRATE, wanted=["AUDIO", "SRT"], TEXT=TEXT, SEED=1, VOICE="emma",
        STYLE='{"size": 60}', LIMITS='{"lines": 1}', SPEAKERS=["Anna"] * 4,
    )  # fmt: skip

    assert answer.as_numpy("AUDIO").size > 12_000
    assert answer.as_numpy("SRT") is not None
    after = runs(live)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "checks": 1, "f5_tts": 1, "whisperx": 1, "subtitles": 1, "narrate": 1,
    }  # fmt: skip
