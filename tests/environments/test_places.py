"""Wordlight started in many places: it serves, or says within 20 s exactly why not.

``./run test --slow tests/environments`` tries them all and writes the table that
benchmarks/results/ has; without ``--slow`` only some that are refused, and an ordinary one.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from place import REFUSED_WITHIN_S, Place, of_somebody, try_it
from rows import ROWS, SERVES, Row
from table import Table


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=() if row.is_quick else pytest.mark.slow)
        for row in ROWS
    ],
)
def test_it_serves_or_says_why_not(
    row: Row, place: Place, table: Table, request: pytest.FixtureRequest
) -> None:
    if not row.is_quick:
        place.compiled = request.getfixturevalue("compiled")
    row.prepare(place)

    outcome = try_it(place)

    table.add(row.name, outcome, row.refusal)
    if row.refusal == SERVES:
        assert outcome.has_answered, outcome.said
        assert row.warns in ("", *outcome.codes), outcome.said
    else:
        assert row.refusal in outcome.codes, outcome.said
        assert outcome.status == 1
        assert outcome.took_s < REFUSED_WITHIN_S, outcome.said
    assert "Traceback" not in outcome.said
    assert not _twice_in_a_row(outcome.said)
    assert not of_somebody()


LINKER = "from LD_PRELOAD cannot be preloaded"
"""The dynamic linker says so before every program, and nobody can stop it."""


def _twice_in_a_row(said: str) -> list[str]:
    lines = [line for line in said.splitlines() if line.strip() and LINKER not in line]
    return [line for line, after in pairwise(lines) if line == after]
