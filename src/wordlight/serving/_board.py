"""Where the supervisor posts the server's condition, and everybody who asks reads it."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from threading import Lock

from wordlight.condition import Breakdown, Condition, Phase, Tally
from wordlight.errors import WordlightError
from wordlight.logs import facts

logger = logging.getLogger(__name__)

FILE = "condition.json"
"""The file in the server's state folder that the front door reads."""


class Board:
    """The condition that was posted last. Threads may share it."""

    def __init__(self) -> None:
        self._condition = Condition(Phase.STARTING, since=time.time())
        self._tally = Tally(started=time.time())
        self._file: Path | None = None
        self._posting = Lock()

    @property
    def condition(self) -> Condition:
        """The condition now."""
        return self._condition

    @property
    def tally(self) -> Tally:
        """What was counted since this board was made."""
        return self._tally

    def keep_in(self, folder: Path) -> Path:
        """Writes the condition into that folder too, from now on; returns the file."""
        with self._posting:
            self._file = folder / FILE
            self._write()
            return self._file

    def post(self, phase: Phase, doing: str = "", problem: WordlightError | None = None) -> None:
        """Posts a new condition."""
        with self._posting:
            is_new = phase is not self._condition.phase
            self._condition = Condition(
                phase,
                doing,
                problem.code if problem else "",
                str(problem) if problem else "",
                problem.remedy if problem else "",
                since=time.time(),
                has_served=self._condition.has_served or phase is Phase.SERVING,
            )
            self._write()
        if is_new:
            code = problem.code if problem else ""
            logger.info("the server is %s", phase.value, extra=facts(phase=phase.value, code=code))

    def progress(self, doing: str) -> None:
        """Says how far the present phase has come."""
        with self._posting:
            self._condition = replace(self._condition, doing=doing)
            self._write()

    def count_restart(self, process: str, how: Breakdown) -> None:
        """Counts a new start, by the process that broke."""
        with self._posting:
            self._tally = self._tally.with_restart(process, how)
            self._write()

    def loaded(self, seconds: float) -> None:
        """Notes how long a start took."""
        with self._posting:
            self._tally = replace(self._tally, load_s=seconds)
            self._write()

    def _write(self) -> None:
        if self._file is not None:
            try:
                self._condition.write(self._file, self._tally)
            except FileNotFoundError:
                pass  # the server has ended, and its folder with it
            except OSError as error:
                logger.warning("%s cannot be written: %s", self._file, error.strerror)
