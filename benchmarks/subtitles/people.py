"""Extracts subtitles that people broke from public repositories; this one keeps none of them.

git clone https://github.com/madprogramer/google-video-captions out/clones/google-video-captions
git clone https://github.com/huggingface/course out/clones/course
git clone https://github.com/matthewfeickert/talk-SciPy-2020 out/clones/talk-SciPy-2020
.venv/bin/python benchmarks/subtitles/people.py out/clones out/people

Every fourth file of a source, by name, is held out. That was decided before anything was tuned.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysubs2

HELD_OUT_EVERY = 4
SHORTEST = 30
"""The fewest captions with which a document is taken."""
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|♪")
_LABEL = re.compile(r"^(?:-|>>)?\s*(?:(?:[A-Z][\w.'-]+ ?){1,3}:(?=\s|$))?\s*")
"""A dash, or the name of the speaker."""


@dataclass(frozen=True, slots=True)
class Source:
    """A repository of subtitles. ``line_characters`` is the limit that its captions keep to."""

    name: str
    clone: str
    commit: str
    paths: str
    line_characters: int


SOURCES = (
    # Talks at Google, 2008 and 2009, captioned by people. CC BY 3.0.
    Source("google", "google-video-captions", "77ad0b1a20d133b1638993fa62ef39d478ac72ef",
           r"captions/en/[^.].*\.srt", 32),
    # Lectures. Apache 2.0. The captions are people's; 99 % of the line breaks are in the middle.
    Source("course", "course", "16af5667532d6966f0fe83f44cc848dd7698a215",
           r"subtitles/en/\d.*\.srt", 42),
    # A conference talk, in the same style. BSD 3-Clause.
    Source("scipy", "talk-SciPy-2020", "3206e90", r"captions\.srt", 42),
)  # fmt: skip


def main(clones: Path, target: Path) -> None:
    """Writes each document to ``target/dev`` or ``target/held_out``, and counts them."""
    for source in SOURCES:
        kept = [
            (path, captions)
            for path, text in texts(clones / source.clone, source)
            if (captions := captions_of(text, source.line_characters))
        ]
        for number, (path, captions) in enumerate(kept):
            is_held_out = number % HELD_OUT_EVERY == 0
            folder = target / ("held_out" if is_held_out else "dev") / source.name
            folder.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^a-z0-9]+", "-", Path(path).stem.lower()).strip("-")
            pysubs2_file = pysubs2.SSAFile()
            pysubs2_file.events = captions
            pysubs2_file.save(str(folder / f"en-{name}.srt"))
        print(f"{source.name}: {len(kept)} documents, {sum(len(c) for _, c in kept)} captions")


def texts(clone: Path, source: Source) -> Iterator[tuple[str, str]]:
    """The path and the text of each file of the source, by name."""
    git = ["git", "-C", str(clone)]
    listed = subprocess.check_output(
        [*git, "ls-tree", "-r", "-z", "--name-only", source.commit], text=True
    )
    for path in sorted(filter(None, listed.split("\0"))):
        if re.fullmatch(source.paths, path):
            shown = subprocess.check_output([*git, "show", f"{source.commit}:{path}"])
            yield path, shown.decode("utf-8-sig", "replace").replace("\r", "")


def captions_of(text: str, line_characters: int) -> list[pysubs2.SSAEvent]:
    """The spoken text of these captions; none unless nearly all keep to two lines of that size."""
    events = pysubs2.SSAFile.from_string(text, format_="srt").events
    said: list[pysubs2.SSAEvent] = []
    for event in events:
        lines = [
            _LABEL.sub("", _SOUND.sub("", line)).strip() for line in event.plaintext.split("\n")
        ]
        lines = [line for line in lines if re.search(r"\w", line)]
        if lines:
            said.append(pysubs2.SSAEvent(start=event.start, end=event.end, text="\\N".join(lines)))
    fitting = [
        event
        for event in said
        if event.text.count("\\N") < 2
        and all(len(line) <= line_characters for line in event.plaintext.split("\n"))
    ]
    is_kept = len(said) >= SHORTEST and len(fitting) >= 0.97 * len(said)
    return said if is_kept else []


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
