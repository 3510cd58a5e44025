"""STYLE and LIMITS refuse JSON that no field can use, whatever it holds."""

from __future__ import annotations

import time

import pytest

from wordlight.contract import read_limits, read_style
from wordlight.errors import InvalidInput

READERS = {"STYLE": read_style, "LIMITS": read_limits}
DIGITS = 3_000
"""Of a number that Python reads, and that no float holds."""


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("levels", [17, 400, 4_900])
def test_deep_nesting_is_refused_as_the_callers_error(name: str, levels: int) -> None:
    nested = '{"speakers":' * levels + "1" + "}" * levels

    with pytest.raises(InvalidInput, match=name):
        READERS[name](nested)


@pytest.mark.parametrize("name", READERS)
def test_what_nests_one_level_too_deep_is_told_so(name: str) -> None:
    with pytest.raises(InvalidInput, match="more than 16 levels"):
        READERS[name]('{"keywords":' + "[" * 16 + "1" + "]" * 16 + "}")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "text",
    [
        r'{"\ud800": 1}',
        r'{"font": "a\udfff"}',
        r'{"keywords": ["\ud83d"]}',
        r'{"speakers": {"\ud800": {"size": 10}}}',
        r'{"speakers": {"Ann": {"keywords": ["\ude00\ud83d"]}}}',
    ],
)
def test_half_a_surrogate_pair_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput, match="surrogate") as refused:
        READERS[name](text)

    str(refused.value).encode()  # the answer to the caller can be written


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert read_style(r'{"keywords": ["\ud83d\ude00"]}') == {"keywords": ("\U0001f600",)}


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "NaN", "Infinity", "9" * DIGITS, "-" + "9" * DIGITS, "9" * 9_000]
)
def test_a_number_that_nothing_holds_is_refused_in_a_short_sentence(number: str) -> None:
    for read, key in ((read_style, "size"), (read_style, "alignment"), (read_limits, "lines")):
        with pytest.raises(InvalidInput) as refused:
            read(f'{{"{key}": {number}}}')

        assert len(str(refused.value)) < 300


def test_a_field_with_a_long_name_is_refused_at_once() -> None:
    started_s = time.process_time()

    with pytest.raises(InvalidInput, match="has no field"):
        read_style('{"' + "size" * 2_400 + '": 1}')

    assert time.process_time() - started_s < 2.0
