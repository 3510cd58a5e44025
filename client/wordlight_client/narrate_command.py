"""``wordlight narrate``: a script into files, chunk by chunk."""

from __future__ import annotations

import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Unpack

import click

from wordlight_client._calls import NarrateOptions, PublishOptions
from wordlight_client._client import Client
from wordlight_client._console import print_files, print_note, print_table, stages
from wordlight_client._failures import ModelMissing
from wordlight_client._flags import (
    lexicon_flag,
    option_flag,
    publish_flags,
    read_text,
    said,
    server_flags,
    stream_flags,
    subtitle_flags,
    without_publishing,
)
from wordlight_client._folder import check_folder
from wordlight_client._narrating import Made, NoParts, Run, begin, kept, playing
from wordlight_client._progress import Asked

SILENCE_S, TAKE_S = 600.0, 240.0
"""How long nothing may come before the server is given up: a busy one may let a request wait for
two minutes, and a chunk takes a slow machine two more; how much longer for each take of --check."""
MOST_TAKES = 3
"""Unless --tries says otherwise."""
DEFAULT_TIMEOUT_S = 600.0
CHARACTERS_PER_S, PATIENCE = 15.0, 4.0
"""A reader's pace; and how many times as long a slow server may take to speak and time a text."""


@dataclass(frozen=True, slots=True)
class How:
    """What the flags say of the way, not of the narration."""

    out: Path
    url: str
    timeout_s: float | None
    check: bool
    tries: int | None
    resume: bool
    play: bool

    @property
    def silence_s(self) -> float | None:
        """How long nothing may come."""
        if self.timeout_s is not None:
            return None
        return SILENCE_S + (TAKE_S * (self.tries or MOST_TAKES) if self.check else 0.0)

    @property
    def needs_parts(self) -> list[str]:
        """The flags that only a stream can obey."""
        flags = {"--check": self.check, "--resume": self.resume, "--play": self.play}
        return [flag for flag, is_given in flags.items() if is_given]


@click.command(short_help="Speak a script and subtitle it, word by word.")
@click.argument("script", type=click.File("rb"))
@click.option(
    "--voice",
    metavar="NAME|FILE",
    help="A ready voice's name, or a recording of 1 to 15 s to speak like.",
)
@click.option(
    "--ref-text",
    "reference_text",
    metavar="TEXT",
    help="What is said in that recording; transcribed if left out.",
)
@option_flag("speed")
@option_flag("steps")
@option_flag("cfg_strength")
@option_flag("sway")
@option_flag("seed")
@lexicon_flag
@subtitle_flags
@stream_flags
@publish_flags
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"),
    metavar="DIR", show_default=True, help="Where the files go.",
)  # fmt: skip
@server_flags(None, "as long as something comes every 10 minutes")
def narrate(
    script: BinaryIO,
    size: tuple[int, int] | None,
    publish: str | None,
    out: Path,
    url: str,
    timeout_s: float | None,
    check: bool,
    tries: int | None,
    resume: bool,
    play: bool,
    **options: Unpack[PublishOptions],
) -> None:
    """Speak SCRIPT (a text file, or - for standard input) and subtitle it, word by word.

    Writes speech.wav, words.json, subtitles.ass, .srt, .vtt, .highlight.vtt, .ttml, .json, .lrc
    and report.json into DIR; or, with --publish, the server puts them into a bucket.
    What is done is kept chunk by chunk: after Ctrl-C or a lost connection, --resume goes on.

    \b
    wordlight narrate script.txt -o out
    wordlight narrate script.txt --voice me.wav --ref-text "What I say in it." --seed 7
    wordlight narrate book.txt -o book --check --play
    wordlight narrate book.txt -o book --check --play --resume
    echo "Hello there!" | wordlight narrate - --mode word --karaoke kf --size 1080x1920
    wordlight narrate script.txt --preset boxed --style '{"size": 72}'
    """
    how = How(out, url, timeout_s, check, tries, resume, play)
    if tries is not None and not check:
        raise click.UsageError("--tries says how often --check may have a chunk spoken")
    text = read_text(script)
    options["width"], options["height"] = size or (None, None)
    if publish is not None:
        _publish(text, publish, how, options)
    else:
        _save(text, how, without_publishing(options))


def _save(text: str, how: How, options: NarrateOptions) -> None:
    check_folder(how.out)
    asked = Asked.of(text, check=how.check, tries=how.tries, **options)
    progress = begin(how.out, asked, is_resumed=how.resume)
    with playing(how.play) as player:
        with kept(progress, how.out, _again()), stages() as stage, Client(how.url) as client:
            made = _made(client, text, how, options, Run(progress, stage, player))
            stage.begin("Writing files")
            paths = made.narration.save(how.out)
        print_table("Narration", made.rows())
        print_files(paths)


def _made(client: Client, text: str, how: How, options: NarrateOptions, run: Run) -> Made:
    """The narration, part by part if the server can."""
    run.stage.begin(f"Speaking {_n_words(text)}")
    stream = client.narrate_stream(
        text,
        timeout_s=how.timeout_s,
        silence_s=how.silence_s,
        check=how.check,
        tries=how.tries,
        resume=run.progress if how.resume else None,
        **options,
    )
    try:
        return run.make(stream)
    except ModelMissing:
        if how.needs_parts:
            raise NoParts(how.needs_parts) from None
        print_note("This server sends no parts of a narration; it answers when all is made.")
        started_s = time.monotonic()
        narration = client.narrate(text, timeout_s=_timeout_s(text, how), **options)
        return Made(narration, time.monotonic() - started_s)


def _publish(text: str, destination: str, how: How, options: PublishOptions) -> None:
    if how.needs_parts:
        raise click.UsageError(f"{', '.join(how.needs_parts)} cannot go with --publish")
    with stages() as stage, Client(how.url) as client:
        stage.begin(f"Speaking, timing and subtitling {_n_words(text)}, publishing")
        made = client.narrate_publish(text, destination, timeout_s=_timeout_s(text, how), **options)
    print_files(file.url for file in made.files)


def _timeout_s(text: str, how: How) -> float:
    """How long is waited for an answer that comes at once or not at all."""
    return how.timeout_s or DEFAULT_TIMEOUT_S + PATIENCE * len(text) / CHARACTERS_PER_S


def _n_words(text: str) -> str:
    n_words = len(text.split())
    return f"{n_words:,} word{'s' * (n_words != 1)}"


def _again() -> str:
    """The command line that goes on with what this one has begun."""
    program = os.environ.get("WORDLIGHT_COMMAND", "wordlight")
    command, *arguments = (word for word in said() if word != "--resume")
    again = f"{program} {shlex.join([command, '--resume', *arguments])}"
    return f"{again}\nand give it the same text" if "-" in arguments else again
