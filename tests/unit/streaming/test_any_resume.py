"""Whatever RESUME holds, it is taken or refused by name."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from any_input import DOCUMENTS, documents, every_member
from hypothesis import given, settings

from wordlight.contract import MOST_WARNINGS_OF_CHUNK
from wordlight.errors import InvalidInput
from wordlight.streaming._progress import Done

VALID = DOCUMENTS["RESUME"]
EDGES, RATE_HZ = [0, 1, 3, 5], 24_000
MOST_S = 1.0


def read(text: str) -> Done:
    return Done.read(text, EDGES, RATE_HZ)


def refusal(text: str) -> str:
    """What the error says; nothing if the text is taken."""
    try:
        read(text)
    except InvalidInput as error:
        return str(error)
    return ""


def check(text: str) -> None:
    began_s = time.thread_time()
    said = refusal(text)
    assert said.startswith("RESUME") or not said
    assert len(said) < 200
    assert time.thread_time() - began_s < MOST_S


def test_the_document_that_the_others_are_made_from_is_taken() -> None:
    assert read(json.dumps(VALID)).samples == VALID["samples"]


def test_any_value_of_any_member_is_taken_or_refused() -> None:
    for text in every_member(VALID):
        check(text)


@settings(max_examples=300, deadline=None)
@given(documents("RESUME"))
def test_any_document_is_taken_or_refused(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"warnings": ["so"] * (MOST_WARNINGS_OF_CHUNK + 1)}, "RESUME: warnings is 21 elements"),
        ({"warnings": ["s" * 1_001]}, "RESUME: a warning is 1,001 characters long"),
        ({"warnings": {"so": 1}}, "RESUME is not what docs/streaming.md says"),
        ({"sampels": [1]}, "RESUME has a member 'sampels'"),
        ({"samples": [48_000, 48_000]}, "RESUME has 1 words in 2 chunks"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(json.dumps({**VALID, **changed}))

    assert says in str(refused.value)


@pytest.mark.parametrize(
    "member", ["[" * 8_000_000, "0," * 5_000_000, '"' + "\\\\" * 7_000_000, '{"":' * 4_000_000]
)
def test_sixteen_million_characters_are_refused_soon(member: str) -> None:
    check(f'{{"version":1,"samples":{member}')
