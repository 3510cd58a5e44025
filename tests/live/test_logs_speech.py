"""The log of speech: ids through ensembles, streams and batches, and no word of a caller."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest
from canaries import CANARY, SPOKEN, VARIANTS, as_json, calls, send_over_grpc
from front_process import front_door
from live_server import Live
from traces import until

from wordlight.contract import (
    CHECKS,
    F5_TTS,
    MODELS,
    NARRATE,
    NARRATE_STREAM,
    PUBLISH,
    SUBTITLES,
    VOICES,
    WHISPERX,
    Spec,
)
from wordlight.logs import Line, LogFormat

SPEAKING = (F5_TTS.name, WHISPERX.name, NARRATE.name, NARRATE_STREAM.name)
WITHIN_S = 30.0


def about(live: Live, request_id: str, model: str) -> Line:
    """The line with which a model says that it has answered this request."""

    def found() -> list[Line]:
        return [
            line for line in live.lines
            if line.facts.get("request_id") == request_id and line.facts.get("model") == model
        ]  # fmt: skip

    until(found, WITHIN_S)
    (line,) = found()
    return line


def test_the_id_of_a_narration_is_in_the_lines_of_all_its_steps(live: Live) -> None:
    send_over_grpc(live.grpc, NARRATE, {"TEXT": SPOKEN}, "walk-7")

    for model in (CHECKS, F5_TTS, WHISPERX, SUBTITLES):
        line = about(live, "walk-7", model.name)
        assert (line.message, line.level, line.source) == ("answered", "info", f"{model.name}_0_0")


def test_the_calls_of_a_stream_have_ids_that_begin_with_its_own(live: Live) -> None:
    send_over_grpc(live.grpc, NARRATE_STREAM, {"TEXT": f"{SPOKEN} {SPOKEN}"}, "stream-7")

    stream = about(live, "stream-7", NARRATE_STREAM.name)
    calls_of_it = [
        line for line in live.lines if str(line.facts.get("request_id")).startswith("stream-7.")
    ]
    assert (stream.message, stream.facts["status"]) == ("answered", "OK")
    assert {line.facts["model"] for line in calls_of_it} >= {F5_TTS.name, WHISPERX.name}
    assert len({line.facts["request_id"] for line in calls_of_it}) == 1


def test_requests_that_are_worked_on_together_keep_their_own_ids(live: Live) -> None:
    threads = [
        Thread(target=send_over_grpc, args=[live.grpc, F5_TTS, {"TEXT": SPOKEN}, f"together-{n}"])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for n in range(4):
        assert about(live, f"together-{n}", F5_TTS.name).facts["status"] == "OK"


@pytest.mark.parametrize(
    ("models", "variants", "n_least"),
    [
        pytest.param((CHECKS, F5_TTS, WHISPERX, PUBLISH), VARIANTS[2:3], 40, id="some"),
        pytest.param(MODELS, VARIANTS, 500, id="all", marks=pytest.mark.slow),
    ],
)
def test_no_word_of_a_caller_is_in_the_log_of_any_model(
    live: Live, tmp_path: Path, models: Sequence[Spec], variants: Sequence[str], n_least: int
) -> None:
    n_sent = 0
    with front_door(live, tmp_path) as door:
        for spec, values in calls(models, variants):
            n_sent += 1
            send_over_grpc(live.grpc, spec, values, f"id-{n_sent}\nsecond line")
            if spec.name in SPEAKING and values.get("TEXT") == SPOKEN and n_sent % 5:
                continue  # one that may well be spoken, for which every fifth will do
            what, body = "infer", as_json(spec, values, f"web-{n_sent}")
            if spec is NARRATE_STREAM:
                what = "generate_stream"
                texts = {name: value for name, value in values.items() if isinstance(value, str)}
                body = json.dumps(texts).encode()
            door.http.post(f"{door.url}/v2/models/{spec.name}/{what}", content=body)
        front = door.log.read_text()
    send_over_grpc(live.grpc, VOICES, {"LANGUAGE": "en"}, "the last")
    about(live, "the last", VOICES.name)

    print(f"{n_sent} requests over gRPC, each with {CANARY!r} in another place or form")
    whole = "".join(line.written(LogFormat.JSON) for line in list(live.lines))
    assert n_sent >= n_least
    assert CANARY not in whole.casefold()
    assert CANARY not in front.casefold()
