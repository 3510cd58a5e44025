"""``wordlight caption``: words and subtitles of a recording."""

from __future__ import annotations

import time
from pathlib import Path
from typing import BinaryIO, Unpack
from typing import cast as typed

import click

from wordlight.errors import WrongUsage
from wordlight_client._calls import CaptionOptions
from wordlight_client._own_looks import with_look
from wordlight_client.burn import embed_fonts as embed_fonts_in
from wordlight_client.burn import shown_size
from wordlight_client.commands._console import print_files, print_table, print_warning, stages
from wordlight_client.commands._flags import (
    cast_flag,
    client_at,
    embed_flag,
    lexicon_flag,
    server_flags,
    subtitle_flags,
)
from wordlight_client.commands._folder import check_folder, out_flag
from wordlight_client.commands._manuscript import read_transcript
from wordlight_client.commands._summary import captioning_rows
from wordlight_client.commands._values import file_name
from wordlight_client.scripts import Cast

DEFAULT_TIMEOUT_S = 600.0


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
@out_flag()
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
    options["transcript"] = _transcript(script, options.pop("cast", None), options.get("lexicon"))
    doing = "Hearing" if script is None else "Timing"
    check_folder(out)
    with stages() as stage, client_at(url) as client:
        stage.begin(f"{doing} and subtitling {recording.name}")
        started_s = time.monotonic()
        captioning = client.caption(recording, track=track, timeout_s=timeout_s, **options)
        wall_s = time.monotonic() - started_s
        stage.begin("Writing files")
        paths = captioning.save(out)
        if embed_fonts:
            embed_fonts_in(paths)
    print_table("Captions", captioning_rows(captioning, wall_s))
    print_files(paths)


def _transcript(script: BinaryIO | None, cast: Cast | None, lexicon: object) -> str | None:
    """The transcript with labels for the names of the cast; None without a script.

    Raises:
        WrongUsage: There is a cast or a lexicon, but no script.
        ScriptUnusable: The script is invalid.
    """
    if script is None:
        if cast is not None:
            raise WrongUsage("--speakers says whose lines a script has", "give --script too")
        if lexicon is not None:
            raise WrongUsage("--lexicon tells how words of --script are said", "give --script too")
        return None
    prepared = read_transcript(script, cast)
    for warning in prepared.warnings:
        print_warning(f"{file_name(script)}: {warning}")
    return prepared.text
