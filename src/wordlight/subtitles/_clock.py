"""Time units and their text. Seconds are rounded to ms once; centiseconds come from the ms."""

from __future__ import annotations


def to_ms(time_s: float) -> int:
    """The nearest whole millisecond.

    >>> to_ms(1.2345)
    1234
    """
    return round(time_s * 1000)


def to_cs(time_ms: int) -> int:
    """The nearest whole centisecond. Halves go up, so a later time never gets an earlier value.

    >>> to_cs(1004), to_cs(1005)
    (100, 101)
    """
    return (time_ms + 5) // 10


def clock(time_ms: int, separator: str = ".") -> str:
    """The time as ``HH:MM:SS.mmm``. SRT uses a comma as the separator.

    >>> clock(3_661_007, ",")
    '01:01:01,007'
    """
    seconds, ms = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    # takes a third of the time of an f-string
    return "%02d:%02d:%02d%s%03d" % (hours, minutes, seconds, separator, ms)  # noqa: UP031


def clock_cs(time_cs: int) -> str:
    """The time as ``H:MM:SS.cc``, the form of ASS.

    >>> clock_cs(366_107)
    '1:01:01.07'
    """
    seconds, cs = divmod(time_cs, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return "%d:%02d:%02d.%02d" % (hours, minutes, seconds, cs)  # noqa: UP031
