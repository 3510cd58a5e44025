"""The list of looks: every one has its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from wordlight_client.previews import PURPOSES, look_rows

from wordlight.contract import LOOKS

DOCS = Path(__file__).parents[2] / "docs/looks.md"


def test_every_look_has_a_purpose() -> None:
    assert tuple(PURPOSES) == LOOKS


def test_the_docs_have_the_same_table() -> None:
    page = DOCS.read_text("utf-8")
    table = page.partition("| `LOOK` | for | guideline | mode |\n|---|---|---|---|\n")[2]

    rows = [f"| `{look}` | {use} | `{to}` | `{mode}` |" for look, to, mode, use in look_rows()]
    assert table.partition("\n\n")[0].splitlines() == rows


def test_help_loads_neither_the_engine_nor_what_draws() -> None:
    code = "import sys, wordlight_client.commands.looks; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.split()

    assert not {"wordlight.subtitles", "wordlight.reading", "ass", "imageio_ffmpeg"} & {*loaded}
