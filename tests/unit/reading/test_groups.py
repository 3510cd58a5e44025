"""Words that are said together, and each word's share of what is said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.errors import EmptyText
from wordlight.reading import read_script

PIECES = st.sampled_from(
    ["$5", "million", "m", "3", "1/2", "cups", "May", "5", "2024", "km", "20", "°C", "7:30", "pm",
     "and", "£1.2bn,", "Dr.", "Lee.", "555", "0199", "—", "man—unless", "10/10", "%", "Q2", "东京"]
)  # fmt: skip


def groups(script: str) -> list[list[str]]:
    return [[word.text for word in group] for group in read_script(script).groups]


def shares(script: str) -> list[str]:
    return [" ".join(word.said) for word in read_script(script).words]


def test_a_magnitude_is_said_before_the_currency() -> None:
    assert groups("It cost $5 million, please") == [
        ["It"],
        ["cost"],
        ["$5", "million,"],
        ["please"],
    ]
    assert shares("It cost $5 million, please") == [
        "it",
        "cost",
        "five",
        "million dollars",
        "please",
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("20 °C", ["twenty", "degrees celsius"]),
        ("50 %", ["fifty", "percent"]),
        ("3 1/2 cups", ["three", "and a half", "cups"]),
        ("5 May", ["the fifth", "of may"]),
        ("7:30 pm", ["seven thirty", "P M"]),
        ("408 km", ["four hundred and eight", "kilometers"]),
        ("(555) 555-0199", ["five five five", "five five five zero one nine nine"]),
    ],
)
def test_what_is_said_together_is_shared_out_in_order(script: str, said: list[str]) -> None:
    assert shares(script) == said
    assert groups(script)[0] == script.split()[: len(groups(script)[0])]


@pytest.mark.parametrize("script", ["$5 and $6", "It is 5. May came.", "one two", "a 5, b"])
def test_words_that_are_read_alone_are_groups_of_their_own(script: str) -> None:
    assert groups(script) == [[word] for word in script.split()]


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12).map(" ".join))
def test_groups_are_numbered_in_order_without_a_gap(script: str) -> None:
    try:
        reading = read_script(script)
    except EmptyText:
        return

    numbers = [word.group for word in reading.words]
    assert all(type(number) is int for number in numbers)
    assert numbers[0] == 0
    assert {after - before for before, after in pairwise(numbers)} <= {0, 1}
    assert sum(len(group) for group in reading.groups) == len(numbers)
