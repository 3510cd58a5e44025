"""Draws the rows: how long an answer takes at each request rate, with a panel for each model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from load.cells import MODELS, Closed
from load.rows import Row

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 250, 64, 56, 34, 46
"""The size of a panel and of the room around its plot, in pixels."""
N_COLUMNS = 2
LEGEND_HEIGHT = 44
COLOURS = {"http": "#b3541e", "grpc": "#1f5f8b"}
STYLE = "text { font: 12px sans-serif; fill: #222 } .axis { stroke: #999 } .tick { stroke: #eee }"
LEGEND = (
    "line: closed loop, with the number of callers; square: open loop, with the multiple of "
    "capacity; upright: from p50 to p95"
)


@dataclass(frozen=True, slots=True)
class Panel:
    """The scales of one panel: requests per second from zero, and seconds in powers of ten."""

    x: float
    y: float
    most_per_s: float
    low: int
    high: int

    def at(self, per_s: float, latency_s: float) -> tuple[float, float]:
        """The place of a point, in pixels."""
        share = (math.log10(latency_s) - self.low) / (self.high - self.low)
        return (
            self.x + LEFT + per_s / self.most_per_s * (WIDTH - LEFT - RIGHT),
            self.y + HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM),
        )


def svg(rows: Sequence[Row]) -> str:
    """The picture as SVG. It leaves out rows without a latency."""
    seen = [row for row in rows if row.measured.latency]
    models = [model for model in MODELS if any(row.cell.model == model for row in seen)]
    n_lines = math.ceil(len(models) / N_COLUMNS)
    width, height = N_COLUMNS * WIDTH, n_lines * HEIGHT + LEGEND_HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><style>{STYLE}</style>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for index, model in enumerate(models):
        x, y = index % N_COLUMNS * WIDTH, index // N_COLUMNS * HEIGHT
        parts += _panel(model, [row for row in seen if row.cell.model == model], x, y)
    parts += _legend(height - LEGEND_HEIGHT)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(model: str, rows: Sequence[Row], x: float, y: float) -> list[str]:
    times_s = [time_s for row in rows for time_s in _times_s(row)]
    low, high = math.floor(math.log10(min(times_s))), math.ceil(math.log10(max(times_s)))
    scale = Panel(x, y, max(row.per_s for row in rows) * 1.1, low, max(high, low + 1))
    parts = [_text(x + LEFT, y + 20, model, "start", "bold"), *_axes(scale)]
    for protocol in COLOURS:
        own = [row for row in rows if row.cell.protocol == protocol]
        closed = [row for row in own if isinstance(row.cell.load, Closed)]
        points = " ".join("{:.1f},{:.1f}".format(*_point(scale, row)) for row in closed)
        colour = COLOURS[protocol]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        for row in own:
            parts += _mark(scale, row, colour)
    return parts


def _axes(scale: Panel) -> list[str]:
    left, right = scale.x + LEFT, scale.x + WIDTH - RIGHT
    floor = scale.y + HEIGHT - BOTTOM
    parts = []
    for power in range(scale.low, scale.high + 1):
        height = scale.at(0.0, 10.0**power)[1]
        parts.append(_line(left, height, right, height, "tick"))
        parts.append(_text(left - 6, height + 4, f"{10.0**power:g} s", "end"))
    for share in (0.0, 0.5, 1.0):
        per_s = share * scale.most_per_s
        parts.append(_text(left + share * (right - left), floor + 18, f"{per_s:.3g}", "middle"))
    parts.append(_text((left + right) / 2, floor + 34, "requests answered a second", "middle"))
    return [*parts, _line(left, floor, right, floor, "axis")]


def _mark(scale: Panel, row: Row, colour: str) -> list[str]:
    x, y = _point(scale, row)
    top = scale.at(row.per_s, _times_s(row)[1])[1]
    upright = f'<path d="M{x:.1f} {y:.1f}V{top:.1f}" stroke="{colour}" stroke-opacity=".5"/>'
    if isinstance(row.cell.load, Closed):
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        label = f"{row.cell.load.callers}"
    else:
        shape = (
            f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="#fff" '
            f'stroke="{colour}"/>'
        )
        label = f"{row.cell.load.factor:g}x"
    return [upright, shape, _text(x + 6, y + 12, label, "start")]


def _legend(y: float) -> list[str]:
    parts = [_text(LEFT, y + 34, LEGEND, "start")]
    for index, (protocol, colour) in enumerate(COLOURS.items()):
        x = LEFT + index * 70
        parts.append(f'<circle cx="{x}" cy="{y + 12}" r="3.5" fill="{colour}"/>')
        parts.append(_text(x + 8, y + 16, protocol, "start"))
    return parts


def _times_s(row: Row) -> tuple[float, float]:
    """The median and the 95th percentile, in seconds."""
    latency = row.measured.latency
    return (latency.p50_s, latency.p95_s) if latency else (math.nan, math.nan)


def _point(scale: Panel, row: Row) -> tuple[float, float]:
    return scale.at(row.per_s, _times_s(row)[0])


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )
