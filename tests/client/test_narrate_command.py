"""``wordlight narrate``: kept chunk by chunk, broken off anywhere, and gone on with."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from command_line import NARRATED, TEXT, Run, contents, typed
from fake_server import FakeServer
from wordlight_client import _client
from wordlight_client.commands import _narrating
from wordlight_client.commands._narrating import Clock

from wordlight.audio import read_wav
from wordlight.errors import DeadlineExceeded, EngineFailed, ServerUnreachable

pytest.importorskip("tritonclient.grpc")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> Run:
    return typed(monkeypatch, "narrate", server=server)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "my script.txt"
    path.write_text(TEXT)
    return path


def said(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def break_off(server: FakeServer, after: int, error: BaseException) -> None:
    server.breaks_after, server.breaks_with = after, error


def heal(server: FakeServer) -> None:
    server.breaks_after = None
    server.requests.clear()


def test_a_run_that_broke_off_is_gone_on_with_and_gives_the_same_files(
    run: Run, server: FakeServer, script: Path, out: Path, tmp_path: Path
) -> None:
    assert run("narrate", script, "-o", tmp_path / "whole").exit_code == 0
    break_off(server, 2, ServerUnreachable("nothing answers at h:1"))
    broken = run("narrate", script, "-o", out)
    heal(server)

    resumed = run("narrate", script, "-o", out, "--resume")

    assert broken.exit_code == 3
    assert resumed.exit_code == 0, resumed.output
    assert contents(out) == contents(tmp_path / "whole")
    assert sorted(contents(out)) == NARRATED
    assert "of which 0.40 s were there" in said(resumed.stdout)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServerUnreachable("nothing answers at h:1"), 3),
        (DeadlineExceeded("h:1 sent nothing for 600 s"), 3),
        (EngineFailed("abc"), 1),
        (KeyboardInterrupt(), 1),
    ],
)
def test_what_is_done_can_be_heard_and_the_way_to_go_on_is_told(
    run: Run, server: FakeServer, script: Path, out: Path, error: BaseException, code: int
) -> None:
    break_off(server, 2, error)

    result = run("narrate", script, "-o", out, "--speed", "1.5")

    assert result.exit_code == code
    arguments = ["narrate", "--resume", str(script), "-o", str(out), "--speed", "1.5"]
    assert f"Go on with:\n  {shlex.join(['wordlight', *arguments])}\n" in result.stderr
    assert "2 of 4 chunks are kept" in said(result.stderr)
    assert read_wav(out / "speech.partial.wav").duration_s == pytest.approx(0.4)
    assert sorted(path.name for path in (out / ".narration").iterdir()) == [
        "0000.npz", "0001.npz", "asked.json",
    ]  # fmt: skip


def test_the_way_to_go_on_begins_as_the_command_was_called(
    run: Run, server: FakeServer, script: Path, monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    monkeypatch.setenv("WORDLIGHT_COMMAND", "./run wordlight")
    break_off(server, 2, ServerUnreachable("gone"))

    result = run("narrate", "-", "-o", out, input="One two three four.")

    assert f"\n  ./run wordlight narrate --resume - -o {out}\n" in result.stderr
    assert "give it the same text" in result.stderr


def test_it_may_break_off_again_and_again(
    run: Run, server: FakeServer, script: Path, out: Path, tmp_path: Path
) -> None:
    assert run("narrate", script, "-o", tmp_path / "whole").exit_code == 0
    break_off(server, 1, ServerUnreachable("gone"))

    codes = [run("narrate", script, "-o", out).exit_code]
    for _ in range(3):
        codes.append(run("narrate", script, "-o", out, "--resume").exit_code)
    heal(server)
    codes.append(run("narrate", script, "-o", out, "--resume").exit_code)

    assert codes == [3, 3, 3, 3, 0]
    assert contents(out) == contents(tmp_path / "whole")


def test_a_run_that_broke_off_before_its_first_chunk_leaves_nothing(
    run: Run, server: FakeServer, script: Path, out: Path
) -> None:
    break_off(server, 0, ServerUnreachable("gone"))

    result = run("narrate", script, "-o", out)

    assert result.exit_code == 3
    assert "Go on with" not in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--speed", "2"], "speed was the default then and is 2.0 now"),
        (["--check"], "check was the default then and is 1 now"),
    ],
)
def test_another_narration_cannot_be_gone_on_with(
    run: Run, server: FakeServer, script: Path, out: Path, flags: list[str], says: str
) -> None:
    break_off(server, 2, ServerUnreachable("gone"))
    run("narrate", script, "-o", out)
    heal(server)

    result = run("narrate", script, "-o", out, "--resume", *flags)

    assert result.exit_code == 2
    assert says in said(result.stderr)
    assert "→ leave --resume out, and it is made from the start" in said(result.stderr)
    assert server.requests == []


def test_where_there_is_nothing_to_resume_it_says_so(run: Run, script: Path, out: Path) -> None:
    result = run("narrate", script, "-o", out, "--resume")

    assert result.exit_code == 2
    assert "there is nothing to resume in" in said(result.stderr)


def test_check_and_tries_go_to_the_server_and_what_was_heard_is_told(
    run: Run, server: FakeServer, script: Path, out: Path
) -> None:
    server.part_changes = {
        0: {"takes": 2},
        1: {"takes": 3, "doubtful": [1], "warnings": ["a word is missing in chunk 2"]},
    }

    result = run("narrate", script, "-o", out, "--check", "--tries", 3)

    assert (server.asked["check"], server.asked["tries"]) == (1, 3)
    told = said(result.stdout)
    assert "spoken again 2 of 4 chunks" in told
    assert "not heard by Whisper four (0.3 s)" in told
    assert "warnings of chunks a word is missing in chunk 2" in told


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--tries", "3"], "--tries says how often --check"),
        (["--publish", "s3://films/a", "--resume"], "--resume cannot go with --publish"),
        (["--check", "--tries", "99"], "99 is not in the range"),
    ],
)
def test_flags_that_do_not_go_together_are_told_before_anything_is_sent(
    run: Run, server: FakeServer, script: Path, flags: list[str], says: str
) -> None:
    result = run("narrate", script, *flags)

    assert result.exit_code == 2
    assert says in said(result.stderr)
    assert server.requests == []


def test_an_older_server_answers_all_at_once(
    run: Run, server: FakeServer, script: Path, out: Path, tmp_path: Path
) -> None:
    assert run("narrate", script, "-o", tmp_path / "whole").exit_code == 0
    server.streams = False

    result = run("narrate", script, "-o", out)

    assert result.exit_code == 0, result.output
    assert "sends no parts of a narration" in said(result.stderr)
    assert contents(out) == contents(tmp_path / "whole")
    assert server.requests[-1][0] == "narrate"


@pytest.mark.parametrize("flag", ["--check", "--play"])
def test_an_older_server_cannot_do_what_needs_parts(
    run: Run, server: FakeServer, script: Path, tmp_path: Path, flag: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(_narrating, "find_player", lambda: ["true"])
    server.streams = False

    result = run("narrate", script, "-o", tmp_path / "o", flag)

    assert result.exit_code == 1
    assert f"{flag} needs a server that sends parts of a narration" in said(result.stderr)
    assert server.requests == []


def test_it_waits_as_long_as_something_comes_unless_a_time_is_given(
    run: Run, server: FakeServer, script: Path, out: Path
) -> None:
    run("narrate", script, "-o", out)
    run("narrate", script, "-o", out, "--timeout", 9)

    assert [timeout_s for _, _, timeout_s in server.requests] == [None, 9.0]
    assert [patience.silence_s for patience in server.patiences] == [600.0, None]


def test_parts_are_played_while_the_rest_is_made(
    run: Run, script: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = tmp_path / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\nPATH=/bin:/usr/bin; cat "$2" >> {tmp_path}/heard; sleep 0.1\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(player.parent))

    result = run("narrate", script, "-o", out, "--play")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "heard").stat().st_size == 4 * 44 + 2 * 7 * 2_400


def test_without_a_player_nothing_is_asked(
    run: Run, server: FakeServer, script: Path, out: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))

    result = run("narrate", script, "-o", out, "--play")

    assert result.exit_code == 1
    assert "install one of ffplay, paplay" in said(result.stderr)
    assert server.requests == []


def test_the_clock_tells_how_far_it_is_and_how_long_the_rest_takes(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr(_narrating.time, "monotonic", lambda: now_s)
    parts = tuple(_client.Client(transport=server).narrate_stream(TEXT))
    fresh, resumed = Clock(()), Clock(parts[:1])

    now_s += 60.0

    assert fresh.line(()) == ""
    assert fresh.line(parts[:2]) == "chunk 2 of 4, 0 s of about 1 s, 0:45 left"
    assert resumed.line(parts[:2]) == "chunk 2 of 4, 0 s of about 1 s, 1:30 left"
    assert resumed.line(parts[:1]) == "chunk 1 of 4, 0 s of about 1 s"
    assert fresh.line(parts) == "chunk 4 of 4, 1 s of about 1 s"
