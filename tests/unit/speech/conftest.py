"""References, and the process's numbers as an engine found them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from speech.references import MEL
from wordlight.speech._front_ends import CharacterFrontEnd
from wordlight.speech._reference import References


@pytest.fixture
def denormals() -> Iterator[None]:
    """Numbers as other tests need them: the engine flushes denormals for its whole process."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def references() -> References:
    torch.set_num_threads(1)
    return References(CharacterFrontEnd.load(None), MEL, dict, "heart", None)
