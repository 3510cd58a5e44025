"""Several scripts in one call: each has its folder, and a failure does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, typed
from fake_server import FakeServer
from wordlight_client.commands._jobs import folders_of

from wordlight.errors import InvalidInput, ServerUnreachable, WrongUsage

FailOn = Callable[[str], None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> Run:
    return typed(monkeypatch, "narrate", server=server)


@pytest.fixture
def scripts(tmp_path: Path) -> list[Path]:
    texts = {"one.txt": "One two three.", "two.md": "# Four\n\nfive six.", "three.txt": "Seven."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [tmp_path / name for name in texts]


def said(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.fixture
def fail_on(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> FailOn:
    """Makes the streams of scripts with this word break off after their first part."""
    answers, word = server.stream, [""]

    def stream(spec: Any, tensors: Any, *more: Any) -> Any:
        server.breaks_after = 1 if word[0] in str(tensors["TEXT"]) else None
        server.breaks_with = ServerUnreachable("gone")
        return answers(spec, tensors, *more)

    monkeypatch.setattr(server, "stream", stream)
    return lambda new: word.__setitem__(0, new)


def test_each_script_has_a_folder_of_its_name(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, tmp_path: Path
) -> None:
    result = run("narrate", *scripts, "-o", out)

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == ["one", "three", "two"]
    for script in scripts:
        assert run("narrate", script, "-o", tmp_path / "alone").exit_code == 0
        for name in ("speech.wav", "words.json"):
            alone = (tmp_path / "alone" / name).read_bytes()
            assert (out / script.stem / name).read_bytes() == alone
    assert "2 of 3: two.md" in result.stderr
    assert "Narrations" in result.stdout


def test_one_that_fails_stops_no_other_and_resume_makes_only_what_is_missing(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, fail_on: FailOn
) -> None:
    fail_on("five")

    broken = run("narrate", *scripts, "-o", out)

    assert broken.exit_code == 3
    assert "SERVER_UNREACHABLE two.md: nothing answers at gone → start one" in said(broken.stderr)
    assert "two.md failed: nothing answers at gone" in said(broken.stdout)
    assert (out / "one/speech.wav").exists()
    assert (out / "three/speech.wav").exists()
    assert not (out / "two/speech.wav").exists()
    fail_on("nothing")
    server.requests.clear()
    resumed = run("narrate", *scripts, "-o", out, "--resume")
    assert resumed.exit_code == 0, resumed.output
    assert len(server.requests) == 1
    assert said(resumed.stdout).count("done before, in") == 2
    assert (out / "two/speech.wav").exists()
    assert not list(out.glob(".*"))


def test_resume_makes_again_what_is_another_script_now(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, fail_on: FailOn
) -> None:
    fail_on("five")
    run("narrate", *scripts, "-o", out)
    scripts[0].write_text("Another.")
    fail_on("nothing")
    server.requests.clear()

    assert run("narrate", *scripts, "-o", out, "--resume").exit_code == 0
    assert len(server.requests) == 2


def test_where_there_is_nothing_to_resume_it_says_so(
    run: Run, server: FakeServer, scripts: list[Path], out: Path
) -> None:
    result = run("narrate", *scripts, "-o", out, "--resume")

    assert result.exit_code == 2
    assert "there is nothing to resume in" in said(result.stderr)
    assert server.requests == []


def test_all_are_checked_before_the_first_is_spoken(
    run: Run, server: FakeServer, scripts: list[Path], out: Path
) -> None:
    scripts[2].write_text("\n")

    result = run("narrate", *scripts, "-o", out)

    assert result.exit_code == 2
    assert "three.txt: SCRIPT" in said(result.stderr)
    assert server.requests == []
    assert not out.exists()


def test_equal_names_are_refused(run: Run, server: FakeServer, tmp_path: Path) -> None:
    for name in ("One.txt", "one.md"):
        (tmp_path / name).write_text("So.")

    result = run("narrate", tmp_path / "One.txt", tmp_path / "one.md")

    assert result.exit_code == 2
    assert "would both go into out/one" in said(result.stderr)
    assert server.requests == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["-"], "has no name for a folder"),
        (["missing.txt"], "'missing.txt': No such file"),
        (["--publish", "s3://films/a"], "--publish takes one SCRIPT at a time"),
        (["--key", "k"], "--key says how to publish"),
    ],
)
def test_what_cannot_go_with_several_is_told_before_anything_is_sent(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, more: list[str], says: str
) -> None:
    result = run("narrate", *scripts, *more, "-o", out)

    assert result.exit_code == 2
    assert says in said(result.stderr)
    assert server.requests == []


def test_front_matter_is_each_scripts_own(
    run: Run, server: FakeServer, scripts: list[Path], out: Path
) -> None:
    scripts[0].write_text("---\nseed: 5\n---\nOne.")

    run("narrate", *scripts[:2], "-o", out)

    seeds = [tensors.get("SEED") for _, tensors, _ in server.requests]
    assert [None if seed is None else int(seed.item()) for seed in seeds] == [5, None]


def test_the_server_looks_at_all_before_the_first_is_spoken(
    run: Run, server: FakeServer, scripts: list[Path], out: Path
) -> None:
    server.refuses = {"five": InvalidInput("TEXT", "has 'soon' at line 1, column 1")}

    result = run("narrate", *scripts, "-o", out)

    assert result.exit_code == 2
    assert "two.md: SCRIPT has 'soon' at line 1" in said(result.stderr)
    assert server.requests == []


def test_resume_begins_anew_what_was_half_made_of_another_text(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, fail_on: FailOn
) -> None:
    fail_on("five")
    run("narrate", *scripts, "-o", out)
    fail_on("nothing")
    scripts[1].write_text("Another text altogether, of more words.")

    result = run("narrate", *scripts, "-o", out, "--resume")

    assert result.exit_code == 0, result.output
    assert "two.md begins anew" in said(result.stderr)


def test_resume_makes_again_what_was_taken_away(
    run: Run, server: FakeServer, scripts: list[Path], out: Path, fail_on: FailOn
) -> None:
    fail_on("five")
    run("narrate", *scripts, "-o", out)
    fail_on("nothing")
    (out / "one/speech.wav").unlink()

    assert run("narrate", *scripts, "-o", out, "--resume").exit_code == 0
    assert (out / "one/speech.wav").exists()


def test_a_file_without_a_name_has_no_folder(out: Path) -> None:
    with pytest.raises(WrongUsage, match=r"\.\.txt has no name for a folder"):
        folders_of(["one.txt", "..txt"], out)
