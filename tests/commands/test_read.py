"""``wordlight read`` shows what will be said, to people and to programs, without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wordlight.commands.read import read


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(read, list(arguments), input=stdin)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("It costs $5 million.\n- Dr. Lee\n\n🎉 so", encoding="utf-8")
    return path


def test_what_is_said_otherwise_than_written_stands_in_brackets(script: Path) -> None:
    result = run(str(script))

    assert result.exit_code == 0
    assert result.stdout == (
        "It costs $5 million. [five million dollars]\n- Dr. [doctor] Lee\n\n🎉 so\n"
    )
    assert result.stderr == "warning: 🎉 cannot be said and is passed over\n"


def test_a_new_speaker_stands_before_the_line_and_a_note_is_said_as_nothing() -> None:
    result = run("-", stdin="Act 1\n\nANNA: Go.\n(long silence)\nI said go.\nBOB: No. [laughs]")

    assert result.stdout == (
        "Act 1 [one]\n\nANNA: Go.\n(long silence) [nothing]\nI said go.\n"
        "BOB: No. [laughs] [nothing]\n"
    )


def test_programs_get_speakers_and_notes_too() -> None:
    result = run("-", "--json", stdin="ANNA: Go. [laughs]")

    assert json.loads(result.stdout)["words"] == [
        {"text": "Go.", "said": ["go"], "group": 0, "speaker": "ANNA"},
        {"text": "[laughs]", "said": [], "group": 1, "speaker": "ANNA"},
    ]


def test_a_script_of_notes_alone_is_refused_with_its_reason() -> None:
    result = run("-", stdin="[pause]\n(applause)")

    assert result.exit_code == 2
    assert result.stderr == (
        "EMPTY_TEXT SCRIPT holds only labels and notes, of which nothing is spoken\n"
        "→ send a text with at least one letter or digit\n"
    )


def test_programs_get_json(script: Path) -> None:
    result = run(str(script), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "version": 1,
        "language": "en",
        "words": [
            {"text": "It", "said": ["it"], "group": 0},
            {"text": "costs", "said": ["costs"], "group": 1},
            {"text": "$5", "said": ["five"], "group": 2},
            {"text": "million.", "said": ["million", "dollars"], "group": 2, "ends": "line"},
            {"text": "- Dr.", "said": ["doctor"], "group": 3},
            {"text": "Lee", "said": ["lee"], "group": 4, "ends": "paragraph"},
            {"text": "🎉 so", "said": ["so"], "group": 5},
        ],
        "warnings": ["🎉 cannot be said and is passed over"],
    }
    assert result.stderr == ""


def test_json_has_the_form_that_was_asked_for() -> None:
    result = run("-", "--json", stdin="$5")

    record = json.loads(result.stdout)
    assert record["words"] == [{"text": "$5", "said": ["five", "dollars"], "group": 0}]
    assert record["warnings"] == []


def test_a_script_may_come_from_standard_input_with_a_byte_order_mark() -> None:
    result = run("-", stdin="\ufeffIt is 5".encode())

    assert result.stdout == "It is 5 [five]\n"


def test_the_language_may_be_told() -> None:
    result = run("-", "--language", "de", stdin="Um 14:30 Uhr")

    assert result.stdout == "Um 14:30 Uhr [vierzehn uhr dreißig]\n"


@pytest.mark.parametrize("content", [b"", b"  \n", "🎉 ...".encode()])
def test_a_script_with_nothing_to_say_ends_with_exit_code_2(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(content)

    result = run(str(path))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert [line[:2] == "→ " for line in result.stderr.splitlines()] == [False, True]
    assert "SCRIPT holds no letter or digit to speak" in result.stderr


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_script_that_cannot_be_read_ends_with_exit_code_2(tmp_path: Path, name: str) -> None:
    result = run(str(tmp_path / name))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("TEXT_UNREADABLE SCRIPT cannot be read: ")
    assert [line[:2] == "→ " for line in result.stderr.splitlines()] == [False, True]


def test_a_script_that_is_no_utf_8_ends_with_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("caf\xe9".encode("latin-1"))

    result = run(str(path))

    assert result.exit_code == 2
    assert result.stderr == (
        f"TEXT_UNREADABLE SCRIPT cannot be read: {path} is not UTF-8 at byte 3\n"
        "→ name a file that you may read, saved as UTF-8\n"
    )


def test_a_lexicon_says_how_words_are_said(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Nguyen = win\n", encoding="utf-8")

    result = run("-", "--lexicon", str(tmp_path / "names.txt"), stdin="Ask Nguyen’s cat.")
    missing = run("-", "--lexicon", str(tmp_path / "none.txt"), stdin="So.")

    assert result.stdout == "Ask Nguyen’s [win's] cat.\n"
    assert missing.exit_code == 2
    assert missing.stderr.startswith("TEXT_UNREADABLE --lexicon cannot be read: ")
