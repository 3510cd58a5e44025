"""Keeps a server serving: whatever breaks is noticed, told, ended and started again."""

from __future__ import annotations

import subprocess
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from wordlight.condition import FRONT, Breakdown, Phase
from wordlight.errors import ServerFailed, SetupError
from wordlight.serving._board import Board
from wordlight.serving._canary import EVERY_S, Canary
from wordlight.serving._front_door import FrontDoor
from wordlight.serving._signals import POLL_S, StopSignals, undisturbed
from wordlight.serving._supervisor import Server
from wordlight.serving._trouble import Trouble
from wordlight.serving._verdict import LOG

MOST_STARTS, WITHIN_S = 8, 600.0
"""A server that breaks, or does not start again, so often within so many seconds is given up."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
"""The pause before a new start, which doubles with each try: a minute in all before it is given up.
"""


@dataclass(slots=True)
class Keeper:
    """Keeps one server serving until somebody asks for an end.

    Args:
        server: Has been started.
        board: Where its condition is posted.
        stop: The signals that ask for an end.
        on_trouble: Is told each time that something breaks.
        on_progress: Is told what a new start does.
        on_recovery: Is told when the server serves again.
        canary_every_s: How often idle models are asked; 0 for never.
        door: The front door, if there is one. It is opened again if it ends.
    """

    server: Server
    board: Board
    stop: StopSignals
    on_trouble: Callable[[ServerFailed], None] = lambda _: None
    on_progress: Callable[[str], None] = lambda _: None
    on_recovery: Callable[[], None] = lambda: None
    canary_every_s: float = EVERY_S
    door: FrontDoor | None = None
    _broke_s: deque[float] = field(default_factory=deque, init=False)
    _is_broken: bool = field(default=False, init=False)
    """Whether the server does not run, or is being started again."""

    def keep(self, command: subprocess.Popen[bytes] | None = None) -> int:
        """Watches the server; returns the exit status of ``command`` once that has ended.

        Raises:
            KeyboardInterrupt: An end was asked for.
            ServerFailed: The server breaks again and again.
        """
        self.board.post(Phase.SERVING)
        canary: Canary | None = None
        try:
            while True:
                if canary is None:
                    canary, before_s = self._new_canary(), time.monotonic()
                self.stop.pause(POLL_S)
                if command is not None and (status := command.poll()) is not None:
                    return status
                now_s = time.monotonic()
                trouble = self.server.look(now_s - before_s) or canary.trouble
                before_s = now_s
                if trouble is not None:
                    canary.end()
                    canary = None
                    if (ended := self._mend(trouble, command)) is not None:
                        return ended
                elif self.door is not None and (closed := self.door.why_closed()):
                    self._reopen(self.door, closed)
        finally:
            if canary is not None:
                canary.end()

    def drain(self, within_s: float) -> None:
        """Lets requests in flight complete, unless the server is sick or a second signal comes."""
        if self._is_broken:
            self.server.abandon()
        else:
            self.board.post(Phase.DRAINING)
            self.server.drain(within_s, lambda: self.stop.is_urgent)

    def close(self) -> None:
        """Ends the front door and the server, whatever happens meanwhile."""
        with undisturbed():
            try:
                if self.door is not None:
                    self.door.close()
            finally:
                self.server.stop()
                self.board.post(Phase.STOPPED)

    def _new_canary(self) -> Canary:
        canary = self.server.canary(self.canary_every_s)
        canary.begin()
        return canary

    def _mend(self, trouble: Trouble, command: subprocess.Popen[bytes] | None) -> int | None:
        """Ends the server at once and starts it again, until it serves or is given up.

        Returns the exit status of ``command`` if that ends first: nobody needs the server then.
        """
        self._is_broken = True
        posted = trouble.problem()
        while True:
            self.board.post(Phase.SICK, problem=posted)
            self.server.abandon()
            self._report(trouble)
            self._pause()
            if command is not None and (status := command.poll()) is not None:
                return status
            began_s = time.monotonic()
            try:
                self.server.start_again(self._tell)
            except SetupError as error:
                why = f"it did not start again: {error}"
                trouble = Trouble(why, error.remedy, Breakdown.NOT_STARTED)
                # Everybody may read the board, and the error may name paths or repeat the log.
                posted = ServerFailed(f"it did not start again ({error.code})", LOG)
            else:
                self.board.loaded(time.monotonic() - began_s)
                self._is_broken = False
                self._recover()
                return None

    def _reopen(self, door: FrontDoor, trouble: Trouble) -> None:
        """Opens the front door again, until it opens or is given up; the models go on meanwhile."""
        while True:
            self.board.post(Phase.SICK, problem=trouble.problem())
            self._report(trouble)
            self._pause()
            try:
                door.open(self.server)
            except SetupError as error:
                trouble = Trouble(str(error), error.remedy, Breakdown.NOT_STARTED, FRONT)
            else:
                self._recover()
                return

    def _recover(self) -> None:
        self.board.post(Phase.SERVING)
        with suppress(OSError, SystemExit):  # standard error is closed
            self.on_recovery()

    def _tell(self, doing: str) -> None:
        self.board.progress(f"starting again: {doing}")
        with suppress(OSError, SystemExit):
            self.on_progress(doing)

    def _pause(self) -> None:
        self.stop.pause(min(FIRST_PAUSE_S * 2 ** (len(self._broke_s) - 1), LONGEST_PAUSE_S))

    def _report(self, trouble: Trouble) -> None:
        """Counts the trouble and tells of it; raises an error if there was too much."""
        self.board.count_restart(trouble.process, trouble.how)
        self._count(trouble)
        with suppress(OSError, SystemExit):
            self.on_trouble(trouble.problem())

    def _count(self, trouble: Trouble) -> None:
        now_s = time.monotonic()
        self._broke_s.append(now_s)
        while self._broke_s[0] < now_s - WITHIN_S:
            self._broke_s.popleft()
        if len(self._broke_s) >= MOST_STARTS:
            raise ServerFailed(
                f"the server broke {MOST_STARTS} times within {WITHIN_S / 60:.0f} minutes and is "
                f"given up; the last time {trouble.why}",
                trouble.todo,
            )
