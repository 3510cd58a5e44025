"""Plays parts of a narration one after another while the rest is made."""

from __future__ import annotations

import contextlib
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from wordlight.audio import Clip, write_wav
from wordlight.errors import NoPlayer

PLAYERS: dict[str, tuple[str, ...]] = {
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error"),
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "play": ("-q",),
}
"""Programs that play a WAV file, the preferred one first, with flags that suppress output."""
ENDS_WITHIN_S = 1.0
LEAST_SHARE = 0.5
"""Playing takes at least this share of a clip's length. Without a sound card ffplay ends at once,
with success."""


def find_player() -> list[str]:
    """The command that plays a file; append the file's name to it.

    Raises:
        NoPlayer: No player is installed.
    """
    for name, flags in PLAYERS.items():
        path = shutil.which(name)
        if path is not None:
            return [path, *flags]
    raise NoPlayer(tuple(PLAYERS))


class Player:
    """Plays clips in turn, in a thread; the end of its ``with`` ends the sound too.

    If the program failed, ``complaint`` is the reason why nothing is played.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._waiting: queue.SimpleQueue[Clip | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._play_all, daemon=True)
        self._playing: subprocess.Popen[str] | None = None
        self._is_stopped = False
        self.complaint = ""

    def add(self, clip: Clip) -> None:
        """Adds a clip to those to play."""
        self._waiting.put(clip)

    def finish(self) -> None:
        """Waits until everything has been played."""
        self._waiting.put(None)
        self._thread.join()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_stopped = True
        self._waiting.put(None)
        if self._playing is not None:
            with contextlib.suppress(OSError):
                self._playing.terminate()
        self._thread.join(ENDS_WITHIN_S)

    def _play_all(self) -> None:
        with tempfile.TemporaryDirectory(prefix="wordlight-") as folder:
            file = Path(folder) / "part.wav"
            while (clip := self._waiting.get()) is not None:
                try:
                    write_wav(file, clip)
                    goes_on = not self._is_stopped and self._play(file, clip.duration_s)
                except OSError as error:
                    self.complaint = f"nothing more was played: {error.strerror}"
                    return
                if not goes_on:
                    return

    def _play(self, file: Path, lasts_s: float) -> bool:
        """Plays the file, and returns whether to go on with the next."""
        began_s = time.monotonic()
        playing = self._playing = subprocess.Popen(
            [*self._command, str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        if self._is_stopped:  # stopped before the program had begun, so nobody ended it
            playing.terminate()
        _, output = playing.communicate()
        took_s, status = time.monotonic() - began_s, playing.returncode
        if self._is_stopped or (status == 0 and took_s >= LEAST_SHARE * lasts_s):
            return not self._is_stopped
        why = output.strip().rpartition("\n")[2] or f"it ended with status {status}"
        self.complaint = f"nothing more was played by {Path(self._command[0]).name}: {why}"
        return False
