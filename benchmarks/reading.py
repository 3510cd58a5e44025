"""How many written forms are read as a person would read them, and how long reading takes.

    .venv/bin/python benchmarks/reading.py [--nemo FOLDER] [--show]

FOLDER is a copy of tests/nemo_text_processing/en/data_text_normalization of
https://github.com/NVIDIA/NeMo-text-processing (Apache-2.0). ``reading_score`` has the rule.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from pathlib import Path

from reading_score import Case, is_right, read_cases

from wordlight.errors import EmptyText
from wordlight.reading import read_script

FILES = Path(__file__).parent / "reading"
PLAIN = (
    "The committee met in the old hall beside the river and talked until the lamps went out. "
    "Nobody spoke of the letter, and nobody asked where it was. "
)
N_CHARACTERS = 10_000
FORMS = (
    "In {year} the firm paid ${amount}m for its line. ",
    "It weighed {amount} kg and cost {count} euros. ",
    "They met on {month}/{day}/{year} at {month}:{minute}pm. ",
    "About {percent}% of {count} people agreed with Dr. Hale. ",
    "See www.site{amount}.com/page{percent} for more. ",
)
_NO_CHOICE = str.maketrans("{}", "()")


def read(written: str) -> str:
    """The words that are said for an English text; none if it consists of punctuation alone."""
    try:
        words = read_script(written, "en").words
    except EmptyText:
        return ""
    return " ".join(part for word in words for part in word.said)


def nemo_cases(folder: Path) -> list[Case]:
    """NeMo's cases; a line has the written form, a tilde and the spoken form."""
    paths = [path for path in sorted(folder.glob("*.txt")) if "audio" not in path.name]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.partition("~") for line in lines]
    return [Case(w, s.translate(_NO_CHOICE)) for w, found, s in pairs if found and w.strip()]


def score(name: str, sentences: list[Case], *, is_shown: bool) -> None:
    """Prints the share of right cases, and with ``is_shown`` also the wrong cases."""
    wrong = [(w, want, got) for w, want in sentences if not is_right(got := read(w), want)]
    for written, wanted, got in wrong if is_shown else []:
        print(f"  {written}\n    wanted {wanted}\n    got    {got}")
    right = len(sentences) - len(wrong)
    print(f"{name}: {right} of {len(sentences)}, {right / len(sentences):.1%}")


def mixed_text() -> str:
    """10,000 characters with a written form in every third sentence, none of them twice."""
    chance, text = random.Random(1), ""
    for form in itertools.cycle(FORMS):
        if len(text) >= N_CHARACTERS:
            break
        text += "The committee met in the old hall. Nobody spoke of the letter there. "
        text += form.format(
            year=chance.randint(1850, 2020),
            amount=chance.randint(2, 900),
            count=chance.randint(1_000, 99_999),
            month=chance.randint(1, 12),
            day=chance.randint(1, 28),
            minute=chance.randint(10, 59),
            percent=chance.randint(1, 99),
        )
    return text[:N_CHARACTERS]


def clock(name: str, text: str) -> None:
    """Prints how long a text takes the first time and the second time."""
    started_s = time.perf_counter()
    read_script(text, "en")
    first_s = time.perf_counter() - started_s
    started_s = time.perf_counter()
    read_script(text, "en")
    print(f"{name}: {first_s:.2f} s, again {time.perf_counter() - started_s:.4f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nemo", type=Path, help="folder of NeMo's English cases")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    started_s = time.perf_counter()
    read("It is 3/4/2021.")
    print(f"the grammars loaded in {time.perf_counter() - started_s:.2f} s")
    for path in sorted(FILES.glob("*.tsv")):
        score(path.stem, read_cases(path), is_shown=options.show)
    if options.nemo:
        score("NeMo's cases", nemo_cases(options.nemo), is_shown=options.show)
    clock("10,000 characters of plain text", (PLAIN * 80)[:N_CHARACTERS])
    clock("10,000 characters, a form in every third sentence", mixed_text())


if __name__ == "__main__":
    main()
