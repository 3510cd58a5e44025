"""Output in the terminal: stages, tables and notes; and the exit code of an error."""

from __future__ import annotations

import threading
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

from wordlight.console import Ticker
from wordlight.errors import (
    CannotResume,
    DeadlineExceeded,
    FileFailed,
    InvalidInput,
    ServerBusy,
    ServerUnreachable,
    UnknownLanguage,
    UnknownVoice,
    WordlightError,
)

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_NO_SERVER = 1, 2, 3


def exit_code(error: WordlightError) -> int:
    """2 if the caller can fix the input, 3 if the server is missing or busy, else 1."""
    if isinstance(error, InvalidInput | UnknownVoice | UnknownLanguage | CannotResume):
        return EXIT_BAD_INPUT
    if isinstance(error, ServerUnreachable | ServerBusy | DeadlineExceeded):
        return EXIT_NO_SERVER
    return EXIT_FAILED


def file_failure(error: OSError) -> FileFailed:
    """Our error for an error of the operating system."""
    return FileFailed(str(error.filename or ""), str(error.strerror or error))


def print_note(sentence: str) -> None:
    """Writes one plain sentence to standard error."""
    Console(stderr=True).print(Text(sentence), soft_wrap=True)


def print_warning(sentence: str) -> None:
    """Writes one yellow sentence to standard error."""
    Console(stderr=True).print(Text(f"Warning: {sentence.rstrip('.')}.", style="yellow"))


class Stages:
    """The stages of one run: the present one has a spinner and a clock, each one before a tick."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._ticker = Ticker()

    def begin(self, what: str) -> None:
        """Ends the present stage, and begins the next."""
        self.finish()
        self._task = self._progress.add_task(what, total=1, detail="")

    def detail(self, text: str) -> None:
        """Shows how far the present stage is."""
        if self._task is not None:
            self._progress.update(self._task, detail=text)

    def say_where_nothing_moves(self) -> None:
        """Writes a line every few seconds if there is no terminal, until ``fall_silent``."""
        for _ in self._ticker.beats():
            for task in self._progress.tasks:
                if task.id == self._task and not self._progress.console.is_terminal:
                    detail = f", {task.fields['detail']}" if task.fields["detail"] else ""
                    line = f"  {task.description}: {task.elapsed:.0f} s{detail}"
                    self._progress.console.print(line, soft_wrap=True)

    def fall_silent(self) -> None:
        """Stops the lines of ``say_where_nothing_moves``."""
        self._ticker.end()

    def finish(self) -> None:
        """Ends the present stage."""
        if self._task is not None:
            self._progress.update(self._task, completed=1, detail="")
        self._task = None


@contextmanager
def stages() -> Iterator[Stages]:
    """Stages, shown on standard error so that a pipe stays clean."""
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
    """A progress bar with the time left, on standard error.

    Yields a function that is called with the share done, 0 to 1. If standard error is not a
    terminal, a line is written every few seconds instead.
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
        ticker = Ticker()

        def tell(share: float) -> None:
            progress.update(task, completed=share)
            if not progress.console.is_terminal and ticker.is_due():
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
    """Writes each path or address to standard output, on an unwrapped line of its own."""
    console = Console()
    for path in paths:
        console.print(Text(str(path)), soft_wrap=True)
