"""Disks that fill up while the server starts or a command writes."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest
from place import ANSWERED_WITHIN_S, Outcome, Place, finish, serve_words, start, try_it
from table import Table

pytestmark = pytest.mark.slow


def test_a_volume_that_fills_while_the_models_compile_does_not_keep_it_from_serving(
    place: Place, table: Table
) -> None:
    place.volume = place.path("volume")
    place.mounts = _small_disk(place.volume, "2m")

    outcome = try_it(place)

    table.add("a volume that fills while the models compile", outcome)
    assert outcome.has_answered, outcome.said


def test_a_tmpdir_that_fills_while_it_is_asked_does_not_keep_it_from_answering(
    place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    folder = place.variables["TMPDIR"]
    place.mounts = _small_disk(folder, "40m")
    words = serve_words(place)
    at = words.index("--") + 1
    fill = f"dd if=/dev/zero of={shlex.quote(str(folder))}/filler bs=1M 2>/dev/null; "
    words[at:] = ["sh", "-c", f'{fill}exec "$@"', "sh", *words[at:]]

    outcome = _finished(place, words)

    table.add("TMPDIR full once the server is ready", outcome)
    assert outcome.has_answered, outcome.said


@pytest.mark.parametrize(
    "command", [["narrate", "docs/examples/script.txt"], ["demo", "docs/examples/script.txt"]]
)
def test_an_output_folder_that_fills_ends_the_command_with_one_sentence(
    command: list[str], place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    out = place.path("out")
    place.mounts = _small_disk(out, "256k")
    words = serve_words(place)
    at = words.index("--") + 1
    words[at:] = [str(place.checkout / ".venv/bin/wordlight"), *command, "-o", str(out)]

    outcome = _finished(place, words)

    table.add(f"wordlight {command[0]} into a folder that fills", outcome)
    assert outcome.status == 1, outcome.said
    assert "No space left on device" in outcome.said.splitlines()[-1], outcome.said
    assert "Traceback" not in outcome.said


def _small_disk(folder: Path | str | bytes, size: str) -> str:
    return f"mount -t tmpfs -o mode=1777,size={size} tmpfs {shlex.quote(str(folder))}"


def _finished(place: Place, words: list[str]) -> Outcome:
    started_s = time.monotonic()
    return finish(start(place, *words), ANSWERED_WITHIN_S, started_s)
