"""What the sampler's steps and batch limits cost on this CPU, with the mini: eight sentences.

GOMP_SPINCOUNT=10000 .venv/bin/python benchmarks/sampler.py
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from serving import SCRIPTS
from torch import Tensor

from wordlight.speech import SpeechCall, SpeechEngine
from wordlight.speech._cpu import multiplies_bfloat16
from wordlight.speech._sampler import Sampler
from wordlight.volume import load_profile, speech_weights

SERVED = (1_024, 0.05)
LIMITS = [(512, 0.0), SERVED, (4_096, 0.15)]
"""Frames of a batch, share of it that may be padding."""
ROUNDS = 5
EPSS_STEPS = 7
"""What the mini took before it had a grid of its own, guided throughout."""


def main() -> None:
    """Prints a line per case, in float32 and, where the CPU has AMX, bfloat16, by turns."""
    torch.set_num_threads(os.cpu_count() or 1)
    weights = speech_weights(load_profile("mini"), Path("unused"))
    engine = SpeechEngine.load(weights, "cpu")
    plans = [engine._plan(SpeechCall(text, seed=1)) for text in SCRIPTS]
    utterances = [utterance for plan in plans for utterance in plan.utterances]
    own = {
        "grid": weights.grid, "guidance_from": weights.guidance_from,
        "built_in_guidance": weights.built_in_guidance,
    }  # fmt: skip
    evenly = [replace(utterance, steps=EPSS_STEPS) for utterance in utterances]
    net, cases = engine.sampler._transformer, dict[str, Callable[[], list[Tensor]]]()
    for kind in ("float32", "bfloat16") if multiplies_bfloat16() else ("float32",):
        rounded = kind == "bfloat16"
        for n_frames, padding in LIMITS:
            sampler = Sampler(net, n_frames, padding, **own, in_bfloat16=rounded)
            limits = f"up to {n_frames:,} frames, {padding:.0%} padding"
            cases[f"{kind}, {limits}"] = partial(sampler.sample, utterances)
            if (n_frames, padding) == SERVED:
                upstream = Sampler(net, n_frames, padding, in_bfloat16=rounded)
                name = f"{kind}, {limits}, EPSS of {EPSS_STEPS} steps, guided throughout"
                cases[name] = partial(upstream.sample, evenly)
    for name, times_s in measured(cases).items():
        print(f"{name}: {statistics.median(times_s):.2f} s")


def measured(cases: Mapping[str, Callable[[], list[Tensor]]]) -> dict[str, list[float]]:
    """The seconds of every round of each case, by turns; the first round warms up."""
    times_s: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(ROUNDS + 1):
        for name, sample in cases.items():
            started_s = time.perf_counter()
            sample()
            if turn:
                times_s[name].append(time.perf_counter() - started_s)
    return times_s


if __name__ == "__main__":
    main()
