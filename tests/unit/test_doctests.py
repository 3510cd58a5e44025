"""Every example in a docstring is run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    for root, part in (
        (ROOT / "src", "."),
        (ROOT / "client", "."),
        (ROOT / "build", "."),
        (ROOT / "benchmarks", "load"),
    )
    for path in sorted((root / part).rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


def test_there_are_examples() -> None:
    assert "wordlight.reading._script" in MODULES
    assert "wordlight.speech._front_ends" in MODULES
    assert "mini.clips" in MODULES
    assert "load.cells" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))

    assert results.attempted > 0
    assert results.failed == 0
