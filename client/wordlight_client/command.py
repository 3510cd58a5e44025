"""The ``wordlight`` command: a group that loads its subcommands when they are called."""

from __future__ import annotations

import importlib.metadata
import os
import time
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import BinaryIO, Unpack
from typing import cast as typed

import click

from wordlight import __version__
from wordlight.console import print_problem
from wordlight.errors import WordlightError
from wordlight_client import _embedding as embedding
from wordlight_client._calls import CaptionOptions
from wordlight_client._cast import Cast
from wordlight_client._client import Client
from wordlight_client._console import (
    EXIT_FAILED,
    exit_code,
    file_failure,
    print_files,
    print_table,
    print_warning,
    stages,
)
from wordlight_client._flags import (
    ARGUMENTS,
    cast_flag,
    embed_flag,
    file_name,
    lexicon_flag,
    server_flags,
    subtitle_flags,
)
from wordlight_client._folder import check_folder
from wordlight_client._lacking import lacking, what_to_install
from wordlight_client._manuscript import read_transcript
from wordlight_client._option_words import in_options
from wordlight_client._own_looks import with_look
from wordlight_client._probe import shown_size
from wordlight_client._summary import captioning_rows
from wordlight_client.narrate_command import narrate as narrate

ENTRY_POINTS = "wordlight.commands"
DEFAULT_TIMEOUT_S = 600.0
VOICES = {
    "list": "wordlight_client.voices_command:list_voices",
    "try": "wordlight_client.voices_command:try_voice",
    "add": "wordlight.commands.voices:add",
    "remove": "wordlight.commands.voices:remove",
}
"""Subcommands of ``wordlight voices``."""


class LazyGroup(click.Group):
    """Subcommands from entry points, each imported only when it is called or described.

    One whose packages are not installed stays in the list and says what to install. Errors of
    ``wordlight.errors`` end any of them with one sentence and an exit code, never a traceback.
    """

    def entries(self) -> Mapping[str, EntryPoint]:
        """The subcommands by name."""
        return _entry_points()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments; they are kept as they were typed for who wants to name them."""
        ctx.meta.setdefault(ARGUMENTS, tuple(args))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(self.entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, or a stand-in that says what it lacks."""
        entry = self.entries().get(cmd_name)
        if entry is None:
            return None
        try:
            command = entry.load()
        except ModuleNotFoundError as error:
            return lacking(cmd_name, error.name or "a package")
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """The subcommand's result; its errors as a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except WordlightError as error:
            print_problem(in_options(error, self._called(ctx)))
            ctx.exit(exit_code(error))
        except ModuleNotFoundError as error:
            print_problem(what_to_install(error.name or "a package"))
            ctx.exit(EXIT_FAILED)
        except OSError as error:
            print_problem(file_failure(error))
            ctx.exit(EXIT_FAILED)

    def _called(self, ctx: click.Context) -> click.Command:
        """The command that was typed, below however many groups."""
        command: click.Command = self
        for word in ctx.meta[ARGUMENTS]:
            if isinstance(command, click.Group):
                command = command.get_command(ctx, word) or command
        return command


class VoicesGroup(LazyGroup):
    """``wordlight voices``; where no subcommand is named, it lists."""

    def entries(self) -> Mapping[str, EntryPoint]:
        """Listing is the client's; the volume's part may not be installed."""
        return {name: EntryPoint(name, value, ENTRY_POINTS) for name, value in VOICES.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with ``list`` before them if they name no subcommand."""
        asks_for_help = args[:1] in (["-h"], ["--help"])
        names_none = not args or args[0].startswith("-")
        return super().parse_args(
            ctx, ["list", *args] if names_none and not asks_for_help else args
        )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wordlight")
def main() -> None:
    """Narration whose subtitles light up word by word.

    \b
    wordlight serve                          start a server on this machine
    wordlight narrate script.txt -o out      speak a script and subtitle it
    wordlight caption talk.mp4 -o out        subtitle a recording
    wordlight burn out/subtitles.ass --onto talk.mp4    burn them in
    wordlight looks                          show how subtitles can look
    wordlight read script.txt                show how a script is read aloud

    The server is found with --url or WORDLIGHT_URL, else at localhost:8001. Exit codes: 2 means
    that the input must change, 3 that the server is not there or busy, 1 anything else.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # gRPC's own log lines tell a user nothing


@click.command(short_help="Subtitle a recording, word by word.")
@click.argument("recording", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--script",
    type=click.File("rb"),
    metavar="FILE",
    help="What is said, if it is known: then it is timed, not guessed.",
)
@lexicon_flag
@cast_flag("--speakers", "--cast", meaning="Names that lines of that script begin with: Anna,Ben.")
@click.option(
    "--track",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which audio track is heard, counted from 1; the default track if left out.",
)
@subtitle_flags
@embed_flag
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"),
    metavar="DIR", show_default=True, help="Where the files go.",
)  # fmt: skip
@server_flags(DEFAULT_TIMEOUT_S)
def caption(
    recording: Path,
    script: BinaryIO | None,
    track: int | None,
    out: Path,
    size: tuple[int, int] | None,
    embed_fonts: bool,
    url: str,
    timeout_s: float,
    **options: Unpack[CaptionOptions],
) -> None:
    """Subtitle RECORDING (an audio or video file), word by word.

    Times are those that a player of RECORDING shows, also where its sound starts late or has holes.
    A video's own size is what the subtitles are made for, unless --size names another.
    Writes words.json, report.json and the subtitles in every format (subtitles.ass, .srt, …) into
    DIR.

    \b
    wordlight caption talk.mp4 -o out
    wordlight caption talk.wav --script talk.txt --look documentary --language en
    wordlight caption film.mkv --track 2
    """
    options = typed("CaptionOptions", with_look(options))
    options["width"], options["height"] = size or shown_size(recording) or (None, None)
    options["transcript"] = _transcript(script, options.pop("cast", None))
    if script is None and options.get("lexicon") is not None:
        raise click.UsageError("--lexicon tells how words of --script are said; give --script too")
    doing = "Hearing" if script is None else "Timing"
    check_folder(out)
    with stages() as stage, Client(url) as client:
        stage.begin(f"{doing} and subtitling {recording.name}")
        started_s = time.monotonic()
        captioning = client.caption(recording, track=track, timeout_s=timeout_s, **options)
        wall_s = time.monotonic() - started_s
        stage.begin("Writing files")
        paths = captioning.save(out)
        if embed_fonts:
            embedding.embed_fonts(paths)
    print_table("Captions", captioning_rows(captioning, wall_s))
    print_files(paths)


def _transcript(script: BinaryIO | None, cast: Cast | None) -> str | None:
    """What is said, if it is known, with labels for the names of the cast.

    Raises:
        click.UsageError: There is a cast and no script.
        ScriptUnusable: The script cannot be.
    """
    if script is None:
        if cast is not None:
            raise click.UsageError("--speakers says whose lines a script has; give --script too")
        return None
    prepared = read_transcript(script, cast)
    for warning in prepared.warnings:
        print_warning(f"{file_name(script)}: {warning}")
    return prepared.text


@click.group(cls=VoicesGroup, short_help="List, hear, add and remove ready voices.")
def voices() -> None:
    """List the server's ready voices and hear them; put voices onto a volume, or take them off.

    \b
    wordlight voices [--language de]
    wordlight voices try emma
    wordlight voices add anna anna.wav --text "Exactly what she says in it."
    wordlight voices remove anna
    """


def _entry_points() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)}
