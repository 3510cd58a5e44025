"""``wordlight top``."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

import click
from rich.console import Console, RenderableType
from rich.live import Live

from wordlight.commands._figures import WINDOW_S, Figures, figures
from wordlight.commands._look import Look, Server
from wordlight.commands._top_screen import picture
from wordlight.console import exit_code
from wordlight.errors import WordlightError

EVERY_S = 1.0
ALL_LINES = 10_000
"""The height of a picture that may be longer than the terminal."""
LATE_S = 3.0
"""A look that takes longer is told as no answer, before it fails."""


class Watcher:
    """Remembers what was seen of a server in the last minute.

    Args:
        url: The server's address.
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url, self._clock = url, clock
        self._looks: deque[Look] = deque()
        self._answered_s = clock()
        self.last = Look(self._answered_s)

    @property
    def lost_s(self) -> float:
        """For how long the server has not answered; 0 if it does."""
        silent_s = self._clock() - self._answered_s
        return silent_s if self.last.is_lost or silent_s > LATE_S else 0.0

    def add(self, look: Look) -> None:
        """Takes the newest look."""
        self.last = look
        if not look.is_lost:
            self._answered_s = self._clock()
        if look.problem is not None:  # afterwards, rates are those of a new time
            self._looks.clear()
            return
        self._looks.append(look)
        while self._looks[0].at_s < look.at_s - WINDOW_S:
            self._looks.popleft()

    def figures(self) -> Figures | None:
        """What the metrics say; None while they are not known."""
        return figures(self._looks) if self._looks else None

    def as_json(self) -> str:
        """The last look as one line of JSON."""
        found, problem, condition = self.figures(), self.last.problem, self.last.condition
        return json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "url": self.url,
                "health": condition and asdict(condition),
                "problem": problem and _told(problem),
                "figures": found and asdict(found),
            },
            ensure_ascii=False,
        )


def _told(problem: WordlightError) -> dict[str, str]:
    return {"code": problem.code, "sentence": str(problem), "remedy": problem.remedy}


@click.command(short_help="Watch a server: health, latency, queue, refusals, restarts.")
@click.option(
    "--url",
    envvar="WORDLIGHT_HTTP_URL",
    default="http://localhost:8000",
    show_default=True,
    help="The front door's address.",
)
@click.option(
    "--api-key",
    envvar="WORDLIGHT_API_KEY",
    default="",
    help="An API key, where the metrics need one.",
)
@click.option("--once", is_flag=True, help="Show one picture, of one second, and end.")
@click.option("--json", "is_json", is_flag=True, help="Print a line of JSON for each look.")
def top(url: str, api_key: str, once: bool, is_json: bool) -> None:
    """Watch a server in the terminal: a look every second, until Ctrl-C.

    Rates, percentiles and counts are those of the last minute. A server that does not answer is
    tried again. Where the output is no terminal, one picture is shown. Without a front door,
    --url may be the address of Triton's metrics (port 8002), which say less.

    \b
      wordlight top
      wordlight top --url http://10.0.0.5:8000 --json
    """
    server = Server(url, api_key)
    watcher = Watcher(server.url)
    console = Console(highlight=False)
    try:
        if once or not (is_json or sys.stdout.isatty()):
            _show_once(server, watcher, console, is_json)
        elif is_json:
            _print_lines(server, watcher)
        else:
            _show(server, watcher, console)
    except BrokenPipeError:  # its reader has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_once(server: Server, watcher: Watcher, console: Console, is_json: bool) -> None:
    watcher.add(server.look())
    if watcher.last.problem is None:
        time.sleep(EVERY_S)
        watcher.add(server.look())
    problem = watcher.last.problem
    if is_json:
        click.echo(watcher.as_json())
        if problem is not None:
            sys.exit(exit_code(problem))
    elif problem is not None:
        raise problem
    else:
        console.print(_picture(watcher, (console.width, ALL_LINES)))


def _print_lines(server: Server, watcher: Watcher) -> None:
    for look in _looks(server):
        watcher.add(look)
        click.echo(watcher.as_json())


def _show(server: Server, watcher: Watcher, console: Console) -> None:
    """Draws every second, even while a look takes long."""
    found: SimpleQueue[Look] = SimpleQueue()
    threading.Thread(target=_go_on_looking, args=(server, found.put), daemon=True).start()
    with _screen(console) as draw:
        while True:
            with suppress(Empty):
                watcher.add(found.get(timeout=EVERY_S))
            draw(_picture(watcher, console.size, "; Ctrl-C ends"))


def _go_on_looking(server: Server, tell: Callable[[Look], None]) -> None:
    for look in _looks(server):
        tell(look)


def _looks(server: Server) -> Iterator[Look]:
    """A look every second, or as often as the server answers."""
    while True:
        began_s = time.monotonic()
        yield server.look()
        time.sleep(max(EVERY_S - (time.monotonic() - began_s), 0.0))


@contextmanager
def _screen(console: Console) -> Iterator[Callable[[RenderableType], None]]:
    """Shows one picture in place of the other; one below the other where the cursor cannot move."""
    if console.is_dumb_terminal:
        yield console.print
        return
    with Live(console=console, screen=True, auto_refresh=False) as live:
        yield lambda picture: live.update(picture, refresh=True)


def _picture(watcher: Watcher, size: tuple[int, int], hint: str = "") -> RenderableType:
    return picture(watcher.url, watcher.last, watcher.figures(), watcher.lost_s, size, hint)
