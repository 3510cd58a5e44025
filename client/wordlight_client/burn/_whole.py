"""Files that appear under their names only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_NAME = 50
"""How many characters of its name a file's part keeps: file systems allow 255 bytes."""


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """An empty file beside ``out``, which is renamed to ``out`` if all goes well, else removed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    whole = out.resolve()  # if out is a link, it stays one
    part = whole.with_name(f".{out.name[:LONGEST_NAME]}.{os.getpid()}.part")
    try:
        _touch(part, out)
        yield part
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)


def _touch(part: Path, out: Path) -> None:
    """Makes the part; if that fails, Python reports the reason better than ffmpeg would."""
    try:
        part.touch()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
