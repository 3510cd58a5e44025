"""``wordlight`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run, typed
from fake_server import FakeServer
from wordlight_client import _client
from wordlight_client.commands._lacking import extra_of
from wordlight_client.commands._option_words import in_options
from wordlight_client.commands.narrate import narrate

from wordlight.contract import SUBTITLE_FORMATS
from wordlight.errors import (
    DeadlineExceeded,
    EmptyText,
    EngineFailed,
    ServerBusy,
    ServerUnreachable,
    UnknownVoice,
    WordlightError,
)

LACKING = {"sing": "no_such_package.songs:sing"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> Run:
    run = typed(monkeypatch, "narrate", "caption", "voices", "demo", others=LACKING)
    monkeypatch.setattr(_client, "connect", lambda address, headers: remember(server, address))
    return run


addresses: list[str] = []


def remember(server: FakeServer, address: object) -> FakeServer:
    addresses[:] = [str(address)]
    return server


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("\ufeffHello there.\nHow are you?\n", encoding="utf-8")
    return path


def test_narrate_writes_every_file_and_tells_of_them(
    run: Run, server: FakeServer, script: Path, tmp_path: Path
) -> None:
    result = run("narrate", script, "-o", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "report.json", "speech.wav", "words.json", *(each.file for each in SUBTITLE_FORMATS),
    }  # fmt: skip
    assert server.asked == {"text": "Hello there.\nHow are you?\n"}
    for cell in ("real-time factor", "0.50 s at 24000 Hz", "gap_ms: 1", "words.json"):
        assert cell in result.stdout
    assert "Speaking" in result.stderr
    assert addresses == ["localhost:8001"]


def test_narrate_hands_every_flag_to_the_server(
    run: Run, server: FakeServer, script: Path, recording: Path, tmp_path: Path
) -> None:
    flags = ["--voice", recording, "--ref-text", "Ah.", "--speed", 1.5, "--steps", 16,
             "--cfg-strength", 3, "--sway", -1, "--seed", 7, "--language", "en", "--mode", "word",
             "--karaoke", "kf", "--preset", "boxed", "--style", '{"size": 72}',
             "--profile", "shorts", "--limits", '{"words": 2}',
             "--size", "1080x1920", "--timeout", 9, "--url", "http://h:1"]  # fmt: skip

    result = run("narrate", script, "-o", tmp_path / "out", *flags)

    assert result.exit_code == 0, result.output
    asked = server.asked
    assert len(asked.pop("reference_audio")) == 16_000
    assert asked == {
        "text": "Hello there.\nHow are you?\n", "reference_rate": 16_000, "reference_text": "Ah.",
        "speed": 1.5, "nfe_steps": 16, "cfg_strength": 3.0, "sway": -1.0, "seed": 7,
        "language": "en", "mode": "word", "karaoke": "kf", "preset": "boxed",
        "style": '{"size": 72}', "width": 1080, "height": 1920, "profile": "shorts",
        "limits": '{"words": 2}',
    }  # fmt: skip
    assert server.requests[0][2] == 9.0
    assert addresses == ["http://h:1"]


def test_a_script_can_come_through_a_pipe(run: Run, server: FakeServer, tmp_path: Path) -> None:
    result = run("narrate", "-", "-o", tmp_path, input="Piped words.", env={"WORDLIGHT_URL": "h:5"})

    assert result.exit_code == 0, result.output
    assert server.asked["text"] == "Piped words."
    assert addresses == ["h:5"]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (EmptyText("TEXT"), 2, "no letter or digit"),
        (
            UnknownVoice("bob", ("heart",)),
            2,
            "→ choose one of these, or give a recording: --voice me.wav",
        ),
        (ServerUnreachable("h:1"), 3, "WORDLIGHT_URL"),
        (ServerBusy("the queue is full"), 3, "→ try again"),
        (DeadlineExceeded("no answer"), 3, "--timeout"),
        (EngineFailed("abc"), 1, "incident abc"),
        (PermissionError(13, "Permission denied", "/x/out"), 1, "/x/out: Permission denied"),
    ],
)
def test_an_error_is_one_sentence_and_a_code_never_a_traceback(
    run: Run, server: FakeServer, script: Path, error: Exception, code: int, told: str
) -> None:
    server.error = error

    result = run("narrate", script)

    assert result.exit_code == code
    assert told in result.stderr
    assert "Traceback" not in result.output
    if isinstance(error, WordlightError):
        shown = in_options(error, narrate)
        assert result.stderr.endswith(f"{error.code} {shown}\n→ {shown.remedy}\n")


@pytest.mark.parametrize(
    "flags",
    [
        ["--size", "big"],
        ["--style", "[1]"],
        ["--style", "{"],
        ["--speed", "9"],
        ["--mode", "letter"],
        ["--timeout", "0"],
        ["--url", "ftp://h"],
        ["--voice", "missing.wav"],
        ["--seed", "-1"],
    ],
)
def test_bad_flags_end_with_code_2_before_anything_is_sent(
    run: Run, server: FakeServer, script: Path, flags: list[str]
) -> None:
    result = run("narrate", script, *flags)

    assert result.exit_code == 2, result.output
    assert server.requests == []


def test_a_script_that_is_no_text_is_bad_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00")

    result = run("narrate", tmp_path / "a.bin")

    assert result.exit_code == 2
    assert "not a UTF-8 text file" in result.output


def test_help_has_examples_ranges_and_the_environment(run: Run) -> None:
    result = run("narrate", "--help")

    assert result.exit_code == 0
    for part in ("wordlight narrate script.txt --voice me.wav", "0.3<=x<=3.0",
                 "[sentence|word|pop|roll-up]",
                 "WORDLIGHT_URL", "localhost:8001"):  # fmt: skip
        assert part in result.output


def test_the_overview_lists_every_command_even_what_is_not_installed(run: Run) -> None:
    result = run("--help")

    assert result.exit_code == 0
    assert "Speak a script" in result.output
    assert "(not installed: no_such_package" in result.output


def test_a_missing_package_costs_its_own_command_only(run: Run, script: Path) -> None:
    result = run("sing", "--loudly", "now")

    assert result.exit_code == 1
    assert "`wordlight sing` cannot run" in result.stderr
    assert "pip install" in result.stderr
    assert run("narrate", "--help").exit_code == 0


def test_the_extra_to_install_is_read_from_the_packages_own_metadata() -> None:
    requires = [
        "numpy>=1.26",
        'tritonclient[grpc,http]>=2.60; extra == "client"',
        "jiwer>=4; python_version > '3' and extra == 'demo'",
        'imageio-ffmpeg>=0.6 ; extra == "client"',
    ]

    found = [
        extra_of(name, lambda _: requires)
        for name in ("tritonclient", "jiwer", "imageio_ffmpeg", "numpy", "torch")
    ]

    assert found == ["client", "demo", "client", None, None]


def test_a_published_narration_prints_addresses_and_saves_nothing(
    run: Run, server: FakeServer, script: Path, tmp_path: Path
) -> None:
    result = run(
        "narrate", script, "-o", tmp_path / "out", "--publish", "s3://films/2026",
        "--key", "intro", "--audio-format", "opus", "--expires", 600,
    )  # fmt: skip

    assert result.exit_code == 0
    assert "s3://films/a/speech.flac\ns3://films/a/subtitles.ass\n" in result.stdout
    assert server.requests[0][0] == "narrate_publish"
    how = {"destination": "s3://films/2026", "key": "intro", "audio_format": "opus", "expires": 600}
    assert how.items() <= server.asked.items()
    assert not (tmp_path / "out").exists()


def test_how_to_publish_needs_where(run: Run, server: FakeServer, script: Path) -> None:
    result = run("narrate", script, "--key", "intro", "--expires", 600)

    assert result.exit_code == 2
    assert "--key, --expires says how to publish; --publish says where" in result.stderr
    assert server.requests == []


@pytest.mark.parametrize("words", [["voices"], ["voices", "list"]])
def test_voices_are_listed_with_and_without_the_word(
    run: Run, server: FakeServer, words: list[str]
) -> None:
    result = run(*words, "--language", "de")

    assert result.exit_code == 0
    assert "a dusk" in result.stdout
    assert server.asked == {"language": "de"}


def test_voices_has_its_subcommands_in_its_help(run: Run) -> None:
    result = run("voices", "--help")

    assert result.exit_code == 0
    assert [name for name in ("add", "list", "remove") if f"  {name} " in result.stdout] == [
        "add", "list", "remove",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["narrate", "caption"])
def test_a_folder_that_cannot_be_written_to_is_told_before_the_server_is_asked(
    run: Run, server: FakeServer, script: Path, recording: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "film").touch()
    given = script if name == "narrate" else recording

    result = run(name, given, "-o", tmp_path / "film/out")

    assert result.exit_code == 1
    assert "Not a directory" in " ".join(result.output.split())
    assert server.requests == []


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--style", '{"colour": 1}'], "--style has no field 'colour'"),
        (["--limits", '{"lines": 9}'], "--limits gives 'lines' the value 9"),
        (["--ref-text", "So."], "--ref-text needs a recording: --voice me.wav"),
        (["--publish", "films/a"], "--publish is 'films/a'"),
        (
            ["--size", "10x10"],
            "the width of --size is 10 pixels; it must be from 64 to 8192",
        ),
    ],
)
def test_what_cannot_be_is_told_before_the_server_is_asked(
    run: Run, server: FakeServer, script: Path, flags: list[str], says: str
) -> None:
    result = run("narrate", script, *flags)

    assert result.exit_code == 2
    assert says in " ".join(result.output.split())
    assert server.requests == []
