"""``wordlight lexicon`` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from wordlight_client.commands import main as command

Run = Callable[..., Result]

PLS = """<?xml version="1.0"?><lexicon alphabet="ipa" xml:lang="de-DE">
<lexeme><grapheme>Chemie</grapheme><phoneme>çeˈmiː</phoneme></lexeme>
<lexeme><grapheme>GmbH</grapheme><alias>G M B H</alias></lexeme></lexicon>"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``wordlight lexicon …`` with a volume of its own."""
    entry = EntryPoint("lexicon", "wordlight.commands.lexicon:lexicon", "test")
    monkeypatch.setattr(command, "_entry_points", lambda: {"lexicon": entry})
    monkeypatch.setenv("WORDLIGHT_VOLUME", str(tmp_path / "volume"))

    def invoke(*arguments: object, given: str | None = None) -> Result:
        typed = ["lexicon", *map(str, arguments)]
        result = CliRunner().invoke(command.main, typed, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


@pytest.fixture
def english(tmp_path: Path) -> Path:
    return tmp_path / "volume/lexicons/en.txt"


def test_words_are_added_changed_and_removed(run: Run, english: Path) -> None:
    run("add", "Nguyen", "new yen")
    run("add", "New York", "noo yawk")
    changed = run("add", "Nguyen", "win")
    phonemes = run("add", "tomato", "/təmˈɑːtoʊ/")
    removed = run("remove", "New York")

    assert [one.exit_code for one in (changed, phonemes, removed)] == [0, 0, 0]
    assert changed.stdout.splitlines() == ["Nguyen = win", str(english)]
    assert removed.stdout == "New York is removed\n"
    assert english.read_text("utf-8") == "Nguyen = win\ntomato = /təmˈɑːtoʊ/\n"


def test_an_empty_respelling_is_not_put_down_to_the_word(run: Run, english: Path) -> None:
    refused = [run("add", "Nguyen", said) for said in ("", "!!", "/", "/123/", "/win")]

    assert {one.exit_code for one in refused} == {2}
    assert {one.stderr.split()[1] for one in refused} == {"RESPELLING", "/IPA/"}
    assert not english.exists()


def test_phonemes_that_no_english_voice_says_are_warned_of(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "names.txt").write_text("a = /ʘʘ/\nb = /win/\nc = /ǃa/\n", "utf-8")

    added = run("add", "x", "/ʘʘʘ/")
    imported = run("import", tmp_path / "names.txt")
    good = run("add", "tomato", "/təmˈɑːtoʊ/")
    german = run("add", "x", "/ʘʘʘ/", "--language", "de")

    assert added.exit_code == 0
    assert "'x' the phonemes /ʘʘʘ/, of which English has no 'ʘ'; an English voice" in added.stderr
    assert [line.split("gives ")[1][:3] for line in imported.stderr.splitlines()] == ["'a'", "'c'"]
    assert (good.stderr, german.stderr) == ("", "")


def test_what_people_wrote_beside_the_entries_stays(run: Run, english: Path) -> None:
    english.parent.mkdir(parents=True)
    english.write_text("# names\n\nNguyen = new yen  # ask her\n")

    run("add", "Nguyen", "win")

    assert english.read_text() == "# names\n\nNguyen = win  # ask her\n"


def test_pls_is_imported_for_its_language(run: Run, english: Path, tmp_path: Path) -> None:
    (tmp_path / "words.pls").write_text(PLS, "utf-8")

    result = run("import", tmp_path / "words.pls")

    german = english.with_name("de.txt")
    assert result.stdout.splitlines() == ["de: 2 entries imported", str(german)]
    assert german.read_text("utf-8") == "Chemie = /çeˈmiː/\nGmbH = G M B H\n"


def test_what_list_shows_can_be_imported(run: Run, english: Path) -> None:
    run("import", "-", given="Nguyen = win\nNew York = noo yawk")
    before = english.read_text()
    shown = run("list").stdout
    english.unlink()

    run("import", "-", given=shown)

    assert shown.startswith("# en: 2 entries\nNguyen = win\n")
    assert english.read_text() == before


def test_programs_get_json(run: Run) -> None:
    run("add", "Nguyen", "win")
    run("add", "Chemie", "/çeˈmiː/", "--language", "de")

    assert json.loads(run("list", "--json").stdout) == [
        {"language": "de", "word": "Chemie", "phonemes": "çeˈmiː"},
        {"language": "en", "word": "Nguyen", "respelling": "win"},
    ]
    assert json.loads(run("list", "--json", "--language", "fr").stdout) == []


def test_where_there_is_none_that_is_told(run: Run) -> None:
    assert "no lexicon is on the volume" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (("add", "Nguyen", "/win"), None, "/IPA/ has phonemes that do not end with /"),
        (("add", "a=b", "win"), None, "WORD has 'a=b'; no word has ="),
        (("add", "Nguyen", "win", "--language", "english"), None, "--language is 'english'"),
        (("remove", "Nguyen"), None, "WORD 'Nguyen' is not in the volume's lexicon for en"),
        (("import", "-"), "Nguyen", "FILE has 'Nguyen' in line 1"),
        (("import", "-"), "# nothing", "FILE has no entries"),
        (("import", "-"), "<lexicon>", "FILE is no well-formed PLS"),
        (("list", "--language", "?"), None, "--language is '?'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    arguments: tuple[str, ...], given: str | None, says: str, run: Run, english: Path
) -> None:
    result = run(*arguments, given=given)

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert not english.exists()
