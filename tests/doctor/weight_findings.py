"""What the doctor finds about the weights of the mini profile."""

from __future__ import annotations

from pathlib import Path

from wordlight.doctor import Finding
from wordlight.doctor._weights import check_manifest, check_weights
from wordlight.manifest import Manifest


def profile() -> Manifest:
    found = check_manifest("mini")
    assert isinstance(found, Manifest)
    return found


def look(volume: Path, *, is_deep: bool = False) -> dict[str, Finding]:
    return {found.name: found for found in check_weights(profile(), volume, is_deep=is_deep)}
