"""Fonts for the scripts that the bundled fonts lack, and the Debian package of each font."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_CJK, _CORE = "fonts-noto-cjk", "fonts-noto-core"


@dataclass(frozen=True, slots=True)
class ScriptFont:
    """A font family, the languages that it is for, and its package in Debian 12.

    ``letters`` are the first words of the Unicode names of its characters.
    """

    languages: tuple[str, ...]
    family: str
    package: str
    letters: tuple[str, ...]


# Source: the files of fonts-noto-core 20201225-1 and fonts-noto-cjk 1:20220127+repack1-1.
SCRIPT_FONTS = (
    ScriptFont(("zh",), "Noto Sans CJK SC", _CJK, ("CJK", "BOPOMOFO", "FULLWIDTH", "IDEOGRAPHIC")),
    ScriptFont(("yue",), "Noto Sans CJK TC", _CJK, ()),
    ScriptFont(("ja",), "Noto Sans CJK JP", _CJK, ("HIRAGANA", "KATAKANA", "HALFWIDTH")),
    ScriptFont(("ko",), "Noto Sans CJK KR", _CJK, ("HANGUL",)),
    ScriptFont(("th",), "Noto Sans Thai", _CORE, ("THAI",)),
    ScriptFont(("lo",), "Noto Sans Lao", _CORE, ("LAO",)),
    ScriptFont(("km",), "Noto Sans Khmer", _CORE, ("KHMER",)),
    ScriptFont(("my",), "Noto Sans Myanmar", _CORE, ("MYANMAR",)),
    ScriptFont(("hi", "mr", "ne", "sa"), "Noto Sans Devanagari", _CORE, ("DEVANAGARI",)),
    ScriptFont(("bn", "as"), "Noto Sans Bengali", _CORE, ("BENGALI",)),
    ScriptFont(("ta",), "Noto Sans Tamil", _CORE, ("TAMIL",)),
    ScriptFont(("te",), "Noto Sans Telugu", _CORE, ("TELUGU",)),
    ScriptFont(("kn",), "Noto Sans Kannada", _CORE, ("KANNADA",)),
    ScriptFont(("ml",), "Noto Sans Malayalam", _CORE, ("MALAYALAM",)),
    ScriptFont(("gu",), "Noto Sans Gujarati", _CORE, ("GUJARATI",)),
    ScriptFont(("pa",), "Noto Sans Gurmukhi", _CORE, ("GURMUKHI",)),
    ScriptFont(("or",), "Noto Sans Oriya", _CORE, ("ORIYA",)),
    ScriptFont(("si",), "Noto Sans Sinhala", _CORE, ("SINHALA",)),
    ScriptFont(("am", "ti"), "Noto Sans Ethiopic", _CORE, ("ETHIOPIC",)),
    ScriptFont(("dv",), "Noto Sans Thaana", _CORE, ("THAANA",)),
    ScriptFont(("bo", "dz"), "Noto Serif Tibetan", _CORE, ("TIBETAN",)),
    ScriptFont(("hy",), "Noto Sans Armenian", _CORE, ("ARMENIAN",)),
    ScriptFont(("ka",), "Noto Sans Georgian", _CORE, ("GEORGIAN",)),
    ScriptFont(("ar", "fa", "ps", "ug", "ur", "sd"), "Noto Sans Arabic", _CORE, ("ARABIC",)),
    ScriptFont(("he", "yi"), "Noto Sans Hebrew", _CORE, ("HEBREW",)),
)


def package_of(family: str) -> str | None:
    """The Debian package that this family comes in; None if it is not in `SCRIPT_FONTS`.

    >>> package_of("Noto Sans CJK JP"), package_of("Comic Sans MS")
    ('fonts-noto-cjk', None)
    """
    known = {font.family.casefold(): font.package for font in SCRIPT_FONTS}
    return known.get(family.casefold())


def packages_for(characters: Iterable[str]) -> tuple[str, ...]:
    """The Debian packages with fonts for these characters, each once.

    Characters for which `SCRIPT_FONTS` has no font are skipped.

    >>> packages_for("東ไ京x")
    ('fonts-noto-cjk', 'fonts-noto-core')
    """
    return tuple(dict.fromkeys(font.package for font in _fonts_for(characters)))


def families_for(characters: Iterable[str]) -> tuple[str, ...]:
    """The font families that have these characters, each once.

    Characters for which `SCRIPT_FONTS` has no font are skipped.

    >>> families_for("東ไ京x")
    ('Noto Sans CJK SC', 'Noto Sans Thai')
    """
    return tuple(dict.fromkeys(font.family for font in _fonts_for(characters)))


def _fonts_for(characters: Iterable[str]) -> list[ScriptFont]:
    known = {letters: font for font in SCRIPT_FONTS for letters in font.letters}
    first = (unicodedata.name(one, "").replace("-", " ").partition(" ")[0] for one in characters)
    return [known[word] for word in first if word in known]
