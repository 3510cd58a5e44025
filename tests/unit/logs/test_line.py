"""A line of the log is one line in both forms, whatever it says, and reads back as it was."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.logs import Line, LogFormat

AT_S = 1_796_092_921.1234
SAID = Line("answered", "info", "voices_0_0", {"request_id": "a1", "seconds": 0.25}, time_s=AT_S)
NASTY = st.text(st.characters(), max_size=40)


def test_text_has_time_level_source_message_and_facts() -> None:
    assert (
        SAID.written(LogFormat.TEXT)
        == "2026-12-01T02:42:01.123Z INFO voices_0_0: answered request_id=a1 seconds=0.25\n"
    )


def test_json_has_the_same_by_name() -> None:
    assert json.loads(SAID.written(LogFormat.JSON)) == {
        "time": "2026-12-01T02:42:01.123Z", "level": "info", "source": "voices_0_0",
        "message": "answered", "request_id": "a1", "seconds": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("two words", '"two words"'),
        ("", '""'),
        ("a=b", '"a=b"'),
        ('say "x"', '"say \\"x\\""'),
        ("one\nINFO forged", '"one\\nINFO forged"'),
        ("\x1b[31mred\x9b2J", '"\\u001b[31mred\\u009b2J"'),
        (["a", "b c"], 'a,"b c"'),
        (True, "true"),
        (None, "null"),
        (float("nan"), "nan"),
        ("wörd", "wörd"),
    ],
)
def test_a_fact_in_text_is_one_word_or_is_quoted(value: Any, shown: str) -> None:
    line = Line("said", facts={"fact": value}).written(LogFormat.TEXT)

    assert line.endswith(f" fact={shown}\n")


@given(NASTY, NASTY, st.sampled_from(LogFormat))
def test_nothing_that_is_said_begins_another_line_or_moves_a_cursor(
    message: str, value: str, form: LogFormat
) -> None:
    written = Line(message, facts={"request_id": value}).written(form)

    assert written.splitlines() == [written[:-1]]  # splitlines knows every kind of line end
    assert not re.search(r"[\x00-\x1f\x80-\x9f\u200e\u200f\u202a-\u202e]", written[:-1])
    written.encode()  # no surrogates


@given(
    NASTY, st.dictionaries(st.sampled_from(["model", "code", "n"]), st.integers() | st.booleans())
)
def test_json_reads_back_as_it_was(message: str, facts: dict[str, Any]) -> None:
    line = Line(message, "error", "front", facts, "a.b", "trace\nof two", time_s=AT_S)

    again = Line.read(line.written(LogFormat.JSON))

    assert again is not None
    assert again.written(LogFormat.TEXT) == line.written(LogFormat.TEXT)
    assert again.facts == facts


@pytest.mark.parametrize(
    "text",
    ["", "I1201 a line of Triton's", '{"a": 1}', '{"time": "2026', '{"time": "noon"}',
     '{"time": ' + "[" * 100_000],
)  # fmt: skip
def test_what_is_no_line_of_ours_is_none(text: str) -> None:
    assert Line.read(text) is None


def test_a_fact_never_stands_for_what_every_line_has() -> None:
    line = Line("said", facts={"level": "critical", "message": "forged", "model": "voices"})

    assert json.loads(line.written(LogFormat.JSON))["message"] == "said"
    assert "forged" not in line.written(LogFormat.TEXT)


def test_a_trace_is_indented_below_its_line_in_text_and_part_of_it_in_json() -> None:
    line = Line("incident", "error", trace="File a.py\n  raise\x1b\nValueError")

    assert line.written(LogFormat.TEXT).splitlines()[1:] == [
        "    File a.py", "      raise\\x1b", "    ValueError",
    ]  # fmt: skip
    assert json.loads(line.written(LogFormat.JSON))["trace"].splitlines()[-1] == "ValueError"


def test_what_is_long_is_cut_in_the_middle() -> None:
    line = Line("m" * 100_000, facts={"request_id": "i" * 10_000, "ids": ["x"] * 1000})

    assert len(line.written(LogFormat.JSON)) < 9_500
