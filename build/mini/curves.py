"""Draws training curves from a log of JSON lines: `python -m mini.curves LOG.jsonl OUT.png`.

A line is one object of numbers: `step` or `seconds`, and whatever else was logged at that point.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

AXES = ("step", "seconds")
N_COLUMNS = 3
PANEL_INCHES = (4.2, 2.8)
SMOOTHED_SHARE = 0.02
"""The dark line is a moving mean over this share of the curve."""
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def read_curves(lines: Iterable[str], axis: str) -> dict[str, Curve]:
    """Maps each key to its (n,) positions on the axis and its (n,) values.

    Values that are not finite numbers, and a line that the end of a run cut short, are left out.

    >>> list(read_curves(['{"step": 1, "loss": 2.5}', '{"step": 2, "lo'], "step")["loss"][1])
    [2.5]
    """
    points: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        logged = _parse(line)
        if not _is_number(logged.get(axis)):
            continue
        for key, value in logged.items():
            if key not in AXES and _is_number(value):
                points.setdefault(key, []).append((float(logged[axis]), float(value)))
    curves = {key: np.array(sorted(pairs)) for key, pairs in points.items()}
    return {key: (pairs[:, 0], pairs[:, 1]) for key, pairs in curves.items()}


def draw(curves: Mapping[str, Curve], axis: str, path: Path) -> None:
    """Write a PNG with a panel for each curve.

    Raises:
        SystemExit: There is nothing to draw.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not curves:
        raise SystemExit("the log has no numbers")
    n_columns = min(N_COLUMNS, len(curves))
    n_rows = -(-len(curves) // n_columns)
    width, height = PANEL_INCHES
    figure = Figure(figsize=(width * n_columns, height * n_rows), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for panel, (key, (positions, values)) in zip(panels, curves.items(), strict=False):
        width_values = max(1, round(SMOOTHED_SHARE * len(values)))
        panel.plot(positions, values, color="0.75", linewidth=0.8)
        panel.plot(positions, smoothed(values, width_values), color="0.1", linewidth=1.2)
        panel.set(title=key, xlabel=axis)
        panel.grid(alpha=0.3)
    for panel in panels[len(curves) :]:
        panel.set_axis_off()
    figure.savefig(path, dpi=110)


def smoothed(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The (n,) means over the `width` values around each value; there are fewer at the ends.

    >>> smoothed(np.array([0.0, 3.0, 6.0]), 3).tolist()
    [1.5, 3.0, 4.5]
    """
    window = np.ones(width)
    counts = np.convolve(np.ones_like(values), window, "same")
    means: NDArray[np.float64] = np.convolve(values, window, "same") / counts
    return means


def _parse(line: str) -> dict[str, Any]:
    try:
        logged = json.loads(line)
    except ValueError:
        return {}
    return logged if isinstance(logged, dict) else {}


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def main() -> None:
    """Read the command line, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--axis", choices=AXES, default="step")
    arguments = parser.parse_args()
    with arguments.log.open(encoding="utf-8") as lines:
        draw(read_curves(lines, arguments.axis), arguments.axis, arguments.picture)


if __name__ == "__main__":
    main()
