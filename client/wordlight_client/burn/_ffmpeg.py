"""One run of the bundled ffmpeg: its progress, its log, and its end, whatever ends it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, BinaryIO

from wordlight.audio import LONGEST_HOLE_S
from wordlight.errors import BurnFailed
from wordlight_client.burn._stillness import Stillness

_PROGRESS = re.compile(rb"^out_time_us=(\d+)")
_TAG = re.compile(r"\[[^\]]* @ \w+\] ?")
_ERROR = re.compile(r"\[(?:error|fatal|panic)\] ?")
_WITHOUT_REASON = ("Conversion failed!",)
SAME_CLOCK = ("-dts_delta_threshold", f"{LONGEST_HOLE_S:g}")
"""Makes ffmpeg count time as `wordlight.audio` does: a clock that jumps further ahead than this, or
back, has been started anew."""

STILL_FOR_S, LOOK_EVERY_S, TRIES = 20.0, 1.0, 3
"""How long ffmpeg may neither use the processor nor read or write, how often that is looked at, and
how often ffmpeg is run."""


def executable() -> str:
    """The path of the ffmpeg that comes with `imageio-ffmpeg`.

    Raises:
        BurnFailed: The package has no ffmpeg for this kind of machine.
    """
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise BurnFailed(str(error)) from None


def ask(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The output and the log of a short run of that ffmpeg."""
    command = [executable(), "-nostdin", "-hide_banner", "-nostats", *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def has_filters(*names: str) -> bool:
    """Whether that ffmpeg has all of these filters; not every build has."""
    listed = ask("-filters").stdout.decode()
    return {row.split()[1] for row in listed.splitlines() if "->" in row}.issuperset(names)


def run_ffmpeg(
    arguments: Sequence[str],
    folder: Path,
    on_time: Callable[[float], None],
    on_line: Callable[[str], None],
) -> None:
    """Runs ffmpeg in this folder to its end, or until a callback raises.

    ``on_time`` receives how many seconds of the output are done, ``on_line`` each line of the log.
    The log goes through a file in the folder, so that a full pipe can never block ffmpeg. Now and
    then the threads of ffmpeg 9 wait for each other for ever; then it is run again, and the
    callbacks receive everything again.

    Raises:
        BurnFailed: ffmpeg ended with an error, whose reason is ffmpeg's own; or it stood still at
            each try.
    """
    for _ in range(TRIES):
        with suppress(_StoodStill):
            return _run_once(arguments, folder, on_time, on_line)
    raise BurnFailed(f"ffmpeg did nothing for {STILL_FOR_S:.0f} s, {TRIES} times in a row")


class _StoodStill(Exception):
    """ffmpeg's threads wait for each other."""


def _run_once(
    arguments: Sequence[str],
    folder: Path,
    on_time: Callable[[float], None],
    on_line: Callable[[str], None],
) -> None:
    errors: list[str] = []
    with (folder / "log").open("wb") as log, (folder / "log").open("rb") as written:
        command = [
            executable(), "-nostdin", "-hide_banner", "-y", "-loglevel", "level+verbose",
            "-nostats", "-progress", "pipe:1", *arguments,
        ]  # fmt: skip
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log) as process:
            try:
                for row in _rows(process):
                    if done := _PROGRESS.match(row):
                        on_time(int(done[1]) / 1e6)
                        _read(written, errors, on_line)
                status = process.wait()
            finally:
                process.kill()
        _read(written, errors, on_line)
    if status:
        raise BurnFailed(_reason(errors) or f"ffmpeg ended with status {status} and said nothing")


def _rows(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """The lines of its progress, as they come.

    Raises:
        _StoodStill: It writes none, and does nothing else either.
    """
    assert process.stdout is not None
    rows: SimpleQueue[bytes | None] = SimpleQueue()
    # It ends with ffmpeg, whose end is the caller's to see to.
    Thread(target=_forward, args=(process.stdout, rows), daemon=True).start()
    stillness = Stillness(process.pid)
    while True:
        try:
            row = rows.get(timeout=LOOK_EVERY_S)
        except Empty:
            if stillness.look() > STILL_FOR_S:
                raise _StoodStill from None
            continue
        if row is None:
            return
        stillness.moved()
        yield row


def _forward(output: IO[bytes], rows: SimpleQueue[bytes | None]) -> None:
    for row in output:
        rows.put(row)
    rows.put(None)


def _read(log: BinaryIO, errors: list[str], on_line: Callable[[str], None]) -> None:
    """Passes on the new whole lines of the log, and collects its errors."""
    while (raw := log.readline()).endswith(b"\n"):
        line = raw.decode(errors="replace").strip()
        if _ERROR.search(_TAG.sub("", line)):
            errors.append(line)
        on_line(line)
    log.seek(-len(raw), 1)


def _reason(lines: Iterable[str]) -> str:
    """ffmpeg's last message on what went wrong, without addresses and levels."""
    texts = [_ERROR.sub("", _TAG.sub("", line)).strip() for line in lines]
    reasons = list(dict.fromkeys(text for text in texts if text and text not in _WITHOUT_REASON))
    return reasons[-1] if reasons else ""
