"""What the sampler's batch limits cost on this CPU, with the mini: eight sentences, 7 steps.

GOMP_SPINCOUNT=10000 .venv/bin/python benchmarks/sampler.py
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import torch
from serving import SCRIPTS

from wordlight.speech import SpeechCall, SpeechEngine
from wordlight.speech._sampler import Sampler
from wordlight.volume import load_profile, speech_weights

LIMITS = [(512, 0.0), (1_024, 0.05), (4_096, 0.15)]
"""Frames of a batch, share of it that may be padding."""
ROUNDS = 5


def main() -> None:
    """Prints a line per limit, float32 and bfloat16, measured by turns."""
    torch.set_num_threads(os.cpu_count() or 1)
    weights = speech_weights(load_profile("mini"), Path("unused"))
    engine = SpeechEngine.load(weights, "cpu")
    plans = [engine._plan(SpeechCall(text, seed=1)) for text in SCRIPTS]
    utterances = [utterance for plan in plans for utterance in plan.utterances]
    cases = {}
    for n_frames, padding in LIMITS:
        for name in ("float32", "bfloat16"):
            sampler = Sampler(
                engine.sampler._transformer, n_frames, padding, in_bfloat16=name == "bfloat16"
            )
            cases[n_frames, padding, name] = (sampler, [])
    for turn in range(ROUNDS + 1):
        for sampler, times_s in cases.values():
            started_s = time.perf_counter()
            sampler.sample(utterances)
            if turn:  # the first turn warms up
                times_s.append(time.perf_counter() - started_s)
    for (n_frames, padding, name), (_, times_s) in cases.items():
        middle = statistics.median(times_s)
        print(f"{n_frames:5} frames, {padding:4.0%} padding, {name:8}: {middle:.2f} s")


if __name__ == "__main__":
    main()
