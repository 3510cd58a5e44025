"""Directions in brackets: ``[pause:0.8s]``, ``[voice:emma]``, ``[Nguyen](say:win)``."""

from __future__ import annotations

import re
from collections.abc import Callable

from wordlight.errors import InvalidInput
from wordlight.reading.directions._kinds import (
    LONGEST_VALUE,
    Directed,
    EndSay,
    Pause,
    Place,
    Rate,
    Say,
    Taking,
    Voice,
    name_of,
    seconds_of,
    times_of,
)

_BRACKET = re.compile(
    r"\\(?P<escaped>[\[\]\\])"
    r"|\[(?P<name>[A-Za-z]{1,20})\s?:(?P<value>[^\[\]\n]{0,400})\]"
    r"|\[(?P<shown>[^\[\]\n]{1,200})\]\((?:say:(?P<say>[^()\n]{0,400})|/(?P<ipa>[^/()\n]{0,400})/)\)"
)
_UNKNOWN = re.compile(r"\[[A-Za-z]{1,20}\s?:[^\[\]\n]{0,400}\]")
MOST_WARNED = 5


def take_brackets(script: str, field: str = "TEXT") -> Directed:
    r"""The script without its directions in brackets.

    A backslash before a bracket keeps it as text. Names that are no direction stay text, with a
    warning: ``[speed:2]``. All other brackets are text: notes, footnotes, links of Markdown.

    Raises:
        InvalidInput: A direction has a value that cannot be; the message has its place.

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
        taking.warn(f"{match[0]} at {where} is no direction and stays text")
        taking.text(match[0])
    else:
        taking.direction(read(value, field, str(where)))


def _take_said(match: re.Match[str], taking: Taking, field: str, where: str) -> None:
    respelling, phonemes = (match["say"] or "").strip(), (match["ipa"] or "").strip()
    if not any(map(str.isalnum, respelling + phonemes)):
        raise InvalidInput(field, f"has {match[0]!r} at {where}, which tells nothing to say")
    if not any(map(str.isalnum, match["shown"])):
        raise InvalidInput(field, f"has {match[0]!r} at {where}, which shows no word")
    taking.direction(Say(respelling[:LONGEST_VALUE], phonemes[:LONGEST_VALUE]))
    taking.text(match["shown"])
    taking.direction(EndSay())


def _rate(value: str, field: str, where: str) -> Rate:
    return Rate(times_of(value or "1", field, where))


_READ: dict[str, Callable[[str, str, str], Pause | Voice | Rate]] = {
    "pause": lambda value, field, where: Pause(seconds_of(value, field, where)),
    "voice": lambda value, field, where: Voice(name_of(value, field, where)),
    "rate": _rate,
}
