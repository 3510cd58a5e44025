"""The volume's lexicons, ``lexicons/<language>.txt``.

A file is read again once it changes, and it is always replaced as a whole.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.contract import LANGUAGE_CODE, MOST_LEXICON_CHARACTERS
from wordlight.errors import InvalidInput, TooLong, WordlightError
from wordlight.storage import Lease, volume_edge, write_whole

if TYPE_CHECKING:  # the import takes 40 MB, and a doctor or a supervisor does not need it
    from wordlight.reading.lexicon import Lexicon

logger = logging.getLogger(__name__)

FOLDER = "lexicons"
SUFFIX = ".txt"
SETTLED_S = 2.0
"""A file that changed this recently is not cached: it may change again without a new timestamp."""
MOST_BYTES = 4 * MOST_LEXICON_CHARACTERS
EDIT_WAIT_S = 30.0

Stamp = tuple[int, int, int, int]
"""A file's mtime and ctime (both in nanoseconds), its inode and its size."""


class LexiconShelf:
    """The lexicon of each language, as it is in the volume now. Threads may share the shelf.

    A file that cannot be read, or is not a lexicon, is passed over with a warning. Scripts are then
    read without it.
    """

    def __init__(self, volume: Path, clock: Callable[[], float] = time.time) -> None:
        self._volume, self._clock = volume, clock
        self._kept: dict[str, tuple[Stamp, Lexicon]] = {}
        self._told: dict[str, str] = {}
        self._changing = threading.Lock()

    def of(self, language: str) -> Lexicon:
        """The lexicon of a language. It is empty if there is no usable file, and may then warn."""
        from wordlight.reading.lexicon import EMPTY

        if not LANGUAGE_CODE.fullmatch(language):
            return EMPTY
        try:
            found = lexicon_file(self._volume, language).stat()
        except (FileNotFoundError, NotADirectoryError):
            return EMPTY
        except OSError as error:
            with self._changing:
                return self._broken(language, error)
        stamp = found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size
        with self._changing:
            kept = self._kept.get(language)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            lexicon = self._read(language)
            if self._clock() - max(found.st_mtime, found.st_ctime) > SETTLED_S:
                self._kept[language] = stamp, lexicon
            return lexicon

    def _read(self, language: str) -> Lexicon:
        try:
            lexicon = read_lexicon(self._volume, language)
        except FileNotFoundError:
            from wordlight.reading.lexicon import EMPTY

            return EMPTY
        except (OSError, WordlightError) as error:
            return self._broken(language, error)
        self._told.pop(language, None)
        logger.info("lexicon for %s: %d entries", language, len(lexicon))
        return lexicon

    def _broken(self, language: str, error: OSError | WordlightError) -> Lexicon:
        name = called(language)
        reason = str(error) if isinstance(error, WordlightError) else f"{name}: {error.strerror}"
        if self._told.get(language) != reason:
            logger.warning("%s; it is passed over", reason)
            self._told[language] = reason
        from wordlight.reading.lexicon import Lexicon

        return Lexicon.of((), warnings=[f"{reason}; it is passed over"])


def called(language: str) -> str:
    """The name of a volume's lexicon in messages.

    >>> called("en")
    "the volume's lexicon for en"
    """
    return f"the volume's lexicon for {language}"


def lexicon_file(volume: Path, language: str) -> Path:
    """The path of a language's lexicon. The file need not exist."""
    return volume / FOLDER / f"{language}{SUFFIX}"


def lexicon_languages(volume: Path) -> list[str]:
    """The languages for which the volume has a lexicon, even if the lexicon is broken."""
    found = (path.stem for path in (volume / FOLDER).glob(f"*{SUFFIX}"))
    return sorted(language for language in found if LANGUAGE_CODE.fullmatch(language))


def read_text(volume: Path, language: str) -> str:
    """The text of a language's lexicon; empty if there is no file.

    Raises:
        InvalidInput: The file is not UTF-8.
        TooLong: The file is larger than a lexicon may be.
        OSError: The file cannot be read.
    """
    path = lexicon_file(volume, language)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if len(content) > MOST_BYTES:
        raise TooLong(called(language), path.stat().st_size, MOST_BYTES, "bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(called(language), f"is no UTF-8 in line {line}") from None


def read_lexicon(volume: Path, language: str) -> Lexicon:
    """The lexicon of a language; an empty one if there is no file.

    Raises:
        InvalidInput, TooLong: The file is not a lexicon. The message names the line.
        OSError: The file cannot be read.
    """
    from wordlight.reading.lexicon import parse_text

    return parse_text(read_text(volume, language), called(language))


def edit(volume: Path, language: str, change: Callable[[str], str], purpose: str) -> Path:
    """Changes the text of a language's lexicon, and returns the file's path.

    Only one change is made at a time. A reader sees the text before the change or after it, never
    half of it.

    Raises:
        LeaseHeld: Another change has not ended within `EDIT_WAIT_S`.
        VolumeFull, VolumeReadOnly, FileFailed: The volume does not take the change.
        WordlightError: Whatever ``change`` raises. The file is then unchanged.
    """
    path = lexicon_file(volume, language)
    lease = Lease(volume / "leases" / f"lexicon-{language}")
    with volume_edge(volume):
        path.parent.mkdir(parents=True, exist_ok=True)
        with lease.held(purpose, wait_s=EDIT_WAIT_S) as held:
            before = read_text(volume, language)
            after = change(before)
            if after != before:
                held.check()
                write_whole(path, after)
    return path
