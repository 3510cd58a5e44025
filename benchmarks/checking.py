"""Measures narration that checks itself: what it improves in 100 hard sentences, and its cost.

    ./run wordlight serve -- .venv/bin/python benchmarks/checking.py

Each sentence of benchmarks/reading/held_out.tsv (numbers, dates, names, abbreviations) is narrated
three times: without CHECK, with CHECK and one take, and with CHECK and up to three. Doubtful words
are those that the stream reports. Misheard words are those that Whisper does not transcribe from
the finished file as a whole.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from wordlight_client import Client, NarrationStream

from wordlight.errors import WordlightError
from wordlight.reading import read_script
from wordlight.streaming import unheard

TEXTS = Path(__file__).parent / "reading" / "held_out.tsv"
N_TEXTS, SEED = 100, 7
TRIES = (0, 1, 3)
"""The most takes of each way of narrating; 0 means without CHECK."""


@dataclass
class Way:
    """The sums of one way of narrating."""

    took_s: float = 0.0
    n_words: int = 0
    doubtful: int = 0
    misheard: int = 0
    texts: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """A row of the table."""
        takes, n_chunks = self.texts["takes"], self.texts["chunks"]
        return (
            f"{self.took_s:.0f} s, {takes} takes of {n_chunks} chunks, {self.n_words} words, "
            f"{self.doubtful} doubtful, {self.misheard} misheard in the finished files "
            f"({self.texts['misheard']} of {self.texts['all']} sentences)"
        )


def main() -> None:
    """Prints a line for each way."""
    ways = {tries: Way() for tries in TRIES}
    with Client(os.environ.get("WORDLIGHT_URL", "localhost:8001")) as client:
        client.narrate("Good morning.")
        for text in texts():
            for tries, way in ways.items():
                try:
                    narrate(client, text, tries, way)
                except WordlightError as error:
                    print(f"{text!r}: {error}", file=sys.stderr)
    for tries, way in ways.items():
        name = f"CHECK, {tries} take{'s' * (tries > 1)} at most" if tries else "without CHECK"
        print(f"{name}: {way.line()}")


def texts() -> list[str]:
    """The first sentences of the file."""
    lines = TEXTS.read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[0] for line in lines if line and line[0] != "#"][:N_TEXTS]


def narrate(client: Client, text: str, tries: int, way: Way) -> None:
    """Narrates a sentence, has the file transcribed, and adds the figures to ``way``."""
    began_s = time.perf_counter()
    stream = client.narrate_stream(text, seed=SEED, check=tries > 0, tries=tries or None)
    with stream:
        parts = list(stream)
    way.took_s += time.perf_counter() - began_s
    way.n_words += len(stream.narration.words)
    way.doubtful += sum(len(part.doubtful) for part in parts)
    n_misheard = misheard(client, text, stream)
    way.misheard += n_misheard
    way.texts["misheard"] += n_misheard > 0
    way.texts["all"] += 1
    way.texts["takes"] += sum(part.takes for part in parts)
    way.texts["chunks"] += len(parts)


def misheard(client: Client, text: str, stream: NarrationStream) -> int:
    """The number of the text's words that Whisper does not transcribe from the whole file."""
    heard = client.transcribe(stream.narration.clip, language="en")
    return len(unheard(read_script(text, "en"), " ".join(word.text for word in heard.words)))


if __name__ == "__main__":
    main()
