"""The folder that results are to be saved in, looked at before there are any."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from wordlight.contract import REPORT_FILE, SUBTITLE_FILES
from wordlight_client._results import SPEECH_FILE, WORDS_FILE, Folder


def check_folder(folder: Folder) -> None:
    """Checks that ``save`` can write there, before what it is to save has taken minutes to make.

    Raises:
        OSError: It cannot: something else lies there, or it may not be written to.
    """
    path = Path(folder)
    there = next(p for p in (path, *path.absolute().parents) if p.exists())
    names = (SPEECH_FILE, WORDS_FILE, *SUBTITLE_FILES.values(), REPORT_FILE)
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
    """Checks that one file can be written there.

    Raises:
        OSError: It cannot: its folder is not there, or one of both may not be written to.
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
