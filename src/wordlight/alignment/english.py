"""English tokens read aloud: abbreviations, money, dates, times, shares, measures, letters."""

from __future__ import annotations

import re
from collections.abc import Callable

from wordlight.alignment import numerals
from wordlight.alignment.english_tables import (
    ABBREVIATIONS,
    CURRENCIES,
    LETTERED,
    MAGNITUDES,
    MONTHS,
    SCALES,
    SYMBOLS,
    UNITS,
)

_OPENING = "([{<\"'“‘«¿¡*_`|…"
_CLOSING = ")]}>\"'”’»*_~`|…,;:!?"
_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_DASH = "[-–—−]"


def read_token(token: str, before: str = "", after: str = "") -> list[str]:
    """What is said, in lower case, for one token between its neighbours; empty if nothing is.

    >>> read_token("£5m"), read_token("7:30pm"), read_token("U.S.A.")
    (['five', 'million', 'pounds'], ['seven', 'thirty', 'p', 'm'], ['u', 's', 'a'])
    """
    quoted = token.strip().rstrip(_CLOSING)
    text = quoted.lstrip(_OPENING)
    if text.isalpha() and text.lower() not in _SPECIAL:
        return _read_letters(text)
    said = _read_abbreviation(text, before, after)
    if said is None:
        said = _read_number(text.rstrip("."), before.strip(_OPENING + _CLOSING), after)
    return _read_mixed(text) if said is None else said


def _is_lettered(text: str) -> bool:
    """Whether capitals are said one by one: no vowel among them, or known to be."""
    if not text.isupper() or not 2 <= len(text) <= 5:
        return False
    return text in LETTERED or not set(text) & set("AEIOUY")


def _read_abbreviation(text: str, before: str, after: str) -> list[str] | None:
    lower = text.lower()
    if lower.rstrip(".") in ("am", "a.m", "pm", "p.m"):
        is_verb = lower == "am" and not before[-1:].isdigit()
        return ["am"] if is_verb else [lower[0], "m"]
    if lower in ("no.", "nos."):
        return ["number" if lower == "no." else "numbers"] if after[:1].isdigit() else ["no"]
    if lower == "st.":
        return ["saint" if after[:1].isupper() and not before[:1].isdigit() else "street"]
    if lower.rstrip(".") in UNITS and _ends_in_digit(before):
        return UNITS[lower.rstrip(".")].split()
    if lower.rstrip(".") in MAGNITUDES and before.lstrip(_OPENING)[:1] in CURRENCIES:
        return [lower.rstrip("."), CURRENCIES[before.lstrip(_OPENING)[0]][1]]
    if lower in ABBREVIATIONS:
        return ABBREVIATIONS[lower].split()
    if re.fullmatch(r"(?:[A-Za-z]\.){2,}(?:[A-Za-z])?(?:['’]?s)?", text):
        return re.findall(r"[a-z]", lower)
    return None


def _ends_in_digit(before: str) -> bool:
    return before.rstrip(")")[-1:].isdigit()


def _read_number(text: str, before: str, after: str) -> list[str] | None:
    ahead = after.lower().strip(_OPENING + _CLOSING).rstrip(".")
    for pattern, read in _PATTERNS:
        if match := pattern.fullmatch(text):
            if read is _money and ahead in MAGNITUDES:
                return numerals.number(match["n"])  # "$5 million": the magnitude brings "dollars"
            is_half_ahead = read is _time and ahead in ("am", "pm", "a.m", "p.m")
            return [w for w in read(match) if w != "o'clock"] if is_half_ahead else read(match)
    if not re.fullmatch(r"\d+", text):
        return None
    if before.lower().rstrip(".") in MONTHS and len(text) <= 2 and 1 <= int(text) <= 31:
        return numerals.ordinal(text)
    return _plain(text)


def _plain(text: str) -> list[str]:
    """A number as it stands: four digits without a comma from 1100 to 2099 are a year."""
    if re.fullmatch(r"1[1-9]\d\d|20\d\d", text):
        return numerals.year(text)
    return numerals.number(text)


def _money(match: re.Match[str]) -> list[str]:
    sign, amount, scale = match["sign"], match["n"], (match["scale"] or "").lower()
    one, many, small_one, small_many = CURRENCIES[sign]
    minus = ["minus"] if match["minus"] else []
    if scale:
        return [*minus, *numerals.number(amount), SCALES[scale], many]
    whole, _, cents = amount.partition(".")
    if len(cents) != 2 or not small_one:
        unit = one if amount == "1" else many
        return [*minus, *numerals.number(amount), unit]
    said = [] if whole in ("", "0") else [*numerals.number(whole), one if whole == "1" else many]
    if int(cents):
        small = small_one if int(cents) == 1 else small_many
        said += [*(["and"] if said else []), *numerals.cardinal(str(int(cents))), small]
    return [*minus, *(said or ["zero", many])]


def _time(match: re.Match[str]) -> list[str]:
    said = numerals.cardinal(str(int(match["h"])))
    minutes, half = match["m"], (match["half"] or "").lower()
    if minutes and int(minutes):
        said += ["oh"] if minutes.startswith("0") else []
        said += numerals.cardinal(str(int(minutes)))
    elif minutes and not half:
        said += ["o'clock"] if int(match["h"]) <= 12 else ["hundred"]
    if match["s"]:
        said += numerals.cardinal(str(int(match["s"])))
    return said + ([half[0], "m"] if half else [])


