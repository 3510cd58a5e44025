"""The check refuses the requests that the engines refuse, with their messages, and no others."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.adapter import serve
from wordlight.checks import CheckCall, CheckEngine
from wordlight.contract import (
    CHECKS,
    KARAOKE_TAGS,
    LOOKS,
    MODES,
    PROFILES,
    PUBLISH,
    SUBTITLES,
    ModelSpec,
)
from wordlight.publishing import PublishCall, PublishCheck, PublishEngine, PublishSettings
from wordlight.reading import Alignable, Reading, aligner_missing, read_script
from wordlight.speech import EnglishScripts, SpeechCheck
from wordlight.subtitles import SubtitleCall, SubtitleEngine

TEXT = "Good morning to you."
N_WORDS = len(TEXT.split())
NOISE = np.random.default_rng(0).normal(0, 0.1, 2 * 24_000).astype(np.float32)
ASKED = {"TEXT": TEXT}
RECORDED = {"REFERENCE_AUDIO": NOISE, "REFERENCE_RATE": 24_000}
PUBLISHED = {"TEXT": TEXT, "DESTINATION": "s3://films/a"}


class OpenBucket:
    """An S3 that takes and lists everything."""

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        return {}

    def put_object(self, **asked: Any) -> dict[str, Any]:
        return {}


def verdict(spec: ModelSpec, call_type: Any, engine: Any, values: dict[str, Any]) -> str | None:
    """What a caller of that model is told: nothing if the request is served."""
    tensors = {name: spec.input(name).encode(value) for name, value in values.items()}
    (answer,) = serve(spec, call_type, engine, pb_utils)([pb_utils.Request(tensors)])
    error = answer.error()
    return None if error is None else error.message()


ALLOWED = PublishSettings(frozenset({"films"}))
CHECK = CheckEngine(
    SpeechCheck(EnglishScripts(), lambda: {"heart": Path("heart")}, "heart"),
    Alignable({"en": ".", "de": ".", "es": "not-fetched"}, "en"),
    PublishCheck(ALLOWED, OpenBucket),
)


def check(**values: Any) -> str | None:
    return verdict(CHECKS, CheckCall, CHECK, values)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"TEXT": ""}, "EMPTY_TEXT: TEXT holds no letter or digit to speak"),
    ({"TEXT": "🎉"}, "EMPTY_TEXT: TEXT"),
    ({"TEXT": "[pause]"}, "EMPTY_TEXT: TEXT holds only labels and notes"),
    ({"TEXT": "Привет"}, "UNSUPPORTED_TEXT: TEXT holds nothing in Latin script"),
    ({**ASKED, "VOICE": "soul"}, "UNKNOWN_VOICE: VOICE 'soul' is not known here; there are: heart"),
    ({**ASKED, "VOICE": "heart", **RECORDED}, "INVALID_INPUT: VOICE and REFERENCE_AUDIO"),
    ({**ASKED, "REFERENCE_RATE": 24_000}, "MISSING_INPUT: REFERENCE_AUDIO is missing"),
    ({**ASKED, "REFERENCE_TEXT": "So."}, "MISSING_INPUT: REFERENCE_AUDIO is missing"),
    ({**ASKED, "REFERENCE_AUDIO": NOISE}, "MISSING_INPUT: REFERENCE_RATE is missing"),
    ({**ASKED, **RECORDED, "REFERENCE_AUDIO": NOISE[:2_400]},
     "OUT_OF_RANGE: REFERENCE_AUDIO is 0.1 s; it must be from 1 to 15 s"),
    ({**ASKED, **RECORDED, "REFERENCE_AUDIO": 0 * NOISE}, "REFERENCE_UNUSABLE: REFERENCE_AUDIO"),
    ({**ASKED, **RECORDED, "REFERENCE_TEXT": "..."}, "EMPTY_TEXT: REFERENCE_TEXT"),
    ({**ASKED, "SPEED": 9.0}, "OUT_OF_RANGE: SPEED is 9; it must be from 0.3 to 3"),
    ({**ASKED, "NFE_STEPS": 0}, "OUT_OF_RANGE: NFE_STEPS is 0; it must be from 1 to 64"),
    ({**ASKED, "CFG_STRENGTH": np.nan}, "NOT_FINITE: CFG_STRENGTH"),
    ({**ASKED, "SWAY": 2.0}, "OUT_OF_RANGE: SWAY is 2; it must be from -1 to 1"),
    ({**ASKED, "SEED": -1}, "OUT_OF_RANGE: SEED is -1"),
    ({**ASKED, "LANGUAGE": "de"}, "UNSUPPORTED_TEXT: LANGUAGE is 'de'"),
    ({**ASKED, "MODE": "verse"}, "NOT_ONE_OF: MODE is 'verse'; it must be one of sentence, word"),
    ({**ASKED, "PROFILE": "hbo"}, "NOT_ONE_OF: PROFILE is 'hbo'; it must be one of netflix"),
    ({**ASKED, "PROFILE": "custom"}, "MISSING_INPUT: LIMITS is missing: PROFILE is custom"),
    ({**ASKED, "LIMITS": '{"lines": 3}'},
     "INVALID_INPUT: LIMITS gives 'lines' the value 3; it must be a whole number from 1 to 2"),
    ({**ASKED, "LIMITS": '{"line": 1}'}, "INVALID_INPUT: LIMITS has no field 'line'; there are:"),
    ({**ASKED, "KARAOKE": "kx"}, "NOT_ONE_OF: KARAOKE is 'kx'; it must be one of k, kf, ko, none"),
    ({**ASKED, "LOOK": "comic"}, "NOT_ONE_OF: LOOK is 'comic'; it must be one of classic"),
    ({**ASKED, "PRESET": "comic"}, "NOT_ONE_OF: PRESET is 'comic'; it must be one of classic"),
    ({**ASKED, "STYLE": "{"}, "INVALID_INPUT: STYLE is not JSON"),
    ({**ASKED, "STYLE": '{"colour": "#FFFFFF"}'}, "INVALID_INPUT: STYLE has no field 'colour'"),
    ({**ASKED, "STYLE": '{"size": 9999}'}, "must be a number from 4 to 1000 pixels"),
    ({**ASKED, "WIDTH": 10}, "OUT_OF_RANGE: WIDTH is 10 pixels; it must be from 64 to 8192"),
    ({**ASKED, "HEIGHT": 9_000}, "OUT_OF_RANGE: HEIGHT is 9000 pixels; it must be from 64"),
    ({**ASKED, "SPEAKERS": ["A"]}, "INVALID_INPUT: SPEAKERS has 1 elements; WORDS has 4"),
    ({**ASKED, "SPEAKERS": ["A" * 65] * 4}, "TOO_LONG: SPEAKERS is 65 characters in a name"),
    ({"SAMPLE_RATE": 10}, "OUT_OF_RANGE: SAMPLE_RATE is 10 Hz; it must be from 8000 to 192000 Hz"),
    ({"TRANSCRIPT": "..."}, "EMPTY_TEXT: TRANSCRIPT"),
    ({"TRANSCRIPT": TEXT, "LANGUAGE": "tlh"},
     "UNKNOWN_LANGUAGE: LANGUAGE 'tlh' cannot be aligned here; there are: de, en, es"),
    ({"TRANSCRIPT": TEXT, "SPEAKERS": ["A"]}, "INVALID_INPUT: SPEAKERS has 1 elements"),
    ({"TRANSCRIPT": TEXT, "READING": "{}"}, "INVALID_INPUT: READING is not the JSON of a reading"),
    ({"TRANSCRIPT": "No.", "READING": read_script(TEXT).to_json()},
     "INVALID_INPUT: READING is of another text than TRANSCRIPT"),
    ({"READING": "{}"}, "INVALID_INPUT: READING needs the TRANSCRIPT"),
    ({"LEXICON": "a = b"}, "MISSING_INPUT: TRANSCRIPT is missing: LEXICON needs the script"),
    ({**ASKED, "LEXICON": "# ours\nNguyen"}, "INVALID_INPUT: LEXICON has 'Nguyen' in line 2"),
    ({"TRANSCRIPT": TEXT, "LEXICON": "<lexicon>"}, "INVALID_INPUT: LEXICON is no well-formed PLS"),
    ({**ASKED, "DESTINATION": "films/a"}, "DESTINATION is 'films/a'; it must look like s3://"),
    ({**ASKED, "DESTINATION": "s3://films/../a"}, "INVALID_INPUT: DESTINATION has the part '..'"),
    ({**ASKED, "DESTINATION": "s3://radio/a"}, "BUCKET_NOT_ALLOWED: DESTINATION names the bucket"),
    ({**PUBLISHED, "KEY": "../b"}, "INVALID_INPUT: KEY has the part '..'"),
    ({**PUBLISHED, "DESTINATION": "s3://films/" + "a" * 1_000, "KEY": "b" * 100},
     "TOO_LONG: DESTINATION/KEY is 1,116 bytes long; at most 1,024"),
    ({**PUBLISHED, "AUDIO_FORMAT": "aac"}, "NOT_ONE_OF: AUDIO_FORMAT is 'aac'"),
    ({**PUBLISHED, "EXPIRES": 5}, "OUT_OF_RANGE: EXPIRES is 5 s; it must be from 60 to 604800 s"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "says"), BAD, ids=[f"{'-'.join(b[0])}" for b in BAD])
def test_what_cannot_be_is_refused_by_field_and_limit(values: dict[str, Any], says: str) -> None:
    assert says in str(check(**values))


def test_every_input_is_refused_somewhere_in_that_table() -> None:
    named = " ".join(says for _, says in BAD)

    assert [tensor.name for tensor in CHECKS.inputs if tensor.name not in named] == []


@pytest.mark.parametrize("tensor", [t for t in CHECKS.inputs if t.max_length], ids=lambda t: t.name)
def test_what_is_longer_than_the_contract_allows_is_refused(tensor: Any) -> None:
    one: Any = "a" if tensor.dtype.numpy.kind == "O" else 0.0
    longer = [one] * (tensor.max_length + 1) if tensor.is_list else "a" * (tensor.max_length + 1)

    said = check(**{tensor.name: longer})

    assert said is not None
    assert said.startswith(f"TOO_LONG: {tensor.name} is {tensor.max_length + 1:,}")


@pytest.mark.parametrize(
    "values",
    [
        {"TEXT": "NARRATOR: So it goes. [pause] Go to 東京 now."},
        {**ASKED, "VOICE": "heart", "SEED": 2**63 - 1, "SPEAKERS": ["Anna"] * N_WORDS},
        {**ASKED, **RECORDED, "REFERENCE_TEXT": "Some words."},
        {**PUBLISHED, "KEY": "a/b", "EXPIRES": 60, "AUDIO_FORMAT": "opus"},
        {"SAMPLE_RATE": 16_000, "SPEAKERS": ["Anna"]},
        {"SAMPLE_RATE": 16_000, "LANGUAGE": "ja"},
        {"SAMPLE_RATE": 16_000, "TRANSCRIPT": TEXT, "READING": read_script(TEXT).to_json()},
        {"SAMPLE_RATE": 16_000, "TRANSCRIPT": "Привет, как дела?"},
    ],
)
def test_what_the_steps_would_serve_is_let_pass(values: dict[str, Any]) -> None:
    assert check(**values) is None


def test_a_requests_id_that_cannot_be_a_key_is_refused_before_anything_is_made() -> None:
    tensors = {name: CHECKS.input(name).encode(value) for name, value in PUBLISHED.items()}
    requests = [pb_utils.Request(tensors, request_id=name) for name in ("job-7", "job 7")]

    good, bad = serve(CHECKS, CheckCall, CHECK, pb_utils)(requests)

    assert good["CHECKED"].tolist() == [[1]]
    error = bad.error()
    assert error is not None
    assert "KEY is missing, and the request's id cannot stand in for it" in error.message()


class AnyLanguage:
    """A voice that speaks whatever it is told to."""

    def language(self, asked: str | None) -> str | None:
        return asked

    def sayable(self, reading: Reading, field: str) -> Reading:
        return reading


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, None),
        ({"LANGUAGE": "de-AT"}, None),
        ({"LANGUAGE": "fr"}, "UNKNOWN_LANGUAGE: LANGUAGE 'fr' cannot be aligned here; there are:"),
        ({"LANGUAGE": "es"}, aligner_missing("es").wire),
        ({"LANGUAGE": "französisch"}, "INVALID_INPUT: LANGUAGE is 'französisch'\n→ give an ISO"),
    ],
)
def test_a_language_that_can_be_spoken_and_not_aligned_is_refused_before_it_is_spoken(
    asked: dict[str, Any], says: str | None
) -> None:
    speech = SpeechCheck(AnyLanguage(), CHECK.speech.voices, "heart")
    engine = CheckEngine(speech, CHECK.alignable, CHECK.publishing)

    told = verdict(CHECKS, CheckCall, engine, {"TEXT": "Il pleut.", **asked})

    assert (told is None) if says is None else str(told).startswith(says)


NAMES = st.text(string.ascii_lowercase, max_size=6)
NUMBERS = st.integers(-10, 9_000) | st.floats(-10, 1_500, allow_nan=False)


def objects(fields: Sequence[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    keys = st.sampled_from(fields) | NAMES
    return st.dictionaries(keys, values, max_size=3).map(json.dumps) | st.sampled_from(
        ["", "null", "[1]", "{"]
    )


OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "MODE": st.sampled_from(MODES) | NAMES,
    "PROFILE": st.sampled_from(PROFILES) | NAMES,
    "LIMITS": objects(["lines", "words", "shortest_ms", "longest_ms", "characters_per_s"], NUMBERS),
    "KARAOKE": st.sampled_from(KARAOKE_TAGS) | NAMES,
    "LOOK": st.sampled_from(LOOKS) | NAMES,
    "PRESET": st.sampled_from(LOOKS) | NAMES,
    "STYLE": objects(
        ["size", "bold", "primary", "alignment", "margin_l", "spacing", "box", "font", "glow"],
        NUMBERS | st.booleans() | st.sampled_from(["#FF00FF", "#GG00FF", "DejaVu Sans", ""]),
    ),
    "WIDTH": st.integers(0, 9_000),
    "HEIGHT": st.integers(0, 9_000),
    "SPEAKERS": st.lists(st.text(max_size=70), min_size=N_WORDS - 1, max_size=N_WORDS),
}
WORDS = {
    "WORDS": TEXT.split(),
    "STARTS": [0.5 * index for index in range(N_WORDS)],
    "ENDS": [0.5 * index + 0.4 for index in range(N_WORDS)],
}
ENGINE = SubtitleEngine()


@pytest.mark.parametrize("name", OPTIONS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_option_of_subtitles_passes_if_and_only_if_subtitles_takes_it(
    name: str, data: st.DataObject
) -> None:
    values = {name: data.draw(OPTIONS[name])}

    asked = verdict(SUBTITLES, SubtitleCall, ENGINE, {**WORDS, **values})

    assert check(TEXT=TEXT, **values) == asked


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries({}, optional=OPTIONS))
def test_options_together_pass_if_and_only_if_subtitles_takes_them(values: dict[str, Any]) -> None:
    asked = verdict(SUBTITLES, SubtitleCall, ENGINE, {**WORDS, **values})

    assert check(TEXT=TEXT, **values) == asked


PLACES = st.sampled_from(["s3://films", "s3://films/", "s3://films/a/b", "s3://radio/a", "films"])
KEYS = st.text("ab./=é ", max_size=8) | st.sampled_from(["a" * 200, "a/b", "a//b", "..", "."])


@settings(max_examples=150, deadline=None)
@given(place=PLACES | KEYS.map("s3://films/{}".format), key=st.none() | KEYS)
def test_a_place_passes_if_and_only_if_publish_puts_files_there(
    place: str, key: str | None
) -> None:
    made = {"AUDIO": [0.1] * 240, "SAMPLE_RATE": 24_000}
    made |= {tensor.name: "{}" for tensor in SUBTITLES.outputs}
    values = {"DESTINATION": place, **({} if key is None else {"KEY": key})}
    engine = PublishEngine(ALLOWED, OpenBucket)

    asked = verdict(PUBLISH, PublishCall, engine, {**made, **values})

    assert check(TEXT=TEXT, **values) == asked
