"""Wrong command lines: each is told in the form of all problems, and says where to look it up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from wordlight_client._words import ARGUMENTS
from wordlight_client.commands.main import main

from wordlight.console import PAGES

ROOT = Path(__file__).parents[2]
NOWHERE = "localhost:1"
PROBLEM = re.compile(r"(?P<code>[A-Z][A-Z0-9_]+) (?P<says>[^\n→]+)\n→ (?P<todo>[^\n→]+)\n")
TENSOR = re.compile(rf"\b(?:{'|'.join(ARGUMENTS)})\b")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    for name in ("WORDLIGHT_URL", "WORDLIGHT_MODELS", "WORDLIGHT_S3_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORDLIGHT_VOLUME", str(tmp_path / "volume"))
    (tmp_path / "s.txt").write_text("Hello there.\n")
    (tmp_path / "names.txt").write_text("no entry\n")
    (tmp_path / "folder.wav").mkdir()
    return "s.txt"


def typed(line: str, *more: str) -> Result:
    result = CliRunner().invoke(main, [*line.split(), *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def problem(result: Result) -> re.Match[str]:
    """The one problem that is all of standard error."""
    found = PROBLEM.fullmatch(result.stderr)
    assert found, result.stderr
    return found


def every_command() -> Iterator[tuple[str, click.Command]]:
    def inside(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from inside(f"{words} {name}", inner)

    return inside("wordlight", main)


@pytest.mark.parametrize(
    ("line", "says", "todo"),
    [
        ("nope", "no such command 'nope'", "`wordlight --help` lists the commands"),
        ("--nope", "there is no option --nope", "`wordlight --help` lists the options"),
        ("narrate", "SCRIPT is missing", "`wordlight narrate --help`"),
        ("narrate s.txt --sped 2", "there is no option --sped", ", --size or --speed is meant; "),
        ("narrate s.txt --mode x", "--mode: 'x' is not one of", "says what --mode takes"),
        ("narrate s.txt --speed 9", "--speed: 9.0 is not in the range", "what --speed takes"),
        ("narrate s.txt --speed", "requires an argument", "`wordlight narrate --help`"),
        ("narrate none.txt", "SCRIPT: 'none.txt': No such file", "what SCRIPT takes"),
        ("narrate s.txt --tries 2", "--tries says how often", "give --check too"),
        ("narrate s.txt --key a", "--key says how to publish", "give --publish too"),
        ("narrate s.txt --look neom", "--look: 'neom' is no look", "what --look takes"),
        ("narrate s.txt --size big", "--size: 'big' is neither", "what --size takes"),
        ("narrate s.txt --style {", "--style: not JSON", "docs/looks.md says more"),
        ("narrate s.txt a/s.txt", "SCRIPT: 'a/s.txt'", "what SCRIPT takes"),
        ("narrate s.txt ./s.txt", "would both go into out/s", "narrate them apart"),
        ("caption s.txt --cast Anna", "--speakers says whose lines", "give --script too"),
        ("voices nope", "no such command 'nope'", "`wordlight voices --help` lists"),
        ("voices --nope", "there is no option --nope", "`wordlight voices list --help`"),
        ("voices add a", "FILE is missing", "`wordlight voices add --help` says what FILE takes"),
        ("volume nope", "no such command 'nope'", "`wordlight volume --help`"),
        ("volume pull a", "got unexpected extra argument", "`wordlight volume pull --help`"),
        ("lexicon add x", "RESPELLING|/IPA/ is missing", "`wordlight lexicon add --help`"),
        ("read", "SCRIPT is missing", "`wordlight read --help`"),
        ("doctor --instances x=1", "--instances: 'x=1' is not", "what --instances takes"),
        ("serve -- no-such-command", "there is no command 'no-such-command'", "serve --help"),
    ],
)
def test_a_wrong_command_line_is_a_problem_like_all_others(
    script: str, line: str, says: str, todo: str
) -> None:
    result = typed(line)

    found = problem(result)
    assert result.exit_code == 2
    assert found["code"] == "WRONG_USAGE"
    assert says in found["says"]
    assert todo in found["todo"]
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("line", "code", "says", "todo"),
    [
        ("read s.txt --language en1", "INVALID_INPUT", "--language is 'en1'", "code such as en"),
        ("read s.txt --lexicon none", "TEXT_UNREADABLE", "--lexicon cannot be read", "UTF-8"),
        ("read s.txt --lexicon names.txt", "INVALID_INPUT", "--lexicon has 'no entry'", "line"),
        ("burn s.txt --colour red", "INVALID_INPUT", "--colour is 'red'", "what --colour takes"),
        ("looks --colour red", "INVALID_INPUT", "--colour is 'red'", "what --colour takes"),
        ("looks --limits {\"x\":1}", "INVALID_INPUT", "--limits has no field 'x'", "segmentation"),
        ("looks --language en1", "INVALID_INPUT", "--language is 'en1'", "code such as en"),
        ("voices list --url h:x", "INVALID_INPUT", "--url 'h:x' must", "list --help` says"),
        ("voices --url h:x", "INVALID_INPUT", "--url 'h:x' must", "list --help` says what --url"),
        ("voices --language en1", "INVALID_INPUT", "--language is 'en1'", "code such as en"),
        ("narrate s.txt --cast =", "INVALID_INPUT", "--cast has ''", "docs/scripts.md says more"),
        ("lexicon add = x", "INVALID_INPUT", "WORD has '='", "what WORD takes; docs/lexicons.md"),
        ("render --models nope --to r", "PROFILE_UNKNOWN", "no models 'nope'", "--models"),
        ("volume verify --models nope", "PROFILE_UNKNOWN", "no models 'nope'", "--models"),
        ("serve --models nope", "PROFILE_UNKNOWN", "no models 'nope'", "--models"),
        ("volume pull --models mini --language xx", "ALIGNER_UNKNOWN", "'xx'", "--language"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_option_that_was_typed_and_ends_with_2(
    script: str, line: str, code: str, says: str, todo: str
) -> None:
    result = typed(line)

    found = problem(result)
    assert result.exit_code == 2
    assert (found["code"], says in found["says"], todo in found["todo"]) == (code, True, True)


def test_an_unknown_setting_of_s3_ends_with_2(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDLIGHT_S3_CACHE", "nope")

    result = typed("volume pull --models mini")

    assert (result.exit_code, problem(result)["code"]) == (2, "S3_SETTING")


def test_unknown_models_are_refused_before_anything_is_rendered(
    script: str, tmp_path: Path
) -> None:
    assert typed("render --models nope --to r").exit_code == 2
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        ("--language englisch1", "INVALID_INPUT", "--language is 'englisch1'"),
        ("--voice s.txt", "AUDIO_UNREADABLE", "s.txt cannot be read as audio"),
        ("--voice folder.wav", "AUDIO_UNREADABLE", "folder.wav cannot be read as audio: it is a f"),
        ("--voice none.wav", "AUDIO_UNREADABLE", "none.wav cannot be read as audio: there is no"),
        ("--ref-text @s.txt", "WRONG_USAGE", "--ref-text is '@s.txt', and takes no file"),
    ],
)
def test_what_can_be_told_here_is_told_before_the_server_is_asked(
    script: str, flags: str, code: str, says: str
) -> None:
    result = typed(f"narrate s.txt --url {NOWHERE} {flags}")

    found = problem(result)
    assert (result.exit_code, found["code"]) == (2, code)
    assert says in found["says"]


@pytest.mark.parametrize(
    "line",
    ["narrate s.txt", "voices list", "voices try emma -o a.wav", "demo s.txt"],
)
def test_without_a_terminal_nothing_stands_before_a_problem(script: str, line: str) -> None:
    result = typed(f"{line} --url {NOWHERE}")

    assert (result.exit_code, problem(result)["code"]) == (3, "SERVER_UNREACHABLE")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("burn s.txt", "SUBTITLES_UNREADABLE"),
        (f"caption s.txt --url {NOWHERE}", "AUDIO_UNREADABLE"),
    ],
)
def test_a_stage_or_a_bar_that_fails_leaves_the_problem_alone(
    script: str, line: str, code: str
) -> None:
    result = typed(line)

    assert (result.exit_code, problem(result)["code"]) == (2, code)


def test_no_help_of_an_option_names_a_tensor_or_is_missing() -> None:
    helps = [
        (f"{words} {option.opts[0]}", option.help or "")
        for words, command in every_command()
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]

    assert len(helps) > 100
    assert [option for option, told in helps if not told] == []
    assert [(option, told) for option, told in helps if TENSOR.search(told)] == []


def test_the_pages_to_look_things_up_in_are_there() -> None:
    assert [page for page in PAGES.values() if not (ROOT / page).is_file()] == []


def test_a_demo_without_a_checkout_asks_for_a_script(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordlight_client.commands.demo.CHECKOUT", Path("/nowhere"))

    result = typed(f"demo --url {NOWHERE}")

    assert result.exit_code == 2
    assert "docs/examples/script.txt comes with a checkout" in problem(result)["says"]
    assert "wordlight demo script.txt" in problem(result)["todo"]


@pytest.mark.parametrize(
    ("words", "says", "todo"),
    [
        (["remove", "nope"], "'nope' is not known here", "`wordlight voices list`"),
        (["add", "a", "folder.wav", "--text", "Hi."], "folder.wav cannot be read as audio: it is a",
         "name a file with sound"),
        (["add", "a", "folder.wav", "--text", "@s.txt"], "--text is '@s.txt'", "--consent take @F"),
        (["try", "a", "--text", "@s.txt"], "--text is '@s.txt'", '--text "$(cat s.txt)"'),
    ],
)  # fmt: skip
def test_what_is_wrong_about_a_voice_is_said_with_what_helps(
    script: str, words: list[str], says: str, todo: str
) -> None:
    result = typed("voices", *words)

    assert result.exit_code == 2
    assert says in problem(result)["says"]
    assert todo in problem(result)["todo"]
