"""A narration in parts equals the narration in one go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from streaming.neighbours import RATE_HZ, SCRIPT, Neighbourhood, joined, narrated, stream_call
from wordlight.contract import F5_TTS, NARRATE_STREAM, ONLY_AT_THE_END, WHISPERX
from wordlight.errors import InvalidInput
from wordlight.reading import Reading, read_script
from wordlight.speech import LEAD_S, join
from wordlight.streaming import StreamAnswer
from wordlight.subtitles import SubtitleAnswer, SubtitleCall, SubtitleEngine

NOTES_AROUND = (
    "[music] The river ran low. We crossed it before noon, and nobody spoke of it again. "
    "Then the wind rose, and the trees began to move. [applause]"
)
CHINESE = (
    "你好，世界。这是一个很长的故事，讲的是一个人和他的狗。他们住在山上，每天都去河边。"
    "后来他们走了很远的路，再也没有回来。"
)


def in_one_go(models: Neighbourhood, call: Any) -> tuple[Any, Any, SubtitleAnswer]:
    """Audio, word times and subtitles of the ensemble: all spoken, then timed, then captioned."""
    more = {} if call.language is None else {"LANGUAGE": call.language}
    plan = models.ask(F5_TTS, {"TEXT": call.text, "TASK": "plan", **more}, "one go", 0)
    pieces = [
        models.ask(F5_TTS, {"TEXT": text, "TASK": "piece", "SEED": call.seed + index}, "one go", 0)
        for index, text in enumerate(plan["chunks"])
    ]
    audio, starts = join(
        [piece["audio"] for piece in pieces], plan["chunk_pauses"].tolist(), RATE_HZ
    )
    asked = {
        "AUDIO": audio, "SAMPLE_RATE": RATE_HZ, "TRANSCRIPT": call.text, "READING": plan["reading"],
        "CHUNK_STARTS": starts, "CHUNK_WORDS": plan["chunk_words"],
    }  # fmt: skip
    timed = models.ask(WHISPERX, asked, "one go", 0)
    reading = Reading.from_json(plan["reading"])
    subtitles = SubtitleEngine().answer(
        SubtitleCall(
            [word.text for word in reading.words], timed["starts"], timed["ends"], timed["scores"],
            timed["origins"], mode=call.mode, language=reading.language,
            duration=len(audio) / RATE_HZ, speakers=call.speakers, reading=plan["reading"],
        )
    )  # fmt: skip
    return audio, timed, subtitles


def check_one_go(models: Neighbourhood, call: Any, parts: list[StreamAnswer]) -> None:
    audio, timed, subtitles = in_one_go(models, call)
    last = parts[-1].values
    assert joined(parts, "AUDIO") == audio.tolist()
    for name in ("STARTS", "ENDS", "SCORES"):
        assert joined(parts, name) == pytest.approx(timed[name.lower()].tolist(), abs=1e-9)
    assert joined(parts, "ORIGINS") == timed["origins"]
    assert joined(parts, "WORDS") == [word.text for word in read_script(call.text).words]
    assert joined(parts, "ASS_PART") == last["ASS"] == subtitles.ass
    assert joined(parts, "VTT_PART") == last["VTT"] == subtitles.vtt
    assert (last["SRT"], last["JSON"]) == (subtitles.srt, subtitles.json)


@pytest.mark.parametrize("mode", ["sentence", "word", "pop", "roll-up"])
def test_the_parts_joined_are_the_narration_in_one_go(models: Neighbourhood, mode: str) -> None:
    call = stream_call(mode=mode)

    parts = narrated(models, call)

    assert len(parts) > 4
    check_one_go(models, call, parts)


@pytest.mark.parametrize(
    "text",
    [
        "Hello.", "One word", NOTES_AROUND, CHINESE, "[music] Hello.", "Hello. [applause]",
        "(soft music)\n\nHello there, all of you who came here on this long and rainy night.",
        "Title.\n\n" + SCRIPT,
    ],
)  # fmt: skip
def test_a_script_of_any_kind_is_narrated_as_in_one_go(models: Neighbourhood, text: str) -> None:
    call = stream_call(text)

    parts = narrated(models, call)

    check_one_go(models, call, parts)


def test_the_parts_come_in_order_and_the_last_one_tells_how_many_there_were(
    models: Neighbourhood,
) -> None:
    parts = [part.values for part in narrated(models, stream_call())]

    n_chunks = len(parts) - 1
    assert [part["CHUNK"] for part in parts] == list(range(n_chunks + 1))
    assert {part["N_CHUNKS"] for part in parts} == {n_chunks}
    assert (len(parts[-1]["AUDIO"]), parts[-1]["WORDS"]) == (0, [])


def test_each_part_has_the_outputs_of_the_contract_and_the_last_one_has_all(
    models: Neighbourhood,
) -> None:
    parts = narrated(models, stream_call())

    names = {tensor.name for tensor in NARRATE_STREAM.outputs}
    assert all(part.values.keys() == names - ONLY_AT_THE_END for part in parts[:-1])
    assert parts[-1].values.keys() == names
    for part in parts:
        for name, value in part.values.items():
            tensor = NARRATE_STREAM.output(name)
            tensor.decode(tensor.encode(value))


def test_times_count_from_the_narration_s_start(models: Neighbourhood) -> None:
    parts = [part.values for part in narrated(models, stream_call())]

    begin_s = 0.0
    for part in parts[:-1]:
        stop_s = begin_s + len(part["AUDIO"]) / RATE_HZ
        assert part["START"] == pytest.approx(begin_s)
        assert begin_s <= part["STARTS"][0] < part["ENDS"][-1] <= stop_s
        begin_s = stop_s
    assert parts[0]["STARTS"][0] == pytest.approx(LEAD_S)
    assert parts[-1]["START"] == parts[-1]["DURATION"] == pytest.approx(begin_s)


def test_the_chunk_starts_are_where_speech_begins_in_each(models: Neighbourhood) -> None:
    parts = narrated(models, stream_call())

    audio, rate_hz = np.array(joined(parts, "AUDIO")), RATE_HZ
    for start_s in parts[-1].values["CHUNK_STARTS"][1:]:
        start = round(start_s * rate_hz)
        assert not audio[start - 10 : start].any()
        assert audio[start] != 0


def test_what_is_expected_is_about_what_comes(models: Neighbourhood) -> None:
    whole, single = (
        [part.values for part in narrated(models, stream_call(text))]
        for text in (SCRIPT, "A single chunk of a few words.")
    )

    assert single[0]["N_CHUNKS"] == 1
    for parts in (whole, single):
        assert parts[0]["EXPECTED"] == pytest.approx(parts[-1]["DURATION"], rel=0.4)


def test_a_seed_is_drawn_once_and_each_chunk_has_the_next_one(models: Neighbourhood) -> None:
    parts = narrated(models, stream_call(seed=None))

    (seed,) = {part.values["SEED"] for part in parts}
    pieces = models.of("piece")
    assert [piece.values["SEED"] for piece in pieces] == [seed + k for k in range(len(pieces))]


def test_the_highest_seed_is_followed_by_those_from_0_on(models: Neighbourhood) -> None:
    narrated(models, stream_call(seed=2**63 - 1))

    seeds = [piece.values["SEED"] for piece in models.of("piece")]
    assert seeds[:3] == [2**63 - 1, 0, 1]


def test_the_first_chunk_is_made_alone_and_no_more_than_three_at_a_time() -> None:
    models, most = Neighbourhood(), [0]

    def note(asked: Any) -> None:
        if asked.kind == "piece":
            most.append(models.n_asking if asked.rank else 10 * (models.n_asking - 1))

    models.before = note

    narrated(models, stream_call())

    assert max(most) <= 3


def test_what_the_caller_asks_goes_to_the_model_that_it_is_for(models: Neighbourhood) -> None:
    asked = {"voice": "anna", "speed": 1.5, "nfe_steps": 8, "sway": 0.5, "language": "en"}

    narrated(models, stream_call(**asked, check=1, width=640, lexicon="a = b"))

    wanted = {"VOICE": "anna", "SPEED": 1.5, "NFE_STEPS": 8, "SWAY": 0.5, "LANGUAGE": "en"}
    for kind in ("plan", "piece"):
        assert all(wanted.items() <= one.values.items() for one in models.of(kind))
    for kind in ("hear", "align"):
        assert {one.values["LANGUAGE"] for one in models.of(kind)} == {"en"}
    assert models.of("checks")[0].values["WIDTH"] == 640
    assert [one.kind for one in models.asked if "LEXICON" in one.values] == ["checks", "plan"]
    assert {one.job for one in models.asked} == {"job"}


def test_speakers_part_the_captions_of_a_stream_as_in_one_go(models: Neighbourhood) -> None:
    n_words = len(read_script(SCRIPT).words)
    call = stream_call(speakers=["Anna"] * 7 + ["Ben"] * (n_words - 7))

    parts = narrated(models, call)

    check_one_go(models, call, parts)
    assert "Ben" in parts[-1].values["JSON"]


def test_a_chunk_that_cannot_be_timed_comes_with_guesses_and_a_warning(
    models: Neighbourhood,
) -> None:
    whole = narrated(models, stream_call())
    models.failing["align", 1] = InvalidInput("AUDIO", "is no speech")

    parts = narrated(models, stream_call())

    assert joined(parts, "AUDIO") == joined(whole, "AUDIO")
    guessed = parts[1].values
    assert set(guessed["ORIGINS"]) <= {"interpolated", "clamped", "unspoken", "guessed"}
    assert guessed["START"] <= guessed["STARTS"][0]
    assert guessed["ENDS"][-1] < parts[2].values["START"]
    (warning,) = guessed["WARNINGS"]
    assert "could not be timed (INVALID_INPUT): its times are guesses" in warning
    assert all(part.values["WARNINGS"] == [] for part in (*parts[:1], *parts[2:]))
    reading = Reading.from_json(parts[-1].values["READING"])
    assert warning in reading.warnings
    assert warning in parts[-1].values["REPORT"]


def test_a_full_queue_is_asked_again_and_nobody_sees_it(models: Neighbourhood) -> None:
    calm = narrated(Neighbourhood(), stream_call("Hello."))
    models.busy.update(["checks", "plan", "piece", "align"])

    parts = narrated(models, stream_call("Hello."))

    assert models.kinds() == [kind for kind in ("checks", "plan", "piece", "align") for _ in "12"]
    assert [replace_arrays(part) for part in parts] == [replace_arrays(part) for part in calm]


def replace_arrays(part: StreamAnswer) -> StreamAnswer:
    """The same with lists, which can be compared."""
    values = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in part.values.items()
    }
    return replace(part, values=values)
