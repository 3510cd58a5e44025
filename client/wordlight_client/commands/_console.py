"""What a person sees in the terminal: stages, tables, and one sentence for an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from wordlight.errors import (
    BadAnswer,
    DeadlineExceeded,
    EngineFailed,
    InvalidInput,
    ServerBusy,
    ServerUnreachable,
    UnknownLanguage,
    UnknownVoice,
    WordlightError,
)
from wordlight_client._progress import CannotResume
from wordlight_client.commands._player import NoPlayer, NotPlayed

SAY_EVERY_S = 8.0
EXIT_FAILED, EXIT_BAD_INPUT, EXIT_NO_SERVER = 1, 2, 3

OR_A_FILE = "The speech can be written to a file with -o, and heard elsewhere."

REMEDIES: dict[type[WordlightError], str] = {
    ServerUnreachable: "Is --url (or WORDLIGHT_URL) the right one?",
    ServerBusy: "Try again in a moment; a server takes only as many requests as it can finish.",
    DeadlineExceeded: "Give it longer with --timeout, or a shorter text.",
    UnknownVoice: "Choose one of these. narrate takes a recording too: --voice me.wav",
    NoPlayer: OR_A_FILE,
    NotPlayed: OR_A_FILE,
    UnknownLanguage: "Choose one of these with --language.",
    CannotResume: "Without --resume it is made from the start.",
    InvalidInput: "See --help for what is allowed.",
    EngineFailed: "Look there for the reason; nothing is wrong with the request.",
    BadAnswer: "Do the client and the server have the same version of Wordlight?",
}
"""What to do about an error, by its nearest class."""


def exit_code(error: WordlightError) -> int:
    """2 for what the caller can mend, 3 for a server that is not there or busy, else 1."""
    if isinstance(error, InvalidInput | UnknownVoice | UnknownLanguage | CannotResume):
        return EXIT_BAD_INPUT
    if isinstance(error, ServerUnreachable | ServerBusy | DeadlineExceeded):
        return EXIT_NO_SERVER
    return EXIT_FAILED


def print_error(sentence: str, remedy: str | None = None) -> None:
    """Writes one red sentence to standard error, and what to do about it."""
    console = Console(stderr=True)
    console.print(Text(f"Error: {sentence.rstrip('.')}.", style="bold red"))
    if remedy:
        console.print(Text(remedy))


def print_note(sentence: str) -> None:
    """Writes one plain sentence to standard error."""
    Console(stderr=True).print(Text(sentence), soft_wrap=True)


def print_warning(sentence: str) -> None:
    """Writes one yellow sentence to standard error."""
    Console(stderr=True).print(Text(f"Warning: {sentence.rstrip('.')}.", style="yellow"))


def remedy_for(error: WordlightError) -> str | None:
    """What to do about an error, if there is something."""
    return next((REMEDIES[kind] for kind in type(error).__mro__ if kind in REMEDIES), None)


class Stages:
    """The stages of one run: a spinner and a clock for the present one, a tick for each before."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._silence_over = threading.Event()

    def begin(self, what: str) -> None:
        """Ends the stage before, and starts this one."""
        self.finish()
        self._task = self._progress.add_task(what, total=1, detail="")

    def detail(self, text: str) -> None:
        """Tells how far the present stage is."""
        if self._task is not None:
            self._progress.update(self._task, detail=text)

    def say_where_nothing_moves(self) -> None:
        """Writes a line every few seconds where no spinner turns, until ``fall_silent``."""
        while not self._silence_over.wait(SAY_EVERY_S):
            for task in self._progress.tasks:
                if task.id == self._task and not self._progress.console.is_terminal:
                    detail = f", {task.fields['detail']}" if task.fields["detail"] else ""
                    line = f"  {task.description}: {task.elapsed:.0f} s{detail}"
                    self._progress.console.print(line, soft_wrap=True)

    def fall_silent(self) -> None:
        """Ends those lines."""
        self._silence_over.set()

    def finish(self) -> None:
        """Ends the present stage."""
        if self._task is not None:
            self._progress.update(self._task, completed=1, detail="")
        self._task = None


@contextmanager
def stages() -> Iterator[Stages]:
    """Stages on standard error, where they disturb no pipe."""
    progress = Progress(
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}"),
        console=Console(stderr=True),
    )
    with progress:
        shown = Stages(progress)
        threading.Thread(target=shown.say_where_nothing_moves, daemon=True).start()
        try:
            yield shown
            shown.finish()
        finally:
            shown.fall_silent()


@contextmanager
def bar(what: str) -> Iterator[Callable[[float], None]]:
    """A bar with the time left, on standard error; what is yielded takes the share done, 0 to 1.

    Where nothing can move, a line every few seconds.
    """
    progress = Progress(
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    )
    with progress:
        task = progress.add_task(what, total=1.0)
        said_s = time.monotonic()

        def tell(share: float) -> None:
            nonlocal said_s
            progress.update(task, completed=share)
            if not progress.console.is_terminal and time.monotonic() - said_s >= SAY_EVERY_S:
                said_s = time.monotonic()
                progress.console.print(Text(f"  {what}: {share:.0%}"))

        yield tell


def print_table(title: str, rows: Iterable[Sequence[str]]) -> None:
    """Writes a table of names and values to standard output."""
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def print_files(paths: Iterable[Path | str]) -> None:
    """Writes each path or address on a line of its own, unwrapped, for a person or a pipe."""
    console = Console()
    for path in paths:
        console.print(Text(str(path)), soft_wrap=True)
