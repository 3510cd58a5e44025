"""A volume, and the profile ``mini`` whose own voices are on the shelf too."""

from __future__ import annotations

import pytest

from wordlight.volume import Profile, load_profile


@pytest.fixture
def profile() -> Profile:
    return load_profile("mini")
