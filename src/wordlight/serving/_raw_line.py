"""A line that a server or one of its processes wrote to standard error, as a line of the log."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wordlight.logs import Line

LEVELS = {"I": "info", "W": "warning", "E": "error", "F": "critical"}
HARMLESS = re.compile(
    r"Failed to initialize NVML|CudaDriverHelper has not been|create stream for|DCGM unable"
)
"""What Triton logs as an error on every machine without a GPU."""
TABLE = re.compile(r"[+|]|\s*$|Signal \(\d+\) received")
_TRITON = re.compile(
    r"(?P<level>[IWEF])(?P<at>\d{4} \d\d:\d\d:\d\d\.\d{6}) +\d+ (?P<place>[^\]]*)\] ?(?P<said>.*)"
)
"""How Triton writes a line (glog): level, month and day, time in UTC, thread, file and line."""
_REQUEST = re.compile(r"\[request id: (?!<id_unknown>)(.*?)\] ")
_EMPTY = re.compile(r"[\s+|-]*$")
_CURSOR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HALF_A_YEAR = timedelta(days=182)


def line_of(raw: str, now_s: float) -> Line | None:
    """The line of the log for a line of raw text; None if it says nothing.

    Our own processes write lines as JSON. Triton's lines have level and time; those of libraries, a
    shell or the linker have neither, and do not say whose they are.

    Args:
        raw: One line, without its line end.
        now_s: The time, in seconds since 1970.
    """
    if (own := Line.read(raw)) is not None:
        return own
    if found := _TRITON.fullmatch(raw):
        return _tritons(found, now_s)
    plain = _CURSOR.sub("", raw).rstrip()
    if _EMPTY.match(plain):
        return None
    if TABLE.match(plain):
        cells = [cell.strip() for cell in plain.strip("|").split("|")]
        return Line(" | ".join(cells), source="triton", time_s=now_s)
    is_harmless = HARMLESS.search(plain) is not None
    return Line(plain, "info" if is_harmless else "warning", "stderr", time_s=now_s)


def _tritons(found: re.Match[str], now_s: float) -> Line | None:
    said = unquoted(found["said"])
    if not said.strip():
        return None  # the line before a table
    level = "info" if HARMLESS.search(said) else LEVELS[found["level"]]
    asked = _REQUEST.search(said)
    facts = {"request_id": asked[1]} if asked else {}
    line = Line(said.rstrip(), level, "triton", facts, found["place"], time_s=now_s)
    return replace(line, time_s=_time_s(found["at"], now_s))


def unquoted(said: str) -> str:
    """The text that Triton quoted: Triton escapes quotes and line ends as JSON does."""
    try:
        return str(json.loads(said, strict=False)) if said[:1] == '"' else said
    except ValueError:
        return said[1:].removesuffix('"')


def _time_s(at: str, now_s: float) -> float:
    """The time that Triton wrote without its year: the one of that day that is nearest to now."""
    now = datetime.fromtimestamp(now_s, UTC)
    try:
        then = datetime.strptime(f"{now.year}{at}", "%Y%m%d %H:%M:%S.%f").replace(tzinfo=UTC)
    except ValueError:  # the 29th of February of last year
        return now_s
    if then - now > HALF_A_YEAR:
        then = then.replace(year=now.year - 1)
    return then.timestamp()
