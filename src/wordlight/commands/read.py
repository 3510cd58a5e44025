"""``wordlight read``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from wordlight.console import as_typed, command_line, print_problem
from wordlight.errors import TextUnreadable, WordlightError
from wordlight.reading import Reading, ReadWord, read_script
from wordlight.reading.directions import other_brackets
from wordlight.reading.lexicon import parse_lexicon
from wordlight.words import Ending

_LEXICON = re.compile(r"^LEXICON\b")
INPUT_MUST_CHANGE = 2
"""The exit code of every command that takes a script, if the script must be changed."""


@click.command()
@click.argument("script", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--language",
    metavar="CODE",
    help="Of the script, ISO 639-1; told by its letters if left out, Latin ones being English.",
)
@click.option(
    "--lexicon",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="How words are said, a line each: word = respelling or word = /IPA/; or PLS.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")
def read(script: Path, language: str | None, lexicon: Path | None, is_json: bool) -> None:
    """Show how SCRIPT (a text file, or - for standard input) is read aloud.

    No server is needed. What is said otherwise than it is written stands in brackets, and so does
    what the script's directions ask; the name of a new speaker stands before the line.

    \b
    wordlight read script.txt
    echo "It costs $5 million." | wordlight read -
    """
    try:
        own = "" if lexicon is None else _text_of(lexicon, "--lexicon")
        text = _text_of(script, "SCRIPT")
        reading = read_script(text, language, "SCRIPT", parse_lexicon(own, "--lexicon"))
        reading = reading.warned(*other_brackets(text))
    except WordlightError as error:
        context = click.get_current_context()
        print_problem(as_typed(error, context.command, command_line(context)))
        raise SystemExit(INPUT_MUST_CHANGE) from None
    if is_json:
        click.echo(reading.to_json())
        return
    for line in lines(reading):
        click.echo(line)
    for warning in reading.warnings:
        click.echo(f"warning: {_LEXICON.sub('--lexicon', warning)}", err=True)


def lines(reading: Reading) -> list[str]:
    """The script's lines, with notes in brackets on how they are said.

    Words said differently from their spelling are followed by how they are said. Silences are noted
    too. The name of a new speaker stands before its line, a new voice or rate before its word.

    >>> lines(read_script("It costs $5 million. [pause:1s] So [rate:0.9]cheap."))
    ['It costs $5 million. [five million dollars] [1 s of silence] So [rate 0.9] cheap.']
    """
    shown: list[str] = []
    line = f"[{reading.lead_s:g} s of silence] " if reading.lead_s is not None else ""
    speaker, voice, rate = "", "", 1.0
    for group in reading.groups:
        first, last = group[0], group[-1]
        if first.speaker != speaker:
            line += f"{first.speaker}: " if first.speaker else ""
        if first.voice != voice:
            line += f"[voice {first.voice}] " if first.voice else "[the request's own voice] "
        if first.rate != rate:
            line += f"[rate {first.rate:g}] "
        speaker, voice, rate = first.speaker, first.voice, first.rate
        line += _group(group)
        if last.ends is Ending.NONE:
            line += " " if line.endswith("]") else last.glue
            continue
        shown.append(line)
        shown += [""] if last.ends is Ending.PARAGRAPH else []
        line = ""
    return [*shown, line.rstrip()] if line else shown


def _group(group: Sequence[ReadWord]) -> str:
    """The words of a group as they are written, how they are said, and the silence that follows."""
    *before, last = group
    text = "".join(word.text + word.glue for word in before) + last.text
    if group[0].phonemes:
        text += f" [/{group[0].phonemes}/]"
    elif not all(word.is_as_written for word in group):
        text += f" [{_said(group)}]"
    if last.pause_s is not None:
        text += f" [{last.pause_s:g} s of silence]"
    return text


def _said(group: Sequence[ReadWord]) -> str:
    said = "".join(" ".join(word.said) + ("" if word.runs_on else " ") for word in group)
    return said.strip() or "nothing"


def _text_of(file: Path, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextUnreadable(name, f"{file} is not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise TextUnreadable(name, f"{file}: {error.strerror or error}") from None
