"""Checkouts under names that people give their folders: set up, started and asked for real.

Each is a clone of this one with what is not committed yet; as root, so that packages come from
uv's cache as links.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from place import ANSWERED_WITHIN_S, CHECKOUT, Place, finish, start, try_it
from rows import NAMES
from table import Table

pytestmark = pytest.mark.slow

OF_THE_NETWORK = ("SSL_CERT_", "UV_", "HTTP", "http", "NO_PROXY", "no_proxy", "ALL_PROXY")
NOT_TRIED = ("bytes that are no UTF-8", "250 letters", "a newline", "a colon")
"""tests/run has these: they are refused, or say why."""


@pytest.fixture
def clone(place: Place) -> Iterator[Place]:
    place.user = 0
    place.variables |= {  # this machine's way to its packages
        name: value for name, value in os.environ.items() if name.startswith(OF_THE_NETWORK)
    }
    place.variables["UV_CACHE_DIR"] = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache/uv"))
    yield place
    shutil.rmtree(place.checkout, ignore_errors=True)


def _clone_to(place: Place, name: str) -> None:
    place.checkout = place.folder / name / "wordlight"
    place.checkout.parent.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    for path in filter(None, map(os.fsdecode, listed.split(b"\0"))):
        if (CHECKOUT / path).is_file():
            (place.checkout / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / path, place.checkout / path)


@pytest.mark.parametrize("what", [name for name in NAMES if name not in NOT_TRIED])
def test_a_checkout_is_set_up_and_serves(
    what: str, clone: Place, table: Table, compiled: Path
) -> None:
    clone.compiled = compiled
    _clone_to(clone, NAMES[what])

    outcome = try_it(clone)

    table.add(f"checkout: {what}", outcome)
    assert outcome.has_answered, outcome.said


def test_the_demo_runs_under_my_projects_woerk(clone: Place, table: Table) -> None:
    _clone_to(clone, "my projects/wörk")
    started_s = time.monotonic()

    outcome = finish(start(clone, "./run", "demo"), 2 * ANSWERED_WITHIN_S, started_s)

    assert outcome.status == 0, outcome.said
    made = {path.name for path in (clone.checkout / "out/demo").iterdir()}
    assert {"speech.wav", "karaoke.mp4", "subtitles.ass"} <= made
    table.lines.append(
        f"| `./run demo` in a clone under `my projects/wörk` | a film | {outcome.took_s:.1f} |"
    )
