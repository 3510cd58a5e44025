"""Puts fonts into an ASS file, for machines without them; mpv, VLC and Aegisub read them there.

Source: Advanced SubStation Alpha, the section [Fonts]. Every 3 bytes become 4 characters of 6 bits
each, to which 33 is added; a line has 80 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from wordlight_client.burn._fonts import bundled_fonts, font_names

_STYLE = re.compile(r"^Style:[^,]*,([^,]*),", re.MULTILINE)
_TAG = re.compile(r"\\fn([^\\}]+)")
_EVENTS = "[Events]\n"
_FIRST, _LINE = 33, 80


def with_fonts(ass: str) -> str:
    """The ASS file with the fonts that it names embedded, as far as they come with Wordlight.

    A file that has fonts already, or names none of ours, stays as it is.
    """
    if "[Fonts]\n" in ass or _EVENTS not in ass:
        return ass
    files = [_encoded(file) for file in _files_of(fonts_named(ass))]
    if not files:
        return ass
    before, events = ass.split(_EVENTS, 1)
    return before + "[Fonts]\n" + "\n".join(files) + "\n\n" + _EVENTS + events


def embed_fonts(saved: Sequence[Path]) -> None:
    """Writes the ASS file among these files again, with its fonts embedded."""
    for path in saved:
        if path.suffix == ".ass":
            ass = path.read_text(encoding="utf-8")
            path.write_text(with_fonts(ass), encoding="utf-8", newline="\n")


def fonts_named(ass: str) -> set[str]:
    """The fonts that the styles and tags of an ASS file name, in lower case.

    >>> sorted(fonts_named("Style: A,Inter,20,…\\nDialogue: …,{\\\\fnNoto Emoji\\\\b1}x{\\\\fn}"))
    ['inter', 'noto emoji']
    """
    return {name.strip().casefold() for name in (*_STYLE.findall(ass), *_TAG.findall(ass))}


def _files_of(names: set[str]) -> Iterator[Path]:
    folder = bundled_fonts()
    for file in sorted(folder.iterdir()) if folder else ():
        if font_names(file) & names:
            yield file


def _encoded(file: Path) -> str:
    data = file.read_bytes()
    padded = np.frombuffer(data + b"\0" * (-len(data) % 3), np.uint8).reshape(-1, 3).astype(int)
    first, second, third = padded.T
    sixes = np.stack(
        [first >> 2, (first & 3) << 4 | second >> 4, (second & 15) << 2 | third >> 6, third & 63],
        axis=1,
    )
    text = (sixes + _FIRST).astype(np.uint8).tobytes().decode("ascii")
    text = text[: len(text) - (-len(data) % 3)]
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([f"fontname: {file.stem}_0{file.suffix}", *lines])
