"""One run of ``wordlight narrate``: shows, keeps and plays parts as they come."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wordlight.audio import write_wav
from wordlight_client._narration_stream import NarrationStream
from wordlight_client._parts import NarrationPart, doubtful_words, joined_clip
from wordlight_client._progress import Asked, Progress
from wordlight_client._results import Narration
from wordlight_client.commands._console import Stages, print_note, print_warning
from wordlight_client.commands._player import Player, find_player
from wordlight_client.commands._summary import Row, narration_rows

PROGRESS_FOLDER = ".narration"
PARTIAL_FILE = "speech.partial.wav"
MOST_NAMED, MARKS = 8, ' ,.;:!?…"“”'
"""How many doubtful words are named one by one, and which marks around them are left out."""


@dataclass(frozen=True, slots=True)
class Made:
    """A narration, how long it took, and its parts.

    Its first ``before_s`` seconds come from an earlier run.
    """

    narration: Narration
    wall_s: float
    parts: tuple[NarrationPart, ...] = ()
    before_s: float = 0.0

    def rows(self) -> list[Row]:
        """The figures, and places that a person should check: doubtful words, warnings of parts."""
        reported = set(map(str, self.narration.subtitles.report.get("warnings", ())))
        warnings = [text for part in self.parts for text in part.warnings if text not in reported]
        retaken = sum(part.takes > 1 for part in self.parts)
        return [
            *narration_rows(self.narration, self.wall_s, self.before_s),
            *([("spoken again", f"{retaken} of {len(self.parts)} chunks")] if retaken else []),
            *([("not heard by Whisper", names)] if (names := self._doubtful()) else []),
            *([("warnings of chunks", "\n".join(warnings))] if warnings else []),
        ]

    def _doubtful(self) -> str:
        words = [self.narration.words[index] for index in doubtful_words(self.parts)]
        named = [f"{word.text.strip(MARKS)} ({word.start_s:.1f} s)" for word in words[:MOST_NAMED]]
        if len(words) > MOST_NAMED:
            named.append(f"and {len(words) - MOST_NAMED} more")
        return ", ".join(named)


def begin(out: Path, asked: Asked, *, is_resumed: bool) -> Progress:
    """The progress of a narration that is saved in this folder.

    Raises:
        CannotResume: The narration is to be resumed, and that is impossible.
    """
    folder = out / PROGRESS_FOLDER
    if is_resumed:
        return Progress.open(folder, asked)
    progress = Progress.begin(folder, asked)
    if n_before := progress.n_before:
        chunks = f"{n_before} chunk{'s' * (n_before > 1)}"
        print_note(f"{chunks} of an earlier run will be replaced; --resume would go on with them.")
    return progress


@dataclass(frozen=True, slots=True)
class Run:
    """The places where the parts of one run are kept, shown and perhaps played."""

    progress: Progress
    stage: Stages
    player: Player | None

    def make(self, stream: NarrationStream) -> Made:
        """The whole narration; returns when the last part has come."""
        clock = Clock(self.progress.parts)
        with stream:
            self.stage.detail(clock.line(self.progress.parts))
            for part in stream:
                self.progress.add(part)
                self.stage.detail(clock.line(self.progress.parts))
                if self.player is not None:
                    self.player.add(part.clip)
            return Made(stream.narration, clock.wall_s, stream.parts, clock.before_s)


class Clock:
    """How far a narration is, and how long the rest will take at the pace so far."""

    def __init__(self, before: tuple[NarrationPart, ...]) -> None:
        self.before_s = before[-1].end_s if before else 0.0
        self._began_s = time.monotonic()

    @property
    def wall_s(self) -> float:
        """Seconds since the clock was made."""
        return time.monotonic() - self._began_s

    def line(self, parts: tuple[NarrationPart, ...]) -> str:
        """``chunk 3 of 17, 21 s of about 130 s, 0:42 left``; empty before the first chunk."""
        if not parts:
            return ""
        last = parts[-1]
        line = f"chunk {len(parts)} of {last.n_parts}, {last.end_s:.0f} s of about "
        line += f"{max(last.expected_s, last.end_s):.0f} s"
        made_s, left_s = last.end_s - self.before_s, last.expected_s - last.end_s
        if made_s <= 0 or left_s <= 0:
            return line
        rest_s = round(self.wall_s * left_s / made_s)
        return f"{line}, {rest_s // 60}:{rest_s % 60:02d} left"


@contextlib.contextmanager
def kept(progress: Progress, out: Path, again: str) -> Iterator[None]:
    """If the run breaks off, keeps the finished parts as a recording, and prints how to go on."""
    try:
        yield
    except BaseException:
        if progress.parts:
            last = progress.parts[-1]
            print_note(
                f"{len(progress.parts)} of {last.n_parts} chunks are kept ({last.end_s:.0f} s, to "
                f"be heard in {out / PARTIAL_FILE}). Go on with:\n  {again}"
            )
            with contextlib.suppress(OSError):  # perhaps a full disk ended the run
                write_wav(out / PARTIAL_FILE, joined_clip(progress.parts))
        elif progress.n_before:
            print_note("What an earlier run has left is still there; --resume goes on with it.")
        raise
    progress.remove()
    (out / PARTIAL_FILE).unlink(missing_ok=True)


@contextlib.contextmanager
def playing(is_wanted: bool) -> Iterator[Player | None]:
    """A player, if one is wanted; unless an error ends this, it ends when all has been played.

    Raises:
        NoPlayer: A player is wanted, and there is none.
    """
    if not is_wanted:
        yield None
        return
    with Player(find_player()) as player:
        yield player
        player.finish()
    if player.complaint:
        print_warning(player.complaint)
