"""An exception is told with its code's lines and its reason, but without what a caller wrote."""

from __future__ import annotations

import pytest

from wordlight.errors import UnknownVoice
from wordlight.logs import without
from wordlight.logs._faults import trace_of

CANARY = "zebrafinch"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001 - any may be told of
        return caught


@pytest.mark.parametrize(
    "error",
    [
        KeyError(CANARY),
        ValueError(f"could not convert string to float: '{CANARY}'"),
        ValueError(f"{CANARY} is odd"),
        ValueError(f"{CANARY.upper()}-like"),
        RuntimeError(f'nested `{CANARY} and "{CANARY}"`'),
        UnknownVoice("VOICE", CANARY, ["sky"]),
    ],
    ids=lambda error: f"{type(error).__name__} {len(str(error))}",
)
def test_no_word_of_a_caller_is_in_a_trace(error: Exception) -> None:
    trace = trace_of(raised(TypeError("outer"), raised(error)), [["the", CANARY], "of it"])

    assert CANARY not in trace.casefold()
    assert type(error).__name__ in trace
    assert "TypeError: outer" in trace
    assert "test_faults.py" in trace


def test_while_nobody_has_written_anything_all_is_told() -> None:
    error = raised(FileNotFoundError(2, "No such file", "/weights/f5"))

    assert "'/weights/f5'" in trace_of(error, None)
    assert "/weights" not in trace_of(error, [])


def test_an_error_of_ours_is_told_by_its_code() -> None:
    assert trace_of(raised(UnknownVoice("VOICE", CANARY, [])), []).endswith(": UNKNOWN_VOICE")


def test_first_causes_come_first_and_a_circle_ends() -> None:
    inner, outer = ValueError("inner"), ValueError("outer")
    outer.__cause__, inner.__cause__ = inner, outer

    assert trace_of(outer, None).index("inner") < trace_of(outer, None).index("outer")


def test_numbers_and_shapes_stay_readable() -> None:
    said = "The size of tensor a (31) must match the size of tensor b (32) at dimension 2"

    assert without(["a lantern"], said).replace("…", "a") == said
