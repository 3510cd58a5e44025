"""The rule that readings are judged by, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading_score import Case, is_right, read_cases


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Two hundred, and five!", "two hundred five"),
        ("seven oh five P M", "seven zero five pm"),
        ("ten kilometers", "ten kilometres"),
        ("state-of-the-art", "state of the art"),
        ("don’t", "don't"),
        ("saint paul's", "saint pauls"),
        ("thutmose two", "thutmose {the second|two}"),
        ("twelve fifty", "twelve {dollars|} fifty {cents|}"),
    ],
)
def test_what_sounds_the_same_is_right(said: str, wanted: str) -> None:
    assert is_right(said, wanted)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("twelve fifteen", "twelve fifty"),
        ("thutmose the third", "thutmose {the second|two}"),
        ("it is ten meters more", "it is ten meters"),
        ("", "no"),
    ],
)
def test_what_sounds_otherwise_is_wrong(said: str, wanted: str) -> None:
    assert not is_right(said, wanted)


def test_a_table_has_a_case_a_line_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "cases.tsv"
    path.write_text("# written\tsaid\n\n$5\tfive dollars\n", encoding="utf-8")

    assert read_cases(path) == [Case("$5", "five dollars")]
