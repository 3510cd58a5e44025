"""Files that appear under their names only when they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """An empty file beside ``out``, which takes its name if all goes well, and is gone if not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.resolve().with_name(f".{out.name}.part")
    try:
        part.touch()  # where that cannot be, Python says it better than ffmpeg
        yield part
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
