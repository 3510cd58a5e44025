"""The folder for results: its flag, and a check that it can be written to."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import click

from wordlight.contract import REPORT_FILE, SUBTITLE_FORMATS
from wordlight_client._results import SPEECH_FILE, WORDS_FILE, Folder
from wordlight_client.commands._flags import Decorated


def out_flag(default: str = "out") -> Callable[[Decorated], Decorated]:
    """``--out``: the folder for the files."""
    return click.option(
        "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(default),
        metavar="DIR", show_default=True, help="Where the files go.",
    )  # fmt: skip


def check_folder(folder: Folder) -> None:
    """Checks that ``save`` can write into the folder, before minutes are spent on what is saved.

    Raises:
        OSError: Something else has that name, or it must not be written to.
    """
    path = Path(folder)
    there = next(p for p in (path, *path.absolute().parents) if p.exists())
    subtitles = (each.file for each in SUBTITLE_FORMATS)
    names = (SPEECH_FILE, WORDS_FILE, *subtitles, REPORT_FILE)
    files = [path / name for name in names if (path / name).exists()]
    if not there.is_dir():
        raise _os_error(errno.ENOTDIR, there)
    for file in files:
        if file.is_dir():
            raise _os_error(errno.EISDIR, file)
    for written in (there, *files):
        if not os.access(written, os.W_OK):
            raise _os_error(_why_not_writable(written), written)


def check_file(path: Path) -> None:
    """Checks that the file can be written.

    Raises:
        OSError: Its folder does not exist, or the folder or the file must not be written to.
    """
    if not path.absolute().parent.is_dir():
        raise _os_error(errno.ENOENT, path.parent)
    written = path if path.exists() else path.absolute().parent
    if not os.access(written, os.W_OK):
        raise _os_error(_why_not_writable(written), written)


def _os_error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))


def _why_not_writable(path: Path) -> int:
    return errno.EROFS if os.statvfs(path).f_flag & os.ST_RDONLY else errno.EACCES
