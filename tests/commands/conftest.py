"""Fixtures of the commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed_volume import write


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a profile ``mine`` whose every entry is the same files in the bucket."""
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(tmp_path / "profiles"))
    monkeypatch.setenv("WORDLIGHT_S3_CACHE", "s3://weights/cache")
    monkeypatch.setenv("WORDLIGHT_VOLUME", str(tmp_path / "volume"))
    write(tmp_path / "profiles", "r1")
    return tmp_path / "profiles"
