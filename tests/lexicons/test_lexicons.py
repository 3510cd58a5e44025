"""The volume's lexicons: found at once, written whole, passed over where they are broken."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from wordlight.errors import InvalidInput, VolumeFull, VolumeReadOnly
from wordlight.lexicons import LexiconShelf, edit, lexicon_file, lexicon_languages, read_lexicon
from wordlight.reading import read_script
from wordlight.reading.lexicon import EMPTY, Entry, with_entries


def write(volume: Path, content: str | bytes, language: str = "en") -> Path:
    path = lexicon_file(volume, language)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said(shelf: LexiconShelf, language: str = "en") -> list[str]:
    return [entry.said for entry in shelf.of(language).entries]


def test_each_language_has_a_lexicon_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "Nguyen = win")
    write(tmp_path, "Nguyen = nuin", "de")

    shelf = LexiconShelf(tmp_path)

    assert (said(shelf), said(shelf, "de"), said(shelf, "fr")) == (["win"], ["nuin"], [])
    assert lexicon_languages(tmp_path) == ["de", "en"]


@pytest.mark.parametrize("language", ["", "../en", "en-US", "EN", "english"])
def test_what_is_no_language_has_none(language: str, tmp_path: Path) -> None:
    write(tmp_path, "Nguyen = win")

    assert LexiconShelf(tmp_path).of(language) is EMPTY


def test_a_change_is_found_at_once(tmp_path: Path) -> None:
    shelf = LexiconShelf(tmp_path)
    before = said(shelf)
    write(tmp_path, "Nguyen = win")
    first = said(shelf)
    write(tmp_path, "Nguyen = wen")  # in its place, of the same size, within a clock's tick
    second = said(shelf)
    lexicon_file(tmp_path, "en").unlink()

    assert (before, first, second, said(shelf)) == ([], ["win"], ["wen"], [])


def test_a_file_that_stays_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, "Nguyen = win")
    shelf = LexiconShelf(tmp_path, clock=lambda: path.stat().st_ctime + 60.0)

    assert shelf.of("en") is shelf.of("en")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Nguyen = win\nAnna", "the volume's lexicon for en has 'Anna' in line 2"),
        (b"Nguyen = win\n\xff = a", "the volume's lexicon for en is no UTF-8 in line 2"),
        (b"#" * 8_000_001, "the volume's lexicon for en is 8,000,001 bytes long"),
    ],
)
def test_a_broken_one_is_passed_over_and_told(
    content: str | bytes, says: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, content)
    shelf = LexiconShelf(tmp_path)

    with caplog.at_level(logging.WARNING):
        readings = [read_script("Ask Nguyen.", shelf=shelf.of) for _ in range(3)]

    (warning,) = readings[2].warnings
    assert warning.startswith(says)
    assert warning.endswith("; it is passed over")
    assert str(tmp_path) not in warning
    assert readings[2].words[1].said == ("nguyen",)
    assert len(caplog.records) == 1


def test_a_folder_in_its_place_is_told_without_its_path(tmp_path: Path) -> None:
    lexicon_file(tmp_path, "en").mkdir(parents=True)

    (warning,) = LexiconShelf(tmp_path).of("en").warnings

    assert warning == "the volume's lexicon for en: Is a directory; it is passed over"


def test_changes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    def add(number: int) -> None:
        entry = Entry(f"word{number}", "said")
        edit(tmp_path, "en", partial(with_entries, entries=[entry]), "test")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(6)))

    assert len(read_lexicon(tmp_path, "en")) == 6


def test_a_change_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path, "Anna")

    with pytest.raises(InvalidInput, match="'Anna' in line 1"):
        edit(tmp_path, "en", partial(with_entries, entries=[Entry("a", "b")]), "test")

    assert path.read_text() == "Anna"
    assert [file.name for file in path.parent.iterdir()] == ["en.txt"]


def test_a_change_on_a_full_volume_is_told_and_leaves_all_as_it_was(full_volume: Path) -> None:
    with pytest.raises(VolumeFull, match="No space left on device, 0 bytes free"):
        edit(full_volume, "en", lambda _: "word = said\n", "test")

    assert list(full_volume.rglob("*.txt")) == []


def test_a_change_on_a_read_only_volume_is_told_with_its_path(closed_volume: Path) -> None:
    with pytest.raises(VolumeReadOnly, match=rf"{closed_volume} cannot be written"):
        edit(closed_volume, "en", lambda _: "word = said\n", "test")


def test_a_doctor_and_a_supervisor_need_no_reading() -> None:
    code = (
        "import sys, wordlight.doctor, wordlight.serving; print('wordlight.reading' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"
