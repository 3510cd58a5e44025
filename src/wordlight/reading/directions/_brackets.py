"""Directions in brackets: ``[pause:0.8s]``, ``[voice:emma]``, ``[Nguyen](say:win)``."""

from __future__ import annotations

import re
from collections.abc import Callable

from wordlight.contract import MOMENT
from wordlight.errors import InvalidInput
from wordlight.reading.directions._extraction import (
    Taking,
)
from wordlight.reading.directions._kinds import (
    LONGEST_VALUE,
    Directed,
    EndSay,
    Pause,
    Place,
    Rate,
    Say,
    Voice,
)
from wordlight.reading.directions._values import (
    seconds_of,
    times_of,
    voice_of,
)

_BRACKET = re.compile(
    r"\\(?P<escaped>[\[\]\\])"
    r"|\[(?P<shown>[^\[\]\n]{1,200})\]"
    r"\((?:(?i:say)\s?:(?P<say>[^()\n]{0,400})|/(?P<ipa>[^/\n]{0,400})/)\)"
    r"|\[(?P<name>[A-Za-z]{1,20})\s?:(?P<value>[^\[\]\n]{0,400})\]"
)
_OTHER = re.compile(
    r"(?<!\\)(?:\[(?P<what>[^\[\]\n]{1,60})\](?!\()"
    r"|[\[({](?i:pause|voice|rate)\s?:[^\[\](){}\n]{0,60}[)}]?"  # [pause:1s without its end
    r"|\[[^\[\]\n]{1,60}\]\((?:s\w\w[ :]|/[^()\n]*[^\x00-\x7f])[^()\n]{0,60}\)?"  # (sey:win)
    r"|\[[^\[\]()\n]{1,60}\(say:[^()\n]{0,60}\)?)"
)
"""Text that may be meant as a direction: "[laughs]", "[1]", "(pause:1s)", "[Nguyen](say win)"."""
LONGEST_SHOWN = 40
"""The most characters of such text that a warning shows."""
_STAMP = re.compile(MOMENT)
MOST_WARNED = 5


def take_brackets(script: str, field: str = "TEXT") -> Directed:
    r"""The script without its directions in brackets.

    A backslash before a bracket keeps the bracket as text. Brackets that hold no direction are text
    too: Markdown's links, notes, footnotes, ``[speed:2]``. `other_brackets` warns of most of them.

    Raises:
        InvalidInput: A direction has a wrong value. The message names its place.

    >>> take_brackets("So [pause:0.8s]it is, [Nguyen](say:win).").plain
    'So it is, Nguyen.'
    >>> take_brackets(r"See \[1] and [this](https://example.com).").plain
    'See [1] and [this](https://example.com).'
    """
    taking, position = Taking(field), 0
    if "[" in script:
        for match in _BRACKET.finditer(script):
            taking.text(script[position : match.start()])
            _take(match, taking, field)
            position = match.end()
    taking.text(script[position:])
    return taking.taken()


def other_brackets(script: str) -> list[str]:
    """A warning, if brackets look like directions but are none. Times in brackets need no warning.

    >>> other_brackets("So [laughs] it is [1].\\n[laughs] [pause:1s] [a](b) [00:12]")
    ['[laughs] at line 1, column 4 and [1] at line 1, column 19 are no directions and stay text']
    """
    found: dict[str, int] = {}
    for match in _OTHER.finditer(script):
        is_stamp = match["what"] is not None and _STAMP.fullmatch(match["what"])
        if not is_stamp and not _is_direction(script, match.start()):
            text = match[0] if len(match[0]) <= LONGEST_SHOWN else f"{match[0][:LONGEST_SHOWN]}…"
            found.setdefault(text.strip(), match.start())
    if not found:
        return []
    places = [f"{text} at {Place.of(script, at)}" for text, at in [*found.items()][:MOST_WARNED]]
    if len(found) > MOST_WARNED:
        places.append(f"{len(found) - MOST_WARNED} more")
    *others, last = places
    if not others:
        return [f"{last} is no direction and stays text"]
    return [f"{', '.join(others)} and {last} are no directions and stay text"]


def _is_direction(script: str, at: int) -> bool:
    match = _BRACKET.match(script, at)
    return match is not None and (match["name"] is None or match["name"].lower() in _READ)


def _take(match: re.Match[str], taking: Taking, field: str) -> None:
    if match["escaped"]:
        taking.text(match["escaped"] if match["escaped"] != "\\" else match[0])
        return
    where = Place.of(match.string, match.start())
    if match["shown"] is not None:
        _take_said(match, taking, field, str(where))
        return
    name, value = match["name"].lower(), match["value"]
    read = _READ.get(name)
    if read is None:
        taking.text(match[0])
    else:
        taking.direction(read(value, field, str(where)))


def _take_said(match: re.Match[str], taking: Taking, field: str, where: str) -> None:
    respelling, phonemes = (match["say"] or "").strip(), (match["ipa"] or "").strip()
    if not any(map(str.isalnum, respelling + phonemes)):
        raise InvalidInput(field, f"has {match[0]!r} at {where}", "write what to say behind say:")
    if not any(map(str.isalnum, match["shown"])):
        raise InvalidInput(field, f"has {match[0]!r} at {where}", "show a word to say")
    taking.direction(Say(respelling[:LONGEST_VALUE], phonemes[:LONGEST_VALUE]))
    taking.text(match["shown"])
    taking.direction(EndSay())


def _rate(value: str, field: str, where: str) -> Rate:
    return Rate(times_of(value or "1", field, where))


_READ: dict[str, Callable[[str, str, str], Pause | Voice | Rate]] = {
    "pause": lambda value, field, where: Pause(seconds_of(value, field, where)),
    "voice": voice_of,
    "rate": _rate,
}
