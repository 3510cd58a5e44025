"""Files that appear under their names only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_NAME = 50
"""Characters of the file's own name in that of its part: file systems end at 255 bytes."""


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """An empty file beside ``out``, which takes its name if all goes well, and is gone if not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    whole = out.resolve()  # a link stays one
    part = whole.with_name(f".{out.name[:LONGEST_NAME]}.{os.getpid()}.part")
    try:
        _touch(part, out)
        yield part
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)


def _touch(part: Path, out: Path) -> None:
    """Makes the part, because Python says better than ffmpeg why that cannot be."""
    try:
        part.touch()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
