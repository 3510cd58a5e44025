"""Measures what the sampler's steps cost on this machine, with eight sentences.

    GOMP_SPINCOUNT=10000 .venv/bin/python benchmarks/sampler.py [limits] [upstream]

limits: the mini with several limits of frames per step. upstream: a comparison with upstream's
`CFM.sample`, which samples sentences one by one, in float32. It uses the mini, and a network of two
blocks with F5TTS_v1_Base's width.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from f5_tts.model import CFM
from schedules import BASE, of_base_width
from serving import SCRIPTS
from torch import Tensor

from wordlight.adapter import speech_weights
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechCall, SpeechEngine, multiplies_bfloat16
from wordlight.speech.flow import Sampler, Utterance

SERVED_LIMIT = 1_024
LIMITS = (1, SERVED_LIMIT, 2_048, 4_096)
"""The most frames of a step. With 1, a step takes one row at a time."""
ROUNDS = 5
EPSS_STEPS = 7
"""The steps that the mini took before it had a grid of its own, all of them guided."""


def main() -> None:
    """Prints the measurements that the command line names, or all of them."""
    torch.set_num_threads(os.cpu_count() or 1)
    parts = {"limits": limits, "upstream": against_upstream}
    for name in sys.argv[1:] or parts:
        parts[name]()


def limits() -> None:
    """Prints a line for each case, in float32 and, if the CPU has AMX, in bfloat16.

    The cases take turns.
    """
    weights = speech_weights(load_manifest("mini"), Path("unused"))
    engine, settings = SpeechEngine.load(weights, "cpu"), weights.settings
    utterances = list(utterances_of(engine))
    evenly = [replace(utterance, steps=EPSS_STEPS) for utterance in utterances]
    net, cases = engine.sampler._transformer, dict[str, Callable[[], object]]()
    for kind in ("float32", "bfloat16") if multiplies_bfloat16() else ("float32",):
        rounded = kind == "bfloat16"
        own = Sampler(
            net,
            grid=settings.grid,
            guidance_from=settings.guidance_from,
            built_in_guidance=settings.built_in_guidance,
            in_bfloat16=rounded,
        )
        for limit in LIMITS:
            cases[f"{kind}, up to {limit:,} frames a step"] = partial(
                sample_within, own, utterances, limit
            )
        even = Sampler(net, in_bfloat16=rounded)
        cases[f"{kind}, EPSS of {EPSS_STEPS} steps, guided throughout"] = partial(
            sample_within, even, evenly, 1_024
        )
    for name, times_s in measured(cases).items():
        print(f"{name}: {statistics.median(times_s):.2f} s")


def against_upstream() -> None:
    """Prints the seconds of both samplers and their ratios, for each network.

    The samplers take turns.
    """
    weights = speech_weights(load_manifest("mini"), Path("unused"))
    engine = SpeechEngine.load(weights, "cpu")
    evenly = [
        # The mini has more tokens than Base. An utterance costs the same with any tokens.
        replace(one, steps=EPSS_STEPS, tokens=one.tokens % BASE["text_num_embeds"])
        for one in utterances_of(engine)
    ]
    mel = dict(weights.settings.mel)
    for name, net in {"mini": engine.sampler._transformer, "Base's width": of_base_width()}.items():
        upstream = CFM(transformer=net, mel_spec_kwargs=mel, num_channels=mel["n_mel_channels"])
        own_s, upstream_s = measured(
            {
                "own": partial(sample_within, Sampler(net), evenly, SERVED_LIMIT),
                "upstream": partial(sample_upstream, upstream.eval(), evenly),
            }
        ).values()
        ratios = [theirs / ours for ours, theirs in zip(own_s, upstream_s, strict=True)]
        print(
            f"{name}, EPSS of {EPSS_STEPS} steps, guided: {statistics.median(own_s):.2f} s, "
            f"upstream {statistics.median(upstream_s):.2f} s: "
            f"{statistics.median(ratios):.2f} times as fast "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


def utterances_of(engine: SpeechEngine) -> Iterator[Utterance]:
    """The utterances of the sentences, laid out for the sampler."""
    for text in SCRIPTS:
        plan = engine.plan(SpeechCall(text, seed=1))
        for index, piece in enumerate(plan.chunks):
            yield plan.utterance(piece, index)


def sample_within(sampler: Sampler, utterances: Sequence[Utterance], limit: int) -> list[Tensor]:
    """The answers, with as many rows per step as fit. A finished row makes room for the next."""
    rows = [sampler.begin(utterance) for utterance in utterances]
    while waiting := [row for row in rows if not row.is_done]:
        due, n_frames = waiting[:1], waiting[0].cost
        for row in waiting[1:]:
            if n_frames + row.cost > limit:
                break
            due.append(row)
            n_frames += row.cost
        sampler.step(due)
    return [row.answer for row in rows]


def sample_upstream(upstream: CFM, utterances: Sequence[Utterance]) -> None:
    """Samples as upstream does: each utterance in a batch of its own."""
    for one in utterances:
        upstream.sample(
            one.reference_mel[None],
            one.tokens[None],
            one.n_frames,
            steps=one.steps,
            cfg_strength=one.cfg_strength,
            sway_sampling_coef=one.sway,
            seed=one.seed,
        )


def measured(cases: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    """The seconds of each case in every round. Cases take turns, and the first round warms up."""
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
