"""The registry of subtitle formats: what is on the wire stays, and a new format costs one entry."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from wordlight.contract import SUBTITLE_FORMATS, SUBTITLES, SubtitleFormat

ROOT = Path(__file__).parents[3]
SHIPPED = [
    ("ASS", "subtitles.ass", "text/x-ssa; charset=utf-8"),
    ("SRT", "subtitles.srt", "application/x-subrip; charset=utf-8"),
    ("VTT", "subtitles.vtt", "text/vtt; charset=utf-8"),
    ("VTT_HIGHLIGHT", "subtitles.highlight.vtt", "text/vtt; charset=utf-8"),
    ("TTML", "subtitles.ttml", "application/ttml+xml"),
    ("JSON", "subtitles.json", "application/json"),
    ("LRC", "subtitles.lrc", "text/plain; charset=utf-8"),
]
USE = Path(__file__).with_name("added_format.py")


def test_the_formats_that_callers_know_stay_as_they_are_and_come_first() -> None:
    listed = [(each.tensor.name, each.file, each.media_type) for each in SUBTITLE_FORMATS]

    assert listed[: len(SHIPPED)] == SHIPPED


def test_the_outputs_of_subtitles_are_the_formats_and_the_report() -> None:
    names = [tensor.name for tensor in SUBTITLES.outputs]

    assert names == [*(each.tensor.name for each in SUBTITLE_FORMATS), "REPORT"]


@pytest.mark.parametrize("each", SUBTITLE_FORMATS, ids=lambda each: each.name)
def test_a_format_has_a_module_of_its_name_that_writes_it(each: SubtitleFormat) -> None:
    module = import_module(f"wordlight.subtitles.formats.{each.name}")

    assert callable(module.write)


def test_no_two_formats_share_a_name_or_a_file() -> None:
    assert len({each.name for each in SUBTITLE_FORMATS}) == len(SUBTITLE_FORMATS)
    assert len({each.file for each in SUBTITLE_FORMATS}) == len(SUBTITLE_FORMATS)


def test_the_diff_in_the_docs_adds_a_format_everywhere(tmp_path: Path) -> None:
    page = (ROOT / "docs/formats.md").read_text("utf-8")
    diff = re.search(r"```diff\n(.*?)```", page, re.DOTALL)
    assert diff is not None
    for package in ("src/wordlight", "client/wordlight_client"):
        leave_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave_out)

    apply = ["git", "apply", "--verbose", "-"]
    subprocess.run(apply, cwd=tmp_path, input=diff[1], text=True, check=True)
    paths = os.pathsep.join(str(tmp_path / folder) for folder in ("src", "client"))
    done = subprocess.run(
        [sys.executable, USE, tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    cue = "0:00:00.000,0:00:01.500\nThe old lighthouse keeper.\n"
    assert found["source"].startswith(str(tmp_path))
    assert set(re.findall(r"^\+\+\+ b/(\S+)", diff[1], re.MULTILINE)) == {
        "src/wordlight/contract/_subtitle_formats.py",
        "src/wordlight/subtitles/formats/sbv.py",
    }
    assert found["answered"] == ["caption", "narrate", "narrate_stream", "subtitles"]
    assert found["taken"] == ["publish"]
    assert found["rendered"] == ["caption", "narrate", "narrate_publish", "narrate_stream",
                                 "publish", "subtitles"]  # fmt: skip
    assert (tmp_path / "out/subtitles.sbv").read_text() == found["engine"] == cue
    assert found["published"] == {"a/subtitles.sbv": ["text/plain; charset=utf-8", cue]}