def _range(match: re.Match[str]) -> list[str]:
    tail = UNITS[match["unit"].lower()].split() if match["unit"] else []
    return [*_plain(match["a"]), "to", *_plain(match["b"]), *tail]


def _slashed(match: re.Match[str]) -> list[str]:
    above, below = match["a"], match["b"]
    if 2 <= int(below) <= 20 and int(above) < int(below):
        return numerals.fraction(above, below)
    return [*numerals.cardinal(above), *numerals.cardinal(below)]


def _date(match: re.Match[str]) -> list[str]:
    return [word for part in re.split(r"[-/.]", match[0]) for word in _date_part(part)]


def _date_part(part: str) -> list[str]:
    return _plain(part) if len(part) == 4 else numerals.cardinal(str(int(part)))


def _measure(match: re.Match[str]) -> list[str]:
    minus = ["minus"] if match["minus"] else []
    is_one = match["n"] == "1"
    unit = UNITS[match["unit"].lower()].split()
    if is_one and unit[0].endswith("s") and unit[0] not in ("degrees", "hertz"):
        unit[0] = "foot" if unit[0] == "feet" else unit[0].removesuffix("s")
    return [*minus, *numerals.number(match["n"]), *unit]


def _signed(match: re.Match[str]) -> list[str]:
    sign = {"+": "plus", "#": "number", "~": "about", "±": "plus minus"}.get(match["sign"], "minus")
    return [*sign.split(), *_plain(match["n"])]


def _digits(match: re.Match[str]) -> list[str]:
    return [word for digit in re.findall(r"\d", match[0]) for word in numerals.cardinal(digit)]


_HALF = r"(?P<half>[AaPp]\.?[Mm])?"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_SCALE = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
_SIGN = "".join(CURRENCIES)
_PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]] = [
    (re.compile(rf"(?P<minus>{_DASH})?(?P<sign>[{_SIGN}])(?P<n>{_N})(?i:(?P<scale>{_SCALE}))?"),
     _money),
    (re.compile(rf"(?P<minus>{_DASH})?(?P<n>{_N})(?P<scale>)(?P<sign>[{_SIGN}])"), _money),
    (re.compile(rf"(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?{_HALF}"), _time),
    (re.compile(r"(?P<h>1[0-2]|[1-9])(?P<m>)(?P<s>)(?P<half>[AaPp]\.?[Mm])"), _time),
    (re.compile(r"(?i:(?P<n>\d[\d,]*)(?:st|nd|rd|th))"),
     lambda m: numerals.ordinal(m["n"].replace(",", ""))),
    (re.compile(r"['’]?(?P<n>[1-9]0|1\d\d0|20\d0)['’]?s"), lambda m: numerals.decade(m["n"])),
    (re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{2,4}|\d\d?\.\d\d?\.\d{4}"), _date),
    (re.compile(r"\+?\d{1,4}(?:-\d{2,4}){2,}|\d{3}-\d{4}"), _digits),
    (re.compile(rf"(?P<a>{_N}){_DASH}(?P<b>{_N})(?i:(?P<unit>{_UNIT}))?"), _range),
    (re.compile(r"(?P<a>\d+)/(?P<b>\d+)"), _slashed),
    (re.compile(rf"(?P<minus>{_DASH})?(?P<n>{_N})(?i:(?P<unit>{_UNIT}))"), _measure),
    (re.compile(rf"(?P<sign>[-–—−+#~±])(?P<n>{_N})"), _signed),
    (re.compile(r"\d+(?:\.\d+){2,}"),
     lambda m: _joined([numerals.cardinal(part) for part in m[0].split(".")], "point")),
    (re.compile(rf"(?=.*[.,])(?P<n>{_N})"), lambda m: numerals.number(m["n"])),
]  # fmt: skip


def _joined(parts: list[list[str]], word: str) -> list[str]:
    said = list(parts[0])
    for part in parts[1:]:
        said += [word, *part]
    return said


_MIXED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|(?<=\w)\.(?=\w)|[^\w\s]"
)


def _read_mixed(text: str) -> list[str]:
    """Whatever it is, piece by piece: letters, numbers, symbols, and dots inside as "dot"."""
    lower = text.lower()
    if lower in ABBREVIATIONS:
        return ABBREVIATIONS[lower].split()
    said: list[str] = []
    for piece in _MIXED.findall(text):
        if piece[0].isdigit() and piece[0].isascii():
            said += _plain(piece)
        elif piece[0].isalpha():
            said += _read_letters(piece)
        elif piece == ".":
            said.append("dot")
        else:
            said += SYMBOLS.get(piece, "").split()
    return said


def _read_letters(piece: str) -> list[str]:
    stem = re.sub(r"['’]?s$", "", piece)
    if not _is_lettered(stem):
        return [piece.lower()]
    letters = list(stem.lower())
    return [*letters[:-1], letters[-1] + piece[len(stem) :].lower()]


_SPECIAL = frozenset(ABBREVIATIONS) | frozenset(UNITS) | frozenset(MAGNITUDES) | {"am", "pm"}
