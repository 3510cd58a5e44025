"""Compares where captions and lines break before and after a change, in two source trees.

mkdir -p out/before && git archive d6d4d09 src | tar -x -C out/before
.venv/bin/python benchmarks/subtitles/people.py out/clones out/people
.venv/bin/python benchmarks/subtitles/breaks_before_after.py out/people out/before/src src

Without the folder of people's subtitles, their tables are left out. stable-ts has a row if it is on
the path: see `break_quality.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from break_quality import CORPUS, HEADER, SHORT, row
from breaks.corpus import Document, Shown, read_corpus
from breaks.segmenters import Segmenter, shown, stable_ts

from wordlight.subtitles import Layout, set_captions
from wordlight.words import Word

HOUR_WORDS = 9_000
CALM_S = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """Some documents, with how their words are timed and set."""

    title: str
    folder: Path
    profile: str = "netflix"
    line_characters: int = 42
    has_pauses: bool = True
    languages: tuple[str, ...] = ("en",)

    def documents(self) -> list[Document]:
        """The documents in this part's languages; none if the folder is missing."""
        return [d for d in read_corpus(self.folder) if d.language in self.languages]

    def words(self, document: Document) -> list[Word]:
        """A document's words: with pauses that were measured or simulated, or evenly spread."""
        return document.spoken() if self.has_pauses else document.evenly()

    def ours(self, words: Sequence[Word], language: str) -> list[Shown]:
        """The captions of this source tree."""
        layout = Layout.of(language=language, profile=self.profile)
        return shown(set_captions(words, layout.narrowed(self.line_characters)))


def parts(people: Path) -> Iterator[Part]:
    """The held-out parts, followed by those that were tuned on."""
    for part, title in (("held_out", "held out"), ("dev", "dev")):
        yield Part(f"{title}: short captions, `shorts`", CORPUS / "shorts" / part, "shorts")
        yield Part(f"{title}: English by the guide", CORPUS / part)
        if part == "held_out":
            yield Part(
                f"{title}: German, French, Spanish", CORPUS / part, languages=("de", "fr", "es")
            )
            for name, line_characters, what in (
                ("google", 32, "people's talks, lines of 32"),
                ("course", 42, "people's lectures"),
                ("scipy", 42, "a conference talk"),
            ):
                yield Part(
                    f"{title}: {what}, text only",
                    people / part / name,
                    line_characters=line_characters,
                    has_pauses=False,
                )


def main(people: Path, trees: Sequence[Path]) -> None:
    """Prints a table for each part, with a row for each source tree."""
    rows = [measured(people, tree) for tree in trees]
    for title, (*known, _) in rows[0].items():
        print(f"\n{title}\n\n{HEADER if known else ''}")
        for line in known:
            print(line)
        for tree, found in zip(trees, rows, strict=True):
            print(found[title][-1].replace("ours", str(tree), 1))


def measured(people: Path, tree: Path) -> dict[str, list[str]]:
    """The rows of every part, measured by a process of its own that imports this source tree."""
    path = os.pathsep.join(filter(None, (str(tree.resolve()), os.environ.get("PYTHONPATH"))))
    told = subprocess.check_output(
        [sys.executable, __file__, str(people)], env={**os.environ, "PYTHONPATH": path}
    )
    found: dict[str, list[str]] = json.loads(told)
    return found


def measure(people: Path) -> dict[str, list[str]]:
    """For each part, the rows of the reference, of stable-ts if it is installed, and of ours."""
    found: dict[str, list[str]] = {}
    for part in parts(people):
        documents = part.documents()
        if not documents:
            continue
        words = [part.words(document) for document in documents]
        references = [list(document.captions) for document in documents]
        captions = [part.ours(w, d.language) for w, d in zip(words, documents, strict=True)]
        found[part.title] = [
            row(f"the reference ({calm(references)})", documents, references),
            *(
                row(name, documents, [segment(w, "en") for w in words])
                for name, segment in others(part)
            ),
            row(f"ours ({calm(captions)})", documents, captions),
        ]
    found["speed"] = [f"ours: {HOUR_WORDS} words in {hour_s():.3f} s, best of five"]
    return found


def others(part: Part) -> Iterator[tuple[str, Segmenter]]:
    """stable-ts with 42 characters, for people's subtitles with lines of that length."""
    if part.line_characters == 42 and not part.has_pauses:
        try:
            yield "stable-ts, its algorithm with 42 characters", stable_ts(SHORT)
        except ModuleNotFoundError:
            return


def calm(captions: Sequence[Sequence[Shown]]) -> str:
    """The share of captions that are on screen for less than a second, in words."""
    stand_s = [caption.end_s - caption.start_s for part in captions for caption in part]
    return f"{sum(s < CALM_S for s in stand_s) / len(stand_s):.1%} stand under {CALM_S:g} s"


def hour_s() -> float:
    """The seconds that setting an hour of prose takes."""
    texts = [w for d in read_corpus(CORPUS / "held_out") if d.language == "en" for c in d.captions
             for w in c.words]  # fmt: skip
    texts = (texts * (HOUR_WORDS // len(texts) + 1))[:HOUR_WORDS]
    words = [Word(text, 0.4 * k, 0.4 * k + 0.35) for k, text in enumerate(texts)]
    taken_s = []
    for _ in range(5):
        begun_s = time.perf_counter()
        set_captions(words, Layout.of())
        taken_s.append(time.perf_counter() - begun_s)
    return min(taken_s)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(Path(sys.argv[1]), [Path(tree) for tree in sys.argv[2:]])
    else:
        print(json.dumps(measure(Path(sys.argv[1]))))
