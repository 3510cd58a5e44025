"""Codes are stable, unique, and enough to build an error again on the other side."""

from __future__ import annotations

import pickle
import re

import pytest

from wordlight import errors
from wordlight.errors import (
    BY_CODE,
    ModelsFailed,
    NoStateFolder,
    OutOfRange,
    PortTaken,
    TooLong,
    UnknownVoice,
    WordlightError,
)

STATUSES = {"INVALID_ARG", "NOT_FOUND", "UNAVAILABLE", "INTERNAL"}


def every(kind: type[WordlightError]) -> list[type[WordlightError]]:
    return [kind] + [leaf for child in kind.__subclasses__() for leaf in every(child)]


OURS = [kind for kind in every(WordlightError) if kind.__module__.startswith(errors.__name__)]


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in OURS]

    assert len(set(codes)) == len(codes)
    assert all(BY_CODE[kind.code] is kind for kind in OURS)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_of_its_own_a_triton_status_and_a_place_in_the_tree(
    kind: type[WordlightError],
) -> None:
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", kind.code)
    assert kind.status in STATUSES
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")
    assert kind.__doc__


def test_an_error_travels_as_code_and_sentence_and_comes_back_as_itself() -> None:
    sent = OutOfRange("SPEED", -1.0, 0.3, 3.0)

    code, _, sentence = sent.wire.partition(": ")
    revived = BY_CODE[code].revive(sentence)

    assert type(revived) is OutOfRange
    assert str(revived) == str(sent) == "SPEED is -1; it must be from 0.3 to 3"


def test_a_long_name_is_cut_in_what_the_client_sees() -> None:
    assert len(str(UnknownVoice("x" * 10_000, ("heart",)))) < 120


@pytest.mark.parametrize(
    "error",
    [
        PortTaken(8000, "HTTP"), NoStateFolder({"/tmp": "noexec"}),
        ModelsFailed({"f5_tts": "it was killed"}), TooLong("TEXT", 9, 5, "characters"),
    ],
)  # fmt: skip
def test_an_error_survives_pickling_with_its_facts(error: WordlightError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
