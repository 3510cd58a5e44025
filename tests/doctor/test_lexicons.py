"""Lexicons that the doctor looks at."""

from __future__ import annotations

from pathlib import Path

from wordlight.doctor import State
from wordlight.doctor._lexicons import check_lexicons
from wordlight.lexicons import lexicon_file


def test_a_broken_lexicon_is_told_with_its_line_and_its_file(tmp_path: Path) -> None:
    path = lexicon_file(tmp_path, "en")
    path.parent.mkdir()
    path.write_text("Nguyen = win\nAnna\n")

    found = check_lexicons(tmp_path)

    assert (found.code, found.state) == ("LEXICON_BROKEN", State.WARNING)
    assert "the volume's lexicon for en has 'Anna' in line 2" in found.seen
    assert str(path) in found.remedy


def test_good_ones_are_counted(tmp_path: Path) -> None:
    none = check_lexicons(tmp_path)
    path = lexicon_file(tmp_path, "en")
    path.parent.mkdir()
    path.write_text("Nguyen = win\n")

    assert none.state is State.ABSENT
    assert (check_lexicons(tmp_path).state, check_lexicons(tmp_path).seen) == (State.OK, "en (1)")
