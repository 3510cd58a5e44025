"""A piecewise engine that is served in turns; other modules bring engines of their own."""

from __future__ import annotations

from collections.abc import Iterator

import fake_pb_utils as pb_utils
import pytest

from adapter.pieces import AT_EACH_PIECE, Call, Execute, Piecewise
from wordlight.adapter import Turns, serve_in_turns
from wordlight.contract import VOICES


@pytest.fixture
def engine() -> Piecewise:
    return Piecewise()


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.close()


@pytest.fixture
def execute(engine: Piecewise, turns: Turns) -> Execute:
    return serve_in_turns(VOICES, Call, engine, pb_utils, turns, AT_EACH_PIECE)
