"""Which environment the models run in: the volume's runtime, our own, or none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wordlight.errors import RuntimeMissing
from wordlight.runtimes import PackageLock
from wordlight.serving import PYTHON, _environment, stubs_runtime, where


def test_serving_without_a_runtime_runs_in_its_own_environment_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_environment, "find_spec", lambda _: object())

    assert stubs_runtime(tmp_path, has_gpu=False) is None
    assert where(None) == (
        f"models run in {sys.prefix} (the volume has no runtime "
        f"for lock {PackageLock.find().digest[:8]}, Python {PYTHON})"
    )


def test_serving_with_neither_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_environment, "find_spec", lambda _: None)

    with pytest.raises(RuntimeMissing, match="run `wordlight volume install --volume"):
        stubs_runtime(tmp_path, has_gpu=False)
