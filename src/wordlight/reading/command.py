"""``wordlight read``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from wordlight.errors import WordlightError
from wordlight.reading._reading import Reading, ReadWord
from wordlight.reading._script import read_script
from wordlight.reading.directions import other_brackets
from wordlight.reading.lexicon import parse_lexicon
from wordlight.words import Ending

INPUT_MUST_CHANGE = 2
"""Exit code, as of every command that takes a script."""


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

    No server is needed. What is said otherwise than it is written stands in brackets, the name of
    a new speaker before the line.

    \b
    wordlight read script.txt
    echo "It costs $5 million." | wordlight read -
    """
    own = "" if lexicon is None else _text_of(lexicon, "LEXICON")
    try:
        text = _text_of(script, "SCRIPT")
        reading = read_script(text, language, "SCRIPT", parse_lexicon(own))
        reading = reading.warned(*other_brackets(text))
    except WordlightError as error:
        _refuse(f"{error.code} {error}")
    if is_json:
        click.echo(reading.to_json())
        return
    for line in lines(reading):
        click.echo(line)
    for warning in reading.warnings:
        click.echo(f"warning: {warning}", err=True)


def lines(reading: Reading) -> list[str]:
    """The script's lines, what is said for a group in brackets behind it, a new speaker before it.

    >>> lines(read_script("It costs $5 million."))
    ['It costs $5 million. [five million dollars]']
    """
    shown: list[str] = []
    line = speaker = ""
    for group in reading.groups:
        if group[0].speaker != speaker:
            speaker = group[0].speaker
            line += f"{speaker}: " if speaker else ""
        for word in group:
            line += word.text + (word.glue if word is not group[-1] else "")
        if not all(word.is_as_written for word in group):
            line += f" [{_said(group)}]"
        last = group[-1]
        if last.ends is Ending.NONE:
            line += " " if line.endswith("]") else last.glue
            continue
        shown.append(line)
        shown += [""] if last.ends is Ending.PARAGRAPH else []
        line = ""
    return [*shown, line.rstrip()] if line else shown


def _said(group: Sequence[ReadWord]) -> str:
    return " ".join(part for word in group for part in word.said) or "nothing"


def _text_of(file: Path, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"{name} is not UTF-8: byte {error.start} of {file} cannot be read")
    except OSError as error:
        _refuse(f"{name} cannot be read: {file}: {error.strerror or error}")


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    raise SystemExit(INPUT_MUST_CHANGE)
