"""``wordlight demo``: takes one script through everything, to a film and a table of figures."""

from __future__ import annotations

import errno
import fcntl
import html
import os
import shutil
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Unpack

import click

from wordlight.console import EXIT_FAILED, print_problem
from wordlight.errors import FolderInUse, WordsDiffer, WrongUsage
from wordlight_client._calls import SpeakOptions
from wordlight_client._client import Client
from wordlight_client._results import SPEECH_FILE, Alignment, Narration
from wordlight_client.burn import burn
from wordlight_client.commands._console import (
    Stages,
    print_files,
    print_table,
    stages,
)
from wordlight_client.commands._flags import client_at, option_flag, server_flags, voice_flag
from wordlight_client.commands._folder import out_flag
from wordlight_client.commands._summary import Row, narration_rows
from wordlight_client.commands._values import read_text
from wordlight_client.commands._word_errors import word_error_rate

SIZE = (1280, 720)
FILM_FILE = "karaoke.mp4"
DESK = ".demo.part"
HELD = "WORDLIGHT_FOLDER_HELD"
"""The variable with the folder that `./run demo` locked before it started the server."""
CHECKOUT = Path(__file__).parents[3]
"""The checkout that this code belongs to, if it does not come from a package."""
DEFAULT_SCRIPT = "docs/examples/script.txt"
DEFAULT_TIMEOUT_S = 600.0
SHOWN_CHARACTERS = 12
"""How many characters of the script are shown where the timed words differ from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The files of one demo, and how well its speech is understood."""

    narration: Narration
    wall_s: float
    word_error_rate: float
    paths: tuple[Path, ...]

    def rows(self) -> list[Row]:
        """The figures."""
        return [
            *narration_rows(self.narration, self.wall_s),
            ("word error rate, heard by Whisper", f"{self.word_error_rate:.1%}"),
        ]


@click.command(short_help="Speak a script, film its subtitles, and measure both.")
@click.argument("script", type=click.File("rb"), required=False)
@voice_flag("A ready voice, or a recording to speak like.")
@option_flag("seed")
@out_flag("out/demo")
@server_flags(DEFAULT_TIMEOUT_S)
def demo(
    script: BinaryIO | None,
    voice: str | None,
    seed: int | None,
    out: Path,
    url: str,
    timeout_s: float,
) -> None:
    """Narrate SCRIPT, burn its karaoke subtitles into a film, and let Whisper hear it again.

    Writes what `wordlight narrate` writes, and karaoke.mp4. Ends with exit code 1 unless every word
    of the script, and no other, came back with a time. In a checkout SCRIPT is
    docs/examples/script.txt if left out.

    \b
    wordlight serve &
    wordlight demo docs/examples/script.txt -o out/demo
    """
    if script is None:
        script = click.get_current_context().with_resource(_example().open("rb"))
    text = read_text(script)
    with alone_in(out) as desk:
        with stages() as stage, client_at(url) as client:
            outcome = run_demo(client, stage, text, desk, timeout_s, voice=voice, seed=seed)
        paths = _move_up(outcome.paths, out)
    print_table(f"Demo: {Path(script.name).name}", outcome.rows())
    print_files(paths)
    faults = word_faults(text, Alignment.load(out))
    for fault in faults:
        print_problem(WordsDiffer(fault))
    if faults:
        raise click.exceptions.Exit(EXIT_FAILED)


def _example() -> Path:
    """The example of the checkout that we are in, or that this code belongs to.

    Raises:
        WrongUsage: There is no checkout.
    """
    folders = (Path(), CHECKOUT)
    found = [path for folder in folders if (path := folder / DEFAULT_SCRIPT).is_file()]
    if not found:
        raise WrongUsage(
            f"SCRIPT is missing: {DEFAULT_SCRIPT} comes with a checkout, and this is none",
            "name a script of your own: wordlight demo script.txt",
        )
    return found[0]


def run_demo(
    client: Client,
    stage: Stages,
    text: str,
    out: Path,
    timeout_s: float,
    **options: Unpack[SpeakOptions],
) -> Outcome:
    """The script narrated, saved, filmed and transcribed."""
    width, height = SIZE
    stage.begin("Speaking, timing and subtitling")
    started_s = time.monotonic()
    narration = client.narrate(text, width=width, height=height, timeout_s=timeout_s, **options)
    wall_s = time.monotonic() - started_s
    paths = narration.save(out)
    stage.begin("Burning the subtitles into a film")
    film = _film(out, stage)
    stage.begin("Letting Whisper hear it")
    transcript = client.transcribe(narration.clip, timeout_s=timeout_s)
    rate = word_error_rate(text, transcript.text)
    return Outcome(narration, wall_s, rate, (*paths, film))


@contextmanager
def alone_in(out: Path) -> Iterator[Path]:
    """A folder in ``out`` for unfinished files; it is removed at the end.

    Only one demo writes into ``out`` at a time. If a demo is killed, the next removes its folder.

    Raises:
        FolderInUse: Another demo writes there.
    """
    out.mkdir(parents=True, exist_ok=True)
    folder = os.open(out, os.O_RDONLY)
    desk = out / DESK
    try:
        if os.environ.get(HELD) != str(out.resolve()) and not _is_ours(folder):
            raise FolderInUse(str(out), "another demo is writing into this folder")
        shutil.rmtree(desk, ignore_errors=True)
        desk.mkdir()
        try:
            yield desk
        finally:
            shutil.rmtree(desk, ignore_errors=True)
    finally:
        os.close(folder)


def word_faults(script: str, alignment: Alignment) -> list[str]:
    """What is wrong with the words that came back; empty if all are the script's and have times."""
    faults = []
    timed = [word.text for word in alignment.words]
    if _letters(script) != _letters("".join(timed)):
        faults.append(_difference(script, timed))
    if alignment.n_untimed:
        faults.append(f"{alignment.n_untimed} words came back without a time")
    return faults


def _letters(text: str) -> str:
    """The characters that must come back; marks may be lost, entities and accents may differ."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", html.unescape(text))))


def _difference(script: str, timed: Sequence[str]) -> str:
    written, position = _letters(script), 0
    for index, word in enumerate(timed):
        if not written.startswith(_letters(word), position):
            there = written[position : position + SHOWN_CHARACTERS]
            return f"word {index} came back as {word!r}; the script goes on with {there!r} there"
        position += len(_letters(word))
    return f"the script's end did not come back: {written[position:][:SHOWN_CHARACTERS]!r}"


def _is_ours(folder: int) -> bool:
    """Whether no other process has locked the folder, as far as its file system supports locks."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno != errno.EWOULDBLOCK
    return True


def _move_up(paths: Sequence[Path], out: Path) -> list[Path]:
    """Moves the files into ``out``; first removes all earlier files of the same names there."""
    for path in paths:
        (out / path.name).unlink(missing_ok=True)
    return [path.replace(out / path.name) for path in paths]


def _film(out: Path, stage: Stages) -> Path:
    film = out / FILM_FILE
    burn(
        out / "subtitles.ass", film, audio=out / SPEECH_FILE, size=SIZE, is_strict=True,
        on_progress=lambda share: stage.detail(f"{share:.0%}"),
    )  # fmt: skip
    return film
