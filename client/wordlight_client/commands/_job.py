"""One script of ``wordlight narrate``: its narration is saved in a folder, or published."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from wordlight.errors import ModelMissing, NoParts, WrongUsage
from wordlight_client._calls import NarrateOptions, PublishOptions
from wordlight_client._client import Client
from wordlight_client._progress import Asked, Progress
from wordlight_client.burn import embed_fonts
from wordlight_client.commands._console import print_files, print_note, print_table, stages
from wordlight_client.commands._flags import client_at, said, without_publishing
from wordlight_client.commands._narrating import Made, Run, begin, kept, playing

SILENCE_S, TAKE_S = 600.0, 240.0
"""The longest wait for a part, and how much each take of --check adds to it. A busy server may let
a request wait for two minutes, and a slow machine takes another two for a chunk."""
MOST_TAKES = 3
"""The number of takes without --tries."""
DEFAULT_TIMEOUT_S = 600.0
CHARACTERS_PER_S, PATIENCE = 15.0, 4.0
"""A reader's pace, and how many times longer than a reader a slow server may take."""

_DIRECTION = re.compile(r"\[(?:pause|voice|rate)\s?:[^\[\]\n]*\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class How:
    """How a narration is made: the flags that do not change the narration itself."""

    url: str
    timeout_s: float | None
    check: bool
    tries: int | None
    resume: bool
    play: bool
    embed_fonts: bool

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> How:
        """Takes these flags out of all the flags of a command.

        Raises:
            WrongUsage: --tries is given without --check.
        """
        how = cls(**{field.name: options.pop(field.name) for field in fields(cls)})
        if how.tries is not None and not how.check:
            raise WrongUsage(
                "--tries says how often --check may have a chunk spoken",
                "give --check too, or leave --tries out",
            )
        return how

    @property
    def silence_s(self) -> float | None:
        """The longest wait for a part; None if a timeout bounds the whole narration."""
        if self.timeout_s is not None:
            return None
        return SILENCE_S + (TAKE_S * (self.tries or MOST_TAKES) if self.check else 0.0)

    @property
    def needs_parts(self) -> list[str]:
        """The given flags that need a stream."""
        flags = {"--check": self.check, "--resume": self.resume, "--play": self.play}
        return [flag for flag, is_given in flags.items() if is_given]


@dataclass(frozen=True, slots=True)
class Job:
    """A script, how it is to be spoken, and the folder for results. ``name``: the script's path."""

    name: str
    text: str
    options: PublishOptions
    out: Path

    @property
    def file(self) -> str:
        """The name of the script's file, without the folder."""
        return Path(self.name).name

    @property
    def narration(self) -> NarrateOptions:
        """The options without those of publishing."""
        return without_publishing(PublishOptions(**self.options))

    def asked(self, how: How) -> Asked:
        """The text and options that the server is asked for.

        Raises:
            InvalidInput: An option is invalid.
        """
        return Asked.of(self.text, check=how.check, tries=how.tries, **self.narration)

    @property
    def n_words(self) -> str:
        """The number of words to speak, as text."""
        n_words = len(_DIRECTION.sub(" ", self.text).split())
        return f"{n_words:,} word{'s' * (n_words != 1)}"

    def timeout_s(self, how: How) -> float:
        """The longest wait for an answer that comes in one piece."""
        return how.timeout_s or DEFAULT_TIMEOUT_S + PATIENCE * len(self.text) / CHARACTERS_PER_S


def begin_job(job: Job, how: How) -> Progress:
    """The progress of the only script of a call."""
    return begin(job.out, job.asked(how), is_resumed=how.resume)


def save_job(job: Job, how: How, progress: Progress, title: str = "Narration") -> Made:
    """Makes the narration, and writes its files."""
    with playing(how.play) as player:
        with kept(progress, job.out, _again()), stages() as stage, client_at(how.url) as client:
            made = _made(client, job, how, Run(progress, stage, player))
            stage.begin("Writing files")
            paths = made.narration.save(job.out)
            if how.embed_fonts:
                embed_fonts(paths)
        print_table(title, made.rows())
        print_files(paths)
    return made


def publish_job(job: Job, destination: str, how: How) -> None:
    """Has the server speak the script and put the files at the destination.

    Raises:
        WrongUsage: A flag is given that needs a stream.
    """
    if how.needs_parts:
        raise _not_published(how.needs_parts)
    if how.embed_fonts:
        raise _not_published(["--embed-fonts"])
    with stages() as stage, client_at(how.url) as client:
        stage.begin(f"Speaking, timing and subtitling {job.n_words}, publishing")
        made = client.narrate_publish(
            job.text, destination, timeout_s=job.timeout_s(how), **job.options
        )
    print_files(file.url for file in made.files)


def _not_published(flags: Sequence[str]) -> WrongUsage:
    named = ", ".join(flags)
    return WrongUsage(f"{named} cannot go with --publish", f"leave {named} out, or --publish")


def _made(client: Client, job: Job, how: How, run: Run) -> Made:
    """The narration, made part by part if the server is able to."""
    run.stage.begin(f"Speaking {job.n_words}")
    stream = client.narrate_stream(
        job.text,
        timeout_s=how.timeout_s,
        silence_s=how.silence_s,
        check=how.check,
        tries=how.tries,
        resume=run.progress if run.progress.parts else None,
        **job.narration,
    )
    try:
        return run.make(stream)
    except ModelMissing:
        if how.needs_parts:
            raise NoParts(how.needs_parts) from None
        print_note("This server sends no parts of a narration; it answers when all is made.")
        started_s = time.monotonic()
        narration = client.narrate(job.text, timeout_s=job.timeout_s(how), **job.narration)
        return Made(narration, time.monotonic() - started_s)


def _again() -> str:
    """The command line that goes on with the narration that this one has begun."""
    program = os.environ.get("WORDLIGHT_COMMAND", "wordlight")
    command, *arguments = (word for word in said() if word != "--resume")
    again = f"{program} {shlex.join([command, '--resume', *arguments])}"
    return f"{again}\nand give it the same text" if "-" in arguments else again
