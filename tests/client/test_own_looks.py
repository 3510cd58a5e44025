"""A user's own looks: what their file sets, what overrides it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from command_line import Run, typed
from fake_server import FakeServer
from wordlight_client import Client, LookUnusable, _client, read_look
from wordlight_client._own_looks import LONGEST_FILE_BYTES, merged, with_look

pytest.importorskip("tritonclient.grpc")

MINE = """
base = "shorts"
profile = "youtube"
mode = "pop"
karaoke = "k"

[limits]
line_characters = 18

[style]
font = "Anton"
scale = 1.2
primary = "#FFE600"
"""
STYLE = {"font": "Anton", "scale": 1.2, "primary": "#FFE600"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return write(tmp_path, MINE)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("One two three.")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer, tmp_path: Path) -> Run:
    run = typed(monkeypatch, "narrate", "caption", server=server)
    return lambda *words, **more: run(*words, "-o", tmp_path / "out", **more)


def write(folder: Path, text: str) -> Path:
    path = folder / "my-look.toml"
    path.write_text(text, "utf-8")
    return path


def why(path: Path) -> str:
    with pytest.raises(LookUnusable) as refused:
        read_look(path)
    return str(refused.value)


def said(result: Result) -> str:
    return " ".join(result.stderr.split())


def sent(server: FakeServer) -> dict[str, Any]:
    """The fields of the last request that set the look, with objects parsed."""
    tensors = server.requests[-1][1]
    names = ("LOOK", "PROFILE", "MODE", "KARAOKE", "LIMITS", "STYLE")
    values = {name: tensors[name].reshape(-1)[0].decode() for name in names if name in tensors}
    objects = {name: json.loads(values[name]) for name in ("LIMITS", "STYLE") if name in values}
    return values | objects


def test_a_file_says_all_that_a_look_is(mine: Path) -> None:
    assert read_look(mine) == {
        "look": "shorts", "profile": "youtube", "mode": "pop", "karaoke": "k",
        "limits": {"line_characters": 18}, "style": STYLE,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "\ufeff# mine\r\n", 'base = "classic"'])
def test_what_it_does_not_say_is_as_in_the_look_it_starts_from(tmp_path: Path, text: str) -> None:
    assert read_look(str(write(tmp_path, text))) == {"look": "classic"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('base = "short"', "base: 'short' is no look; did you mean shorts? There are: classic, "),
        ("base = 3", "base is 3; it must be a look: classic, "),
        ('colour = "red"', "no key 'colour'; there are: base, profile, mode, karaoke, [limits], "),
        ('mode = "pip"', "mode is 'pip'; it must be one of sentence, word, pop, roll-up"),
        ("karaoke = true", "karaoke is true; it must be one of k, kf, ko, none"),
        ("profile = 1979-05-27", 'profile is "1979-05-27"; it must be one of netflix, '),
        ("style = 3", "style is 3; it must be a table: [style]"),
        ("[[style]]", "it must be a table: [style]"),
        ("[style]\nscale = 9", "[style] gives 'scale' the value 9; it must be a number from 0.2"),
        ("[style]\nscale = nan", "[style] gives 'scale' the value NaN; it must be a number"),
        ('[style]\nprimary = "red"', "[style] gives 'primary' the value \"red\"; it must be a col"),
        ('[style]\nbold = "yes"', "[style] gives 'bold' the value \"yes\"; it must be true or fal"),
        (
            "[style]\ncolor = 1",
            "[style] has no field 'color'; did you mean 'back_colour'? There are: font, ",
        ),
        ("[style.speakers.Anna]\nsize = 1", "[style] gives speaker 'Anna' 'size' the value 1; it"),
        ("[limits]\nlines = 3", "[limits] gives 'lines' the value 3; it must be a whole number"),
        ("[limits]\nline_characters = 18.5", "the value 18.5; it must be a whole number from 4"),
        ('profile = "custom"', "[limits] is missing: profile is custom"),
        ("[style", "it is not TOML: "),
        ("a = " + "[" * 5000, "it is not TOML: it nests too deeply"),
        ("#" * (LONGEST_FILE_BYTES + 1), "it is longer than 64 kB"),
        (f"[style]\nkeywords = {['x' * 90] * 200}", "[style] is 18,814 characters long; at most 1"),
    ],
)
def test_what_cannot_be_is_refused_by_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    told = why(write(tmp_path, text))

    assert told.startswith("my-look.toml: ")
    assert message in told
    assert "STYLE" not in told


def test_what_is_no_text_file_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# größer".encode("latin-1"))

    assert why(latin) == "latin.toml: it is not a UTF-8 text file"
    assert why(tmp_path).endswith("this is a folder; a look is a TOML file")
    assert "there is no such file" in why(tmp_path / "none.toml")


def test_the_command_line_sends_what_the_file_says(
    run: Run, server: FakeServer, script: Path, mine: Path
) -> None:
    result = run("narrate", script, "--look", mine)

    assert result.exit_code == 0, result.output
    assert sent(server) == {
        "LOOK": "shorts", "PROFILE": "youtube", "MODE": "pop", "KARAOKE": "k",
        "LIMITS": {"line_characters": 18}, "STYLE": STYLE,
    }  # fmt: skip


def test_a_flag_wins_and_objects_are_merged_field_by_field(
    run: Run, server: FakeServer, script: Path, mine: Path
) -> None:
    flags = ["--mode", "word", "--style", '{"scale": 2, "bold": true}', "--limits", '{"lines": 1}']

    result = run("narrate", script, *flags, "--look", mine)

    assert result.exit_code == 0, result.output
    assert sent(server)["MODE"] == "word"
    assert sent(server)["KARAOKE"] == "k"
    assert sent(server)["STYLE"] == {**STYLE, "scale": 2, "bold": True}
    assert sent(server)["LIMITS"] == {"line_characters": 18, "lines": 1}


def test_front_matter_names_a_file_beside_the_script(
    run: Run, server: FakeServer, script: Path, mine: Path
) -> None:
    front = f"---\nlook: {mine.name}\nkaraoke: kf\nstyle: {{scale: 0.5}}\n---\n"
    script.write_text(f"{front}One two.")

    result = run("narrate", script, "--profile", "bbc")

    assert result.exit_code == 0, result.output
    assert sent(server)["LOOK"] == "shorts"
    assert (sent(server)["PROFILE"], sent(server)["KARAOKE"]) == ("bbc", "kf")
    assert sent(server)["STYLE"] == {**STYLE, "scale": 0.5}


def test_a_look_of_the_command_line_wins_over_that_of_front_matter(
    run: Run, server: FakeServer, script: Path
) -> None:
    script.write_text("---\nlook: not-there.toml\n---\nOne two.")

    result = run("narrate", script, "--look", "card")

    assert result.exit_code == 0, result.output
    assert sent(server) == {"LOOK": "card"}


@pytest.mark.parametrize(
    ("look", "message"),
    [
        ("shortz", "s.txt: line 2, look: 'shortz' is no look; did you mean shorts?"),
        ("my-look.toml", "line 2, look: my-look.toml: [style] gives 'scale' the value 9"),
        ("[a, b]", "line 2, look: must be one value"),
    ],
)
def test_front_matter_says_the_line_of_a_look_that_cannot_be(
    run: Run, server: FakeServer, tmp_path: Path, look: str, message: str
) -> None:
    write(tmp_path, "[style]\nscale = 9")
    script = tmp_path / "s.txt"
    script.write_text(f"---\nlook: {look}\n---\nOne two.")

    result = run("narrate", script)

    assert result.exit_code == 2
    assert message in said(result)
    assert not server.requests


def test_nothing_is_sent_of_a_file_that_cannot_be(
    run: Run, server: FakeServer, script: Path, tmp_path: Path
) -> None:
    broken = write(tmp_path, '[style]\nprimary = "yellow"')

    result = run("narrate", script, "--look", broken)

    assert result.exit_code == 2
    assert "LOOK_UNUSABLE my-look.toml: [style] gives 'primary' the value \"yellow\"" in said(
        result
    )
    assert not server.requests


def test_a_recording_is_captioned_in_a_look_of_ones_own(
    run: Run, server: FakeServer, speech: Path, mine: Path
) -> None:
    result = run("caption", speech, "--look", mine, "--karaoke", "ko")

    assert result.exit_code == 0, result.output
    assert sent(server)["LOOK"] == "shorts"
    assert sent(server)["KARAOKE"] == "ko"
    assert sent(server)["STYLE"] == STYLE


def test_a_file_is_read_in_python_too(
    monkeypatch: pytest.MonkeyPatch, server: FakeServer, mine: Path
) -> None:
    monkeypatch.setattr(_client, "connect", lambda address, headers: server)

    with Client("h:1") as client:
        client.narrate("One two.", **read_look(mine))

    assert sent(server)["STYLE"] == STYLE


def test_a_style_that_is_no_mapping_takes_the_place_of_the_files() -> None:
    assert merged({"style": {"scale": 2}}, {"style": '{"bold": true}'}) == {
        "style": '{"bold": true}'
    }
    assert with_look({"look": "card", "style": None}) == {"look": "card", "style": None}


@pytest.mark.parametrize(
    "text",
    ["[style]\nfont = 2020-01-01\n", f"[style]\nscale = {'9' * 5000}\n",
     f"style.{'.'.join('a' * 15000)} = 1\n"],
    ids=["a date", "an endless number", "endless nesting"],
)  # fmt: skip
def test_what_json_cannot_hold_is_refused_by_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(LookUnusable, match=r"mine\.toml"):
        read_look(path)
