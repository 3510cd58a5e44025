"""Stand-ins for the models that a stream asks."""

from __future__ import annotations

import pytest

from streaming.neighbours import Neighbourhood


@pytest.fixture
def models() -> Neighbourhood:
    return Neighbourhood()
