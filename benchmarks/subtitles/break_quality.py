"""Compares where captions and lines break with reference subtitles, for ours and for others.

uv pip install --no-deps --target out/stable-ts stable-ts==2.19.1
PYTHONPATH=out/stable-ts .venv/bin/python benchmarks/subtitles/break_quality.py
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from breaks.corpus import Break, Document, Shown, read_corpus
from breaks.scores import Agreement, Conformity, agreement, sigma, tagged_rows
from breaks.segmenters import Segmenter, greedy, ours, stable_ts, whisperx

CORPUS = Path(__file__).parent / "corpus"
TWO_LINES = ("split_by_length", {"max_chars": 42, "newline": True})
SHORT = "isp_cm_sp=.* /。/?/？_sg=.5_sp=,* /，++++42_sl=42_cm"
"""stable-ts's default algorithm with 42 characters in place of its 50 and 70."""

OTHERS: dict[str, Callable[[], Segmenter]] = {
    "stable-ts 2.19.1, `regroup=True`": lambda: stable_ts(True),
    "stable-ts, then `split_by_length(42, newline=True)`": lambda: stable_ts(True, TWO_LINES),
    "stable-ts, its algorithm with 42 characters": lambda: stable_ts(SHORT),
    "WhisperX 3.8.6 `SubtitlesProcessor`, 45 and 30": lambda: whisperx(45, 30),
    "WhisperX, 42 and 10": lambda: whisperx(42, 10),
    "greedy, 42 × 2, sentences apart": lambda: greedy(42),
}
"""Each with the settings of its documentation, and with those that do best on dev if lines must
fit. These are the best of 18 settings for stable-ts (characters of commas, of captions, of lines;
even or not), and of 20 for WhisperX (its two lengths)."""
HEADER = (
    "| | captions | F1 | precision | recall | F1 of lines | F1 of captions | Sigma "
    "| lines ≤ 42 | ≤ 2 lines | ≤ 20 characters/s |\n|---|" + "---:|" * 10
)


def main() -> None:
    """Prints a Markdown table for each part of the corpus, and our scores for each document."""
    dev, held_out = (read_corpus(CORPUS / part) for part in ("dev", "held_out"))
    english = [document for document in held_out if document.language == "en"]
    others = [document for document in held_out if document.language != "en"]
    segmenters = available()
    for title, documents in (
        ("dev, English", dev),
        ("held out, English", english),
        ("held out, German, French, Spanish", others),
    ):
        print(f"\n{title}\n\n{HEADER}")
        references = [list(document.captions) for document in documents]
        print(row("the reference", documents, references))
        for name, segment in segmenters.items():
            print(row(name, documents, [segment(d.spoken(), d.language) for d in documents]))
        unpaused = [ours(d.spoken(pauses=False), d.language) for d in documents]
        print(row("Wordlight, silence cut out", documents, unpaused))
    print("\n| ours, by document | F1 | Sigma |\n|---|---:|---:|")
    for document in (*dev, *held_out):
        captions = [ours(document.spoken(), document.language)]
        print(f"| {document.name} | {' | '.join(two_scores([document], captions))} |")


def available() -> dict[str, Segmenter]:
    """Our segmenter and those of the others that are installed. Missing ones are printed."""
    segmenters: dict[str, Segmenter] = {"Wordlight": ours}
    for name, make in OTHERS.items():
        try:
            segmenters[name] = make()
        except ModuleNotFoundError as missing:
            print(f"left out: {name} ({missing.name} is not installed)")
    return segmenters


def row(name: str, documents: Sequence[Document], captions: Sequence[list[Shown]]) -> str:
    """One line of the table: the scores of a segmenter's captions of all documents."""
    every, lines, blocks = (
        pooled(documents, captions, kinds)
        for kinds in ((Break.LINE, Break.CAPTION), (Break.LINE,), (Break.CAPTION,))
    )
    shown = [caption for part in captions for caption in part]
    conformity = Conformity.of(shown)
    figures = [
        str(len(shown)),
        *(f"{one:.3f}" for one in (every.f1, every.precision, every.recall, lines.f1, blocks.f1)),
        f"{pooled_sigma(documents, captions):.1f}",
        *(
            f"{share:.1%}"
            for share in (
                conformity.lines_that_fit,
                conformity.captions_of_two_lines,
                conformity.captions_slow_enough,
            )
        ),
    ]
    return f"| {name} | {' | '.join(figures)} |"


def two_scores(documents: Sequence[Document], captions: Sequence[list[Shown]]) -> tuple[str, str]:
    """F1 and Sigma, formatted."""
    f1 = pooled(documents, captions, (Break.LINE, Break.CAPTION)).f1
    return f"{f1:.3f}", f"{pooled_sigma(documents, captions):.1f}"


def pooled(
    documents: Sequence[Document], captions: Sequence[list[Shown]], kinds: Sequence[Break]
) -> Agreement:
    """The agreement summed over all documents."""
    pairs = zip(documents, captions, strict=True)
    return sum(
        (agreement(document.captions, part, kinds) for document, part in pairs), Agreement(0, 0, 0)
    )


def pooled_sigma(documents: Sequence[Document], captions: Sequence[list[Shown]]) -> float:
    """Sigma over the rows of all documents."""
    pairs = zip(documents, captions, strict=True)
    return sigma([r for document, part in pairs for r in tagged_rows(document.captions, part)])


if __name__ == "__main__":
    main()
