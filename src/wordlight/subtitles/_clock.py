"""Times on paper: seconds become whole milliseconds once, and centiseconds from those."""

from __future__ import annotations

LATEST_S = 359_999.0
"""99:59:59, the last second that two digits of hours can name (SRT, WebVTT)."""


def to_ms(time_s: float) -> int:
    """Nearest whole millisecond.

    >>> to_ms(1.2345)
    1234
    """
    return round(time_s * 1000)


def to_cs(time_ms: int) -> int:
    """Nearest whole centisecond, halves up, so that later times never come out earlier.

    >>> to_cs(1004), to_cs(1005)
    (100, 101)
    """
    return (time_ms + 5) // 10


def clock(time_ms: int, separator: str = ".") -> str:
    """``HH:MM:SS.mmm``, with a comma in SRT.

    >>> clock(3_661_007, ",")
    '01:01:01,007'
    """
    seconds, ms = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    # a third of an f-string's time
    return "%02d:%02d:%02d%s%03d" % (hours, minutes, seconds, separator, ms)  # noqa: UP031


def clock_cs(time_cs: int) -> str:
    """``H:MM:SS.cc``, as ASS has it.

    >>> clock_cs(366_107)
    '1:01:01.07'
    """
    seconds, cs = divmod(time_cs, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return "%d:%02d:%02d.%02d" % (hours, minutes, seconds, cs)  # noqa: UP031
