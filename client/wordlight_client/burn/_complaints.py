"""Finds in ffmpeg's log where libass draws the subtitles differently from what they specify."""

from __future__ import annotations

import re
from pathlib import Path

from wordlight.contract import package_of, packages_for
from wordlight_client.burn._fonts import font_names, names_by_face

CHARACTERS_NAMED = 8
"""How many of the characters that no font has are named."""

_FACE = re.compile(
    r"fontselect: (?:Using default[^:]*: )?\((?P<asked>.*), (?P<kind>\d+, \d+)\)"
    r" -> (?P<file>.+), -?\d+, (?P<face>[^,]+)$"
)
_GLYPH = re.compile(r"glyph 0x([0-9a-f]+)", re.IGNORECASE)
_WARNING = re.compile(r"^\[Parsed_ass_\d+ @ \w+\] \[(?:warning|error|fatal|panic)\] (.+)")


class Complaints:
    """Finds complaints in the log; ``folder`` is the folder from which libass loaded fonts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, set[str]] | None = None
        self._asked: set[tuple[str, str]] = set()
        self._fonts: dict[str, str] = {}
        self._characters: dict[str, None] = {}
        self._others: dict[str, None] = {}

    def read(self, line: str) -> None:
        """Takes in one line of ffmpeg's log."""
        if face := _FACE.search(line):
            self._choose(face["asked"].removeprefix("@"), face["kind"], face["file"], face["face"])
        elif warning := _WARNING.match(line):
            if glyph := _GLYPH.search(warning[1]):
                self._characters[chr(int(glyph[1], 16))] = None
            else:
                self._others[warning[1]] = None

    def sentences(self) -> list[str]:
        """Each complaint once."""
        fonts = [
            f"the font {asked!r} is not here; {used} is drawn instead{_remedy(package_of(asked))}"
            for asked, used in self._fonts.items()
        ]
        return [*fonts, *self._missing_characters(), *(f"libass: {text}" for text in self._others)]

    def _choose(self, asked: str, kind: str, file: str, face: str) -> None:
        """Notes libass's first choice for a font; later ones are for characters that it lacks."""
        if (asked, kind) in self._asked:
            return
        self._asked.add((asked, kind))
        if not self._is_same(asked.casefold(), Path(file), face.casefold()):
            self._fonts.setdefault(asked, face)

    def _is_same(self, asked: str, file: Path, face: str) -> bool:
        names = font_names(file) if file.is_file() else self._loaded().get(face, set())
        return asked in names or (not names and face.startswith(asked.replace(" ", "")))

    def _loaded(self) -> dict[str, set[str]]:
        if self._names is None:
            self._names = names_by_face(self._folder)
        return self._names

    def _missing_characters(self) -> list[str]:
        named = [f"U+{ord(c):04X}{f' ({c})' if c.isprintable() else ''}" for c in self._characters]
        if not named:
            return []
        more = len(named) - CHARACTERS_NAMED
        shown = ", ".join(named[:CHARACTERS_NAMED]) + (f" and {more} more" if more > 0 else "")
        packages = " ".join(packages_for(self._characters))
        return [f"no font here has {shown}; a box stands in their place{_remedy(packages)}"]


def _remedy(packages: str | None) -> str:
    """The end of a complaint: what to install on Debian, if that is known."""
    if not packages:
        return ""
    them = "them" if " " in packages else "it"
    return f" (install {packages}, or give a folder with {them} by --fonts)"
