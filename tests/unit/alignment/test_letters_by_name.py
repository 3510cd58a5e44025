"""Initialisms in narrated speech are timed by the names of their letters."""

from __future__ import annotations

import pytest

from alignment.reader import Reader
from alignment.recordings import read


@pytest.mark.parametrize(
    ("name", "script", "initialism"),
    [
        ("www", "Go to www.example.com for more.", "www.example.com"),
        ("bmw", "She drives a BMW to work.", "BMW"),
    ],
)
def test_an_initialism_is_found_and_nothing_beside_it_is_missed(
    reader: Reader, name: str, script: str, initialism: str
) -> None:
    samples, rate_hz = read(name)

    found = reader.time(samples, script, rate_hz)

    assert found.warnings == ""
    assert all(found.is_spoken)
    assert found.scores[found.words.index(initialism)] > 0.9
    assert found.scores.min() > 0.5
