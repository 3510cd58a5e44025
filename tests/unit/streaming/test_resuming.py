"""RESUME goes on where a stream broke off, or is refused by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from streaming.neighbours import RATE_HZ, Neighbourhood, joined, narrated, stream_call
from wordlight.errors import InvalidInput
from wordlight.streaming import StreamAnswer

N_CHUNKS = 5


def done_of(parts: Sequence[StreamAnswer], seed: int = 7) -> dict[str, Any]:
    """RESUME as a client builds it from the parts that it has."""
    values = [part.values for part in parts]
    firsts = np.cumsum([0, *(len(part["WORDS"]) for part in values)]).tolist()
    return {
        "version": 1,
        "seed": seed,
        "samples": [len(part["AUDIO"]) for part in values],
        "starts": [float(start) for part in values for start in part["STARTS"]],
        "ends": [float(end) for part in values for end in part["ENDS"]],
        "scores": [float(score) for part in values for score in part["SCORES"]],
        "origins": [origin for part in values for origin in part["ORIGINS"]],
        "other": [
            list(map(float, span))
            for part in values
            for span in zip(part["OTHER_STARTS"], part["OTHER_ENDS"], strict=True)
        ],
        "doubtful": [
            first + word
            for first, part in zip(firsts, values, strict=False)
            for word in part["DOUBTFUL"]
        ],
        "warnings": [warning for part in values for warning in part["WARNINGS"]],
        "n_spelt": sum(part["N_SPELT"] for part in values),
    }


@pytest.fixture(scope="module")
def whole() -> list[StreamAnswer]:
    parts = narrated(Neighbourhood(), stream_call())
    assert len(parts) == N_CHUNKS + 1
    return parts


def plain(part: StreamAnswer) -> dict[str, Any]:
    """Everything of a part that can be compared, except its captions."""
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in part.values.items()
        if name not in ("ASS_PART", "VTT_PART")
    }


@pytest.mark.parametrize("n_done", range(N_CHUNKS + 1))
def test_a_stream_goes_on_from_any_chunk_as_if_it_had_not_stopped(
    whole: list[StreamAnswer], n_done: int
) -> None:
    models = Neighbourhood()

    parts = narrated(models, stream_call(resume=json.dumps(done_of(whole[:n_done]))))

    assert list(map(plain, parts)) == list(map(plain, whole[n_done:]))
    assert [asked.rank for asked in models.of("piece")] == list(range(n_done, N_CHUNKS))


@pytest.mark.parametrize("n_done", range(N_CHUNKS + 1))
def test_the_captions_of_a_resumed_stream_are_given_out_from_the_beginning(
    whole: list[StreamAnswer], n_done: int
) -> None:
    parts = narrated(Neighbourhood(), stream_call(resume=json.dumps(done_of(whole[:n_done]))))

    assert joined(parts, "ASS_PART") == whole[-1].values["ASS"]
    assert joined(parts, "VTT_PART") == whole[-1].values["VTT"]


@pytest.mark.parametrize("n_done", [1, 3, N_CHUNKS])
def test_a_checked_stream_with_guesses_ends_after_a_stop_as_without_it(n_done: int) -> None:
    def models() -> Neighbourhood:
        lost = {(take, 0): 2 for take in range(3)} | {(0, 2): 1} | {(take, 4): 1 for take in (0, 1)}
        found = Neighbourhood(deaf=lost)
        found.failing["align", 1] = InvalidInput("AUDIO", "is no speech")
        return found

    whole = narrated(models(), stream_call(check=1))
    parts = narrated(models(), stream_call(check=1, resume=json.dumps(done_of(whole[:n_done]))))

    assert list(map(plain, parts)) == list(map(plain, whole[n_done:]))
    assert json.loads(parts[-1].values["REPORT"])["doubtful"]


def test_a_stream_that_is_resumed_keeps_the_seed_that_was_drawn() -> None:
    whole = narrated(Neighbourhood(), stream_call(seed=None))
    seed = whole[0].values["SEED"]
    models = Neighbourhood()

    parts = narrated(models, stream_call(seed=None, resume=json.dumps(done_of(whole[:2], seed))))

    assert {part.values["SEED"] for part in parts} == {seed}
    assert models.of("piece")[0].values["SEED"] == seed + 2


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_a_blank_resume_is_none(whole: list[StreamAnswer], blank: str) -> None:
    parts = narrated(Neighbourhood(), stream_call(resume=blank))

    assert list(map(plain, parts)) == list(map(plain, whole))


BAD_TEXTS = {
    "no JSON": "{",
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "a text": '"so"',
    "an empty object": "{}",
    "very deep": "[" * 200_000,
    "a number of many digits": '{"version": ' + "1" * 10_000 + "}",
}
ODD_VALUES: dict[str, list[Any]] = {
    "version": [0, 2, "1", None, True, 1.0, "x" * 100_000],
    "seed": [-1, 2**63, 1.5, "7", None, True],
    "samples": [None, 3, "abc", {}, [0, 9], [-5, 9], [1.0, 9], [2**70, 9], [True, 9], [9], [9] * 9],
    "starts": [None, [], ["a"], [float("nan")], [-1.0], 3, {"a": 1}, [10**400], [[0.1]]],
    "ends": [None, [], [0.0], [float("inf")]],
    "scores": [None, [], [2.0], [-0.5]],
    "origins": [None, [], ["heard"], [1], [[]], 7],
    "other": [None, 1, [1], [[1]], [[2.0, 1.0]], [[1.0, 2.0, 3.0]], [["a", "b"]], [[0.0, 1e300]]],
    "doubtful": [None, [-1], [1000], ["a"], [0.0], [True], [0, 0], [1, 0]],
    "warnings": [None, [1], 5, [None], ["half a surrogate pair: \ud83d"]],
    "n_spelt": [None, -1, 1000, 1.5, "1"],
}


def refusal(resume: str, **more: Any) -> str:
    """The sentence with which a stream is refused, before anything is spoken."""
    models = Neighbourhood()
    with pytest.raises(InvalidInput) as refused:
        narrated(models, stream_call(resume=resume, **more))
    assert refused.value.field == "RESUME"
    assert "piece" not in models.kinds()
    return str(refused.value)


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_what_is_no_record_of_a_stream_is_refused(text: str) -> None:
    assert refusal(text).startswith("RESUME")


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in ODD_VALUES.items() for value in values]
)
def test_a_record_with_an_odd_value_is_refused_in_a_short_sentence(
    whole: list[StreamAnswer], key: str, value: Any
) -> None:
    done = done_of(whole[:2])
    if isinstance(value, list) and len(value) == 1 and key in ("starts", "ends", "scores"):
        value = [*value, *done[key][1:]]  # of the right length
    if isinstance(value, list) and len(value) == 1 and key == "origins":
        value = [*value, *done[key][1:]]

    assert len(refusal(json.dumps({**done, key: value}))) < 200


@pytest.mark.parametrize("key", ODD_VALUES)
def test_a_record_without_a_key_is_refused(whole: list[StreamAnswer], key: str) -> None:
    done = done_of(whole[:2])
    del done[key]

    assert "docs/streaming.md" in refusal(json.dumps(done))


def test_a_record_of_another_script_is_refused(whole: list[StreamAnswer]) -> None:
    resume = json.dumps(done_of(whole[:1]))

    assert "words" in refusal(resume, text="Something else is said here.")


def test_a_record_of_more_chunks_than_there_are_is_refused(whole: list[StreamAnswer]) -> None:
    resume = json.dumps(done_of(whole[:-1]))

    assert refusal(resume, text="Hello.") == "RESUME has 5 chunks; this narration has 1"


def test_a_record_of_another_seed_than_the_one_asked_for_is_refused(
    whole: list[StreamAnswer],
) -> None:
    resume = json.dumps(done_of(whole[:1], seed=8))

    assert refusal(resume) == "RESUME has the seed 8, and SEED is 7"


def test_words_after_the_last_sample_are_refused(whole: list[StreamAnswer]) -> None:
    done = done_of(whole[:2])
    done["samples"][1] //= 2

    refusal(json.dumps(done))


def test_more_samples_than_any_narration_has_are_refused(whole: list[StreamAnswer]) -> None:
    done = done_of(whole[:2])
    done["samples"] = [3_600 * 2 * RATE_HZ] * 2

    refusal(json.dumps(done))


def test_words_that_overlap_are_refused(whole: list[StreamAnswer]) -> None:
    done = done_of(whole[:2])
    done["ends"][0] = done["starts"][1] + 0.1

    refusal(json.dumps(done))


def test_a_doubtful_word_is_refused_where_nothing_is_done(whole: list[StreamAnswer]) -> None:
    refusal(json.dumps({**done_of([]), "doubtful": [0]}))
