from __future__ import annotations

import json
from pathlib import Path

from mini.curves import draw, read_curves

LINES = [
    json.dumps({"step": 20, "seconds": 2.0, "loss": 1.5, "note": "a word"}),
    json.dumps({"step": 10, "seconds": 1.0, "loss": 2.5, "held_out_loss": 2.6, "is_best": True}),
    json.dumps({"step": 30, "seconds": 3.0, "loss": float("nan")}),
    '{"step": 40, "lo',
]


def test_every_number_of_a_log_becomes_a_curve_in_order_of_its_axis() -> None:
    curves = read_curves(LINES, "step")

    assert list(curves) == ["loss", "held_out_loss"]
    assert [values.tolist() for values in curves["loss"]] == [[10.0, 20.0], [2.5, 1.5]]


def test_the_axis_may_be_seconds() -> None:
    positions, _ = read_curves(LINES, "seconds")["loss"]

    assert positions.tolist() == [1.0, 2.0]


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    draw(read_curves(LINES, "step"), "step", tmp_path / "curves.png")

    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
