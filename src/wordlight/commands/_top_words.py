"""Figures in few characters."""

from __future__ import annotations

from rich.filesize import decimal

from wordlight.commands._figures import Span

NOTHING = "–"
"""What is not known."""


def both(span: Span) -> str:
    """The median and the 95th percentile.

    >>> both(Span(0.31, 2.5)), both(Span(20.0, 29.0)), both(Span())
    ('310 ms, 2.5 s', '20, 29 s', '–')
    """
    if span.p50_s is None:
        return NOTHING
    p50, p95 = seconds(span.p50_s), seconds(span.p95_s)
    (value, unit), (_, unit_of_p95) = p50.split(), p95.split()
    return f"{value}, {p95}" if unit == unit_of_p95 else f"{p50}, {p95}"


def rate(value: float | None) -> str:
    """How many a second.

    >>> [rate(one) for one in (None, 0.0, 0.05, 84.81)]
    ['–', '0.0', '0.05', '84.8']
    """
    if value is None:
        return NOTHING
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


def number(value: int | None) -> str:
    """A whole number, if it is known.

    >>> number(0), number(None)
    ('0', '–')
    """
    return NOTHING if value is None else str(value)


def memory(value_bytes: float | None) -> str:
    """An amount of memory.

    >>> memory(97_681_408.0), memory(None)
    ('97.7 MB', '–')
    """
    return NOTHING if value_bytes is None else decimal(int(value_bytes))


def seconds(value_s: float | None) -> str:
    """A short time.

    >>> [seconds(one) for one in (None, 0.0, 0.0042, 0.31, 2.5, 26.7)]
    ['–', '0 s', '4 ms', '310 ms', '2.5 s', '27 s']
    """
    if value_s is None:
        return NOTHING
    if value_s < 1:
        return f"{value_s * 1000:.0f} ms" if value_s else "0 s"
    return f"{value_s:.1f} s" if value_s < 10 else f"{value_s:.0f} s"


def duration(value_s: float) -> str:
    """A long time in two units.

    >>> [duration(one) for one in (7.2, 80, 7_999, 200_000)]
    ['7 s', '1 min 20 s', '2 h 13 min', '2 d 7 h']
    """
    n = int(max(value_s, 0.0))
    for unit, below, length, smaller in (
        ("d", "h", 86_400, 3_600), ("h", "min", 3_600, 60), ("min", "s", 60, 1),
    ):  # fmt: skip
        if n >= length:
            return f"{n // length} {unit} {n % length // smaller} {below}"
    return f"{n} s"
