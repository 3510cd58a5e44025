"""A line of the log, and the two forms in which it is written."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

LONGEST_MESSAGE, LONGEST_FACT, LONGEST_TRACE = 8_000, 300, 30_000
"""In characters. A fact is a bit longer than the longest id that is taken (LONGEST_ID)."""
MOST_VALUES = 64
"""The most values of a fact that is a list: the ids of a batch."""
_OWN = ("time", "level", "source", "logger", "message", "trace")
"""What every line has by these names; a fact of such a name is left out."""


class LogFormat(StrEnum):
    """How a line of the log is written."""

    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One event.

    Args:
        message: What happened; never a text of a caller's.
        level: ``debug``, ``info``, ``warning``, ``error`` or ``critical``.
        source: What wrote it: ``supervisor``, ``triton``, ``front``, an instance of a model such as
            ``f5_tts_0_0``, or ``stderr`` if that is not known.
        facts: Names and values: ``request_id``, ``model``, ``seconds``, ``code``.
        logger: The module, or the line of Triton's code, that wrote it.
        trace: Where an exception was raised.
        time_s: When, in seconds since 1970.
    """

    message: str
    level: str = "info"
    source: str = "supervisor"
    facts: Mapping[str, Any] = field(default_factory=dict)
    logger: str = ""
    trace: str = ""
    time_s: float = field(default_factory=time.time)

    def written(self, form: LogFormat) -> str:
        """The line in that form, with its line end. A text line has its trace below it, indented.

        No other character ends a line or moves a terminal's cursor, whatever message and facts are.
        """
        return f"{self._as_json() if form is LogFormat.JSON else self._as_text()}\n"

    def _as_json(self) -> str:
        line = {
            "time": _iso(self.time_s),
            "level": self.level,
            "source": self.source,
            "message": _cut(self.message, LONGEST_MESSAGE),
            **{name: _plain(value) for name, value in self.facts.items() if name not in _OWN},
        }
        if self.logger:
            line["logger"] = self.logger
        if self.trace:
            line["trace"] = _cut(self.trace, LONGEST_TRACE)
        return json.dumps(line, allow_nan=False)

    def _as_text(self) -> str:
        parts = [_iso(self.time_s), self.level.upper(), f"{self.source}:"]
        parts.append(escaped(_cut(self.message, LONGEST_MESSAGE)))
        parts += [
            f"{name}={_as_word(_plain(value))}"
            for name, value in self.facts.items()
            if name not in _OWN
        ]
        trace = _cut(self.trace, LONGEST_TRACE).splitlines()
        return "\n".join([" ".join(parts), *(f"    {escaped(line)}" for line in trace)])

    @classmethod
    def read(cls, text: str) -> Line | None:
        """The line that was written as JSON; None if it is something else."""
        if not text.startswith('{"time": '):
            return None
        try:
            found = json.loads(text)
            own = {name: str(found.pop(name, "")) for name in _OWN}
            at_s = datetime.fromisoformat(own.pop("time")).timestamp()
        except (ValueError, RecursionError):
            return None
        return cls(**own, facts=found, time_s=at_s)


def escaped(text: str) -> str:
    r"""The text without any character that cannot be printed on one line.

    >>> escaped("two\nlines, one\x1b[31m red")
    'two\\nlines, one\\x1b[31m red'
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def _iso(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _cut(text: str, most: int) -> str:
    """The text, or its beginning and its end; surrogates, which no UTF-8 has, are spelt out."""
    if len(text) > most:
        text = f"{text[: most // 2]} … {text[-most // 2 :]}"
    return text.encode("utf-8", "backslashreplace").decode()


def _plain(value: Any) -> Any:
    """The value as JSON knows it; what it does not know, as a text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value[:MOST_VALUES]]
    return _cut(str(value), LONGEST_FACT)


def _as_word(value: Any) -> str:
    """The value of a fact, in quotes if it could be taken for more than one."""
    if isinstance(value, list):
        return ",".join(map(_as_word, value))
    text = value if isinstance(value, str) else json.dumps(value)
    is_word = text and not any(one in ' ="\\,' or not one.isprintable() for one in text)
    return text if is_word else json.dumps(text)
