"""Sets sixty minutes of timed text by each guideline, and measures conformity and speed.

.venv/bin/python benchmarks/subtitles/conformity.py
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from breaks.corpus import read_corpus

from wordlight.contract import PROFILES
from wordlight.subtitles import SubtitleCall, SubtitleEngine
from wordlight.words import Word

CORPUS = Path(__file__).parent / "corpus"
HOUR_S, PAUSE_S = 3600.0, 1.0
PACES = {"as timed": 1.0, "a quarter faster": 1.25, "half as fast again": 1.5}
N_WORDS = (2_250, 4_500, 9_000, 18_000)
LIMITS = ("line_characters", "lines", "shortest_ms", "longest_ms", "gap_ms", "characters_per_s")


def main() -> None:
    """Prints both tables."""
    engine = SubtitleEngine.load()
    print("| speech | profile | captions | " + " | ".join(LIMITS) + " | readable or at the floor |")
    print("|---|---|---:|" + "---:|" * (len(LIMITS) + 1))
    for pace, factor in PACES.items():
        words = list(hour(factor))
        for profile in PROFILES[:-1]:
            print(conformity_row(engine, words, pace, profile))
    print("\n| words | all formats, median of five | per word |\n|---:|---:|---:|")
    words = list(hour(1.0, longest_s=4 * HOUR_S))
    for n in N_WORDS:
        took_s = median(timed(engine, words[:n]) for _ in range(5))
        print(f"| {n:,} | {took_s:.2f} s | {1e6 * took_s / n:.0f} µs |")


def hour(factor: float, longest_s: float = HOUR_S) -> Iterator[Word]:
    """The words of the English documents in turn, ``factor`` times as fast, until time is up."""
    documents = [d for part in ("dev", "held_out") for d in read_corpus(CORPUS / part)]
    now_s = 0.0
    for document in cycle([d for d in documents if d.language == "en"]):
        spoken = document.spoken()
        begin_s = spoken[0].start_s
        for word in spoken:
            start_s = now_s + (word.start_s - begin_s) / factor
            end_s = now_s + (word.end_s - begin_s) / factor
            if end_s > longest_s:
                return
            yield Word(word.text, start_s, end_s)
        now_s = end_s + PAUSE_S


def conformity_row(engine: SubtitleEngine, words: Sequence[Word], pace: str, profile: str) -> str:
    """A row with the share of captions within each limit. Every miss must have a reason."""
    report: dict[str, Any] = json.loads(engine.answer(call(words, profile)).report)
    unnamed = [miss for miss in report["misses"] if not miss["why"]]
    if unnamed:
        raise SystemExit(f"a limit is missed without a reason: {unnamed[0]}")
    kept = [f"{report['conformity'][limit]:.2%}" for limit in LIMITS]
    floor = f"{report['readable_or_at_floor']:.2%}"
    return f"| {pace} | {profile} | {report['n_captions']} | {' | '.join(kept)} | {floor} |"


def timed(engine: SubtitleEngine, words: Sequence[Word]) -> float:
    """The seconds that one answer takes."""
    asked = call(words, "netflix")
    started_s = time.perf_counter()
    engine.answer(asked)
    return time.perf_counter() - started_s


def call(words: Sequence[Word], profile: str) -> SubtitleCall:
    """The words as a request."""
    return SubtitleCall(
        [word.text for word in words],
        np.array([word.start_s for word in words]),
        np.array([word.end_s for word in words]),
        profile=profile,
    )


if __name__ == "__main__":
    main()
