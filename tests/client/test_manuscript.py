"""``wordlight narrate`` and ``caption`` given dialogue, Markdown and front matter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import Run, typed
from fake_server import AsyncFakeServer, FakeServer
from wordlight_client import AsyncClient, Client

from wordlight.audio import Clip, read_wav
from wordlight.errors import InvalidInput

Write = Callable[[str, str], Path]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, server: FakeServer, tmp_path: Path) -> Run:
    run = typed(monkeypatch, "narrate", "caption", server=server)
    return lambda *words, **more: run(*words, "-o", tmp_path / "out", **more)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written


def said(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_a_cast_gives_each_line_its_voice(run: Run, server: FakeServer, write: Write) -> None:
    script = write("talk.txt", "Anna: Hello.\nBen: Hi.\n")

    result = run("narrate", script, "--cast", "Anna=emma,Ben=daniel")

    assert result.exit_code == 0, result.output
    assert server.asked["text"] == "[voice:emma as Anna]Hello.\n[voice:daniel as Ben]Hi.\n"


@pytest.mark.parametrize(
    ("name", "flags", "text"),
    [
        ("s.md", [], "One [pause:0.7s]\n\nIt is so."),
        ("s.MARKDOWN", [], "One [pause:0.7s]\n\nIt is so."),
        ("s.txt", ["--format", "markdown"], "One [pause:0.7s]\n\nIt is so."),
        ("s.txt", [], "# One\n\nIt is *so*."),
        ("s.md", ["--format", "plain"], "# One\n\nIt is *so*."),
    ],
)
def test_the_name_or_the_flag_tells_markdown(
    run: Run, server: FakeServer, write: Write, name: str, flags: list[str], text: str
) -> None:
    run("narrate", write(name, "# One\n\nIt is *so*."), *flags)

    assert server.asked["text"] == text


def test_ssml_is_sent_as_it_is_whatever_its_file_is_called(
    run: Run, server: FakeServer, write: Write
) -> None:
    script = write("s.md", "<speak>So *it* is.</speak>")

    assert run("narrate", script).exit_code == 0
    assert server.asked["text"] == "<speak>So *it* is.</speak>"
    refused = run("narrate", script, "--cast", "Anna=emma")
    assert refused.exit_code == 2
    assert "s.md: cast is for plain text" in said(refused.stderr)


FRONT = """---
title: My talk
author: me
voice: heart
Ref_Text: unused
speed: 1.5
seed: 3
language: en
size: 640x480
style: {size: 40}
cast: {Anna: emma}
mood: calm
---
Anna: Hello.
"""


def test_front_matter_sets_what_flags_do_not(run: Run, server: FakeServer, write: Write) -> None:
    script = write("talk.txt", FRONT.replace("Ref_Text: unused\n", ""))

    result = run("narrate", script, "--seed", 7)

    assert result.exit_code == 0, result.output
    asked = server.asked
    assert asked["text"].strip() == "[voice:emma as Anna]Hello."
    assert asked["text"].index("[") == FRONT.replace("Ref_Text: unused\n", "").count("\n") - 1
    assert (asked["voice"], asked["speed"], asked["seed"]) == ("heart", 1.5, 7)
    assert (asked["language"], asked["width"], asked["height"]) == ("en", 640, 480)
    assert asked["style"] == '{"size": 40}'
    assert "of the front matter mood is passed over" in said(result.stderr)


def test_a_cast_on_the_command_line_wins(run: Run, server: FakeServer, write: Write) -> None:
    run("narrate", write("talk.md", FRONT.replace("Ref_Text: unused\n", "")), "--cast", "Anna=amy")

    assert server.asked["text"].strip() == "[voice:amy as Anna]Hello."


def test_a_recording_in_front_matter_lies_beside_the_script(
    run: Run, server: FakeServer, write: Write, speech: Path
) -> None:
    script = write("talk.txt", f"---\nvoice: {speech.name}\nref-text: So it is.\n---\nHello.")

    result = run("narrate", script)

    assert result.exit_code == 0, result.output
    assert server.asked["reference_text"] == "So it is."
    assert len(server.asked["reference_audio"]) == len(read_wav(speech).samples)


@pytest.mark.parametrize(
    ("name", "text", "flags", "says"),
    [
        ("a.md", "---\nspeed: 9\n---\nx", [], "a.md: line 2, speed: 9.0 is not in the range"),
        ("a.md", "---\nseed: x\n---\nx", [], "a.md: line 2, seed: 'x' is not a valid integer"),
        ("a.md", "---\nvoice: [a]\n---\nx", [], "a.md: line 2, voice: must be one value"),
        ("a.md", "---\nsize: big\n---\nx", [], "a.md: line 2, size: 'big' is neither a size"),
        ("a.md", "---\ncast: {A: {b: c}}\n---\nx", [], "line 2, cast: cast has no one voice for A"),
        ("a.md", "---\nmode: odd\n---\nx", [], "a.md: line 2, mode: 'odd' is not one of"),
        ("a.md", "---\nmode: [\n---\nx", [], "a.md: front matter is no YAML"),
        (
            "a.md",
            "# T\n\n**Ana:** x",
            ["--cast", "Anna=a"],
            'not have "Ana", with which line 3 begins',
        ),
        ("a.txt", "---\nseed: 1\n---\n\nAna: x", ["--cast", "Anna=a"], "with which line 5 begins"),
        ("a.txt", "x", ["--cast", "Anna=me.wav"], "give a ready voice's name"),
        ("a.md", "```\nx\n```", [], "SCRIPT"),
    ],
)
def test_what_cannot_be_is_told_with_its_place_before_anything_is_sent(
    run: Run, server: FakeServer, write: Write, name: str, text: str, flags: list[str], says: str
) -> None:
    result = run("narrate", write(name, text), *flags)

    assert result.exit_code == 2
    assert says in said(result.stderr)
    assert server.requests == []


def test_speakers_are_labels_of_a_transcript(
    run: Run, server: FakeServer, write: Write, speech: Path
) -> None:
    script = write("talk.txt", "Anna: Hello.\nNote: so.\nBen: Hi.")

    result = run("caption", speech, "--script", script, "--speakers", "Anna=emma,Ben")

    assert result.exit_code == 0, result.output
    assert server.asked["transcript"] == "[voice: as Anna]Hello.\nNote: so.\n[voice: as Ben]Hi."


def test_speakers_without_a_script_are_refused(run: Run, server: FakeServer, speech: Path) -> None:
    result = run("caption", speech, "--speakers", "Anna")

    assert result.exit_code == 2
    assert "give --script too" in said(result.stderr)
    assert server.requests == []


def test_calls_take_a_cast(server: FakeServer) -> None:
    client = Client(transport=server)
    clip = Clip(np.zeros(24_000, np.float32), 24_000)

    client.narrate("Anna: So.", cast={"Anna": "emma"})
    list(client.narrate_stream("Anna: So.", cast={"Anna": "emma"}))
    client.caption(clip, transcript="Anna: So.", cast={"Anna": "emma"})
    client.align(clip, "Anna: So.", cast=["Anna"])

    sent = [tensors.get("TEXT", tensors.get("TRANSCRIPT")) for _, tensors, _ in server.requests]
    assert [text.item().decode() for text in sent if text is not None] == [
        "[voice:emma as Anna]So.", "[voice:emma as Anna]So.",
        "[voice: as Anna]So.", "[voice: as Anna]So.",
    ]  # fmt: skip


def test_a_cast_needs_a_text(server: FakeServer) -> None:
    client, clip = Client(transport=server), Clip(np.zeros(24_000, np.float32), 24_000)

    with pytest.raises(InvalidInput, match="give the text too"):
        client.caption(clip, cast=["Anna"])


async def narrated(server: FakeServer) -> None:
    client = AsyncClient(transport=AsyncFakeServer(server))
    await client.narrate("Anna: So.", cast={"Anna": "emma"})


def test_awaited_calls_take_a_cast(server: FakeServer) -> None:
    asyncio.run(narrated(server))

    assert server.asked["text"] == "[voice:emma as Anna]So."


@pytest.mark.parametrize("lexicon", ["{Nguyen: win}", "names.txt"])
def test_front_matter_has_a_lexicon_or_names_the_file_beside_the_script(
    lexicon: str, run: Run, server: FakeServer, write: Write
) -> None:
    write("names.txt", "Nguyen = win\n")
    script = write("talk.txt", f"---\nlexicon: {lexicon}\n---\nAsk Nguyen.\n")

    result = run("narrate", script)

    assert result.exit_code == 0, result.output
    assert server.asked["lexicon"] == "Nguyen = win\n"


def test_a_word_of_front_matter_that_is_none_is_refused_with_its_line(
    run: Run, write: Write
) -> None:
    result = run("narrate", write("talk.txt", "---\nlexicon: {a=b: c}\n---\nSo.\n"))

    assert result.exit_code == 2
    assert "line 2, lexicon: --lexicon has the word 'a=b'" in said(result.stderr)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "---\nvoice: emma\n---\n\nHello.\n\nSo. [pause:soon]"),
        ("a.md", "---\nvoice: emma\n---\n# Hello\n\nLong\nlines\n\n\n\nSo. [pause:soon]"),
        (
            "a.md",
            "---\ncast: {Anna: emma}\n---\n\nAnna: Hello.\n\n\n## Two\n\nSo. [pause:soon]",
        ),
    ],
)
def test_a_line_that_the_server_names_is_the_file_s(
    run: Run, server: FakeServer, write: Write, name: str, content: str
) -> None:
    run("narrate", write(name, content))

    sent = server.asked["text"].split("\n")
    (line,) = (number for number, text in enumerate(sent, 1) if "soon" in text)
    assert line == content.count("\n") + 1


def test_a_script_in_markdown_is_a_transcript_too(
    run: Run, server: FakeServer, write: Write, speech: Path
) -> None:
    script = write("talk.md", "---\ncast: {Anna: emma}\n---\n# One\n\nAnna: It is *so*.")

    result = run("caption", speech, "--script", script)

    assert result.exit_code == 0, result.output
    assert "One [pause:0.7s]" in server.asked["transcript"]
    assert "[voice: as Anna]It is so." in server.asked["transcript"]
    assert "cast" not in server.asked["transcript"]
