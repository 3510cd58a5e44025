"""Measures the warm latency of `narrate`, and eight callers at once against one after the other.

./run wordlight serve -- .venv/bin/python benchmarks/serving.py
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from wordlight_client import Client

SENTENCE = "The path was long and very quiet."
SCRIPTS = [
    "Good morning.",
    SENTENCE,
    "We sat by the water until the light turned gold.",
    "Would you like to walk with me down to the river today?",
    "Take your coat. The wind is still cold, and the road is long.",
    "He said yes.",
    "Then we all walked home slowly, tired and happy.",
    "An old man sold us 12 fresh eggs.",
]
ROUNDS = 5


def main() -> None:
    """Prints the figures of the server at WORDLIGHT_URL."""
    url = os.environ.get("WORDLIGHT_URL", "localhost:8001")
    with Client(url) as client:

        def narrate(text: str) -> float:
            return client.narrate(text, seed=1).clip.duration_s

        audio_s = narrate(SENTENCE)
        alone_s = [seconds(lambda: narrate(SENTENCE)) for _ in range(ROUNDS)]
        print(f"one sentence, {audio_s:.1f} s of audio: {spread(alone_s)}")

        together_s, serial_s = [], []
        for _ in range(ROUNDS):  # they take turns, so that a drifting machine affects both
            with ThreadPoolExecutor(len(SCRIPTS)) as pool:
                together_s.append(seconds(partial(all_of, pool, narrate)))
            serial_s.append(seconds(lambda: [narrate(text) for text in SCRIPTS]))
        print(f"eight callers at once: {spread(together_s)}")
        print(f"the same, one after the other: {spread(serial_s)}")


def all_of(pool: ThreadPoolExecutor, narrate: Callable[[str], float]) -> list[float]:
    """Narrates all scripts at once, and returns the seconds of audio."""
    return list(pool.map(narrate, SCRIPTS))


def seconds(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


def spread(times_s: list[float]) -> str:
    middle = statistics.median(times_s)
    return f"{middle:.2f} s (median of {len(times_s)}; {min(times_s):.2f} to {max(times_s):.2f})"


if __name__ == "__main__":
    main()
