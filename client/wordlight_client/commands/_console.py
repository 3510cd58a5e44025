"""Output in the terminal: stages, tables and notes; and the exit code of an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
from wordlight.errors import FileFailed


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
        """Ends the present stage, which is done; without a terminal, a line says so."""
        if self._task is not None:
            self._progress.update(self._task, completed=1, detail="")
            if not self._progress.console.is_terminal:
                task = next(task for task in self._progress.tasks if task.id == self._task)
                elapsed = TimeElapsedColumn().render(task)
                self._progress.console.print(
                    Text(f"✓ {task.description} {elapsed}"), soft_wrap=True
                )
        self._task = None


def _moving(progress: Progress) -> AbstractContextManager[object]:
    """The progress while it moves; without a terminal it is not drawn, not even at its end."""
    return progress if progress.console.is_terminal else nullcontext()


@contextmanager
def stages() -> Iterator[Stages]:
    """Stages, shown on standard error so that a pipe stays clean.

    Without a terminal nothing moves: each stage is a line once it is done, and the one that fails
    has none before its problem.
    """
    console = Console(stderr=True)
    progress = Progress(
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}"),
        console=console,
    )
    with _moving(progress):
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
    terminal, a line is written every few seconds instead, and one when all is done.
    """
    console = Console(stderr=True)
    progress = Progress(
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
    )
    with _moving(progress):
        task = progress.add_task(what, total=1.0)
        ticker = Ticker()

        def tell(share: float) -> None:
            progress.update(task, completed=share)
            if not console.is_terminal and ticker.is_due():
                console.print(Text(f"  {what}: {share:.0%}"))

        yield tell
        if not console.is_terminal:
            console.print(Text(f"✓ {what}: 100%"), soft_wrap=True)


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
