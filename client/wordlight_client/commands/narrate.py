"""``wordlight narrate``: makes narrations of scripts, chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO
from typing import cast as typed

import click

from wordlight.console import check_not_a_file
from wordlight.errors import WrongUsage
from wordlight_client._calls import PublishOptions
from wordlight_client._own_looks import with_look
from wordlight_client.commands._console import print_warning
from wordlight_client.commands._flags import (
    cast_flag,
    embed_flag,
    lexicon_flag,
    option_flag,
    publish_flags,
    server_flags,
    stream_flags,
    subtitle_flags,
    voice_flag,
)
from wordlight_client.commands._folder import check_folder, out_flag
from wordlight_client.commands._job import How, Job, begin_job, publish_job, save_job
from wordlight_client.commands._jobs import folders_of, save_all
from wordlight_client.commands._manuscript import FORMATS, Manuscript, read_manuscript
from wordlight_client.commands._values import file_name


@click.command(short_help="Speak a script and subtitle it, word by word.")
@click.argument("scripts", metavar="SCRIPT...", nargs=-1, required=True, type=click.File("rb"))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="auto",
    show_default=True,
    help="What SCRIPT is written in; auto takes .md and .markdown for Markdown.",
)
@cast_flag(
    "--cast", meaning="Whose lines begin with which name, in which voice: Anna=emma,Ben=daniel."
)
@voice_flag("A ready voice's name, or a recording of 1 to 15 s to speak like.")
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
@embed_flag
@stream_flags
@publish_flags
@out_flag()
@server_flags(None, "as long as something comes every 10 minutes")
def narrate(
    scripts: tuple[BinaryIO, ...],
    form: str,
    size: tuple[int, int] | None,
    publish: str | None,
    out: Path,
    **options: Any,
) -> None:
    """Speak SCRIPT (a text file, or - for standard input) and subtitle it, word by word.

    Writes speech.wav, words.json, report.json and the subtitles in every format (subtitles.ass,
    .srt, …) into DIR; or, with --publish, the server puts them into a bucket.
    What is done is kept chunk by chunk: after Ctrl-C or a lost connection, --resume goes on.
    SCRIPT may be Markdown, and may begin with front matter that sets what flags here do not.
    Of several scripts each has a folder of its name in DIR.

    \b
    wordlight narrate script.txt -o out
    wordlight narrate script.txt --voice me.wav --ref-text "What I say in it." --seed 7
    wordlight narrate talk.md --cast Anna=emma,Ben=daniel,*=echo
    wordlight narrate one.txt two.md -o out
    wordlight narrate book.txt -o book --check --play
    wordlight narrate book.txt -o book --check --play --resume
    echo "Hello there!" | wordlight narrate - --mode word --karaoke kf --size 1080x1920
    wordlight narrate script.txt --look shorts --size 1080x1920
    wordlight narrate script.txt --look my-look.toml --style '{"scale": 1.2}'
    """
    check_not_a_file("--ref-text", options["reference_text"] or "")
    how = How.taken_from(options)
    if publish is not None and len(scripts) > 1:
        raise WrongUsage("--publish takes one SCRIPT at a time", "publish them one by one")
    jobs = _jobs(scripts, form, {**options, "size": size}, out)
    if publish is not None:
        publish_job(jobs[0], publish, how)
    elif len(jobs) == 1:
        check_folder(out)
        save_job(jobs[0], how, begin_job(jobs[0], how))
    else:
        click.get_current_context().exit(save_all(jobs, out, how))


def _jobs(scripts: Sequence[BinaryIO], form: str, given: dict[str, Any], out: Path) -> list[Job]:
    """The job of each script; prints warnings about the scripts."""
    names = [file_name(script) for script in scripts]
    folders = folders_of(names, out) if len(names) > 1 else [out]
    context, cast = click.get_current_context(), given.pop("cast", None)
    read = [read_manuscript(script, context, form, cast) for script in scripts]
    for script in read:
        for warning in script.warnings:
            print_warning(f"{script.name}: {warning}")
    return [_job(script, given, folder) for script, folder in zip(read, folders, strict=True)]


def _job(script: Manuscript, given: dict[str, Any], out: Path) -> Job:
    """The job of a script. Flags override its front matter."""
    options = with_look({**given, **script.options})
    width, height = options.pop("size") or (None, None)
    options |= {"width": width, "height": height}
    return Job(script.name, script.text, typed("PublishOptions", options), out)
