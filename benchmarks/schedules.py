"""Whether a row's result depends on the rows that share its steps, and requests on each other.

    .venv/bin/python benchmarks/schedules.py exact          # 500 schedules of the mini
    .venv/bin/python benchmarks/schedules.py base           # 20, F5TTS_v1_Base's width, two blocks
    .venv/bin/python benchmarks/schedules.py requests URL   # 500 requests of a running server

A schedule draws a few utterances of mixed lengths, steps, guidance and sway. Each row begins at a
random step and sometimes waits. All is in float32.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from f5_tts.model import DiT
from numpy.typing import NDArray
from serving import SCRIPTS
from wordlight_client import Client, SpeakOptions

from wordlight.adapter import speech_weights
from wordlight.errors import WordlightError
from wordlight.manifest import load_manifest
from wordlight.speech.flow import Sampler, Utterance, load_transformer

BASE = {
    "dim": 1024, "depth": 2, "heads": 16, "ff_mult": 2, "text_dim": 512, "conv_layers": 4,
    "mel_dim": 100, "text_num_embeds": 2545,
}  # fmt: skip
N_SCHEDULES = {"exact": 500, "base": 20}
TOLD_EVERY = 20
N_REQUESTS, N_CALLERS = 500, 16
N_ALONE = 40
"""How many requests are sent again alone, to compare the answers."""


def sampler_of(kind: str) -> Sampler:
    """The mini as it is served, or a network of Base's width with random weights, in float32."""
    if kind == "exact":
        weights = speech_weights(load_manifest("mini"), Path("unused"))
        settings = weights.settings
        net = load_transformer(weights.checkpoint, settings.architecture, 100, "cpu")
        return Sampler(
            net,
            grid=settings.grid,
            guidance_from=settings.guidance_from,
            built_in_guidance=settings.built_in_guidance,
        )
    return Sampler(of_base_width())


def of_base_width() -> DiT:
    """A network of two blocks with F5TTS_v1_Base's width and random weights."""
    torch.manual_seed(0)
    net = DiT(**BASE).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.02)
    return net


def drawn(rng: random.Random, n_tokens: int) -> Utterance:
    """A random utterance of 0.7 to 5 s that follows a reference of 0.3 to 2 s."""
    n_reference, n_answer = rng.randint(30, 180), rng.randint(60, 450)
    generator = torch.Generator().manual_seed(rng.getrandbits(40))
    return Utterance(
        reference_mel=torch.randn(n_reference, 100, generator=generator),
        tokens=torch.randint(0, n_tokens, (n_reference + n_answer,), generator=generator),
        n_frames=n_reference + n_answer,
        seed=rng.getrandbits(62),
        steps=rng.choice([2, 4, 5, 7]),
        cfg_strength=rng.choice([0.0, 1.0, 2.0, 3.0]),
        sway=rng.choice([-1.0, 0.0]),
    )


def exact(kind: str) -> None:
    """Prints the largest relative error of all rows of all schedules."""
    sampler, errors = sampler_of(kind), []
    for case in range(N_SCHEDULES[kind]):
        rng = random.Random(case)
        utterances = [
            drawn(rng, 178 if kind == "exact" else 2_500) for _ in range(rng.randint(2, 5))
        ]
        rows = [sampler.begin(utterance) for utterance in utterances]
        while waiting := [row for row in rows if not row.is_done]:
            sampler.step(rng.sample(waiting, rng.randint(1, len(waiting))))
        for utterance, row in zip(utterances, rows, strict=True):
            (alone,) = sampler.sample([utterance])
            errors.append(float((row.answer - alone).abs().max() / alone.abs().max()))
        if (case + 1) % TOLD_EVERY == 0:
            print(
                f"{kind}: {case + 1} schedules, {len(errors)} rows: largest relative error "
                f"{max(errors):.1e}, {sum(error == 0 for error in errors)} rows without any"
            )


def mixed(rng: random.Random) -> tuple[str, SpeakOptions]:
    """A text and options. One text in ten cannot be spoken."""
    if rng.random() <= 0.1:
        return rng.choice(["...", "Привет"]), {"seed": 1}
    text = " ".join(rng.sample(SCRIPTS, rng.choice([1, 1, 1, 2, 4])))
    return text, {
        "voice": rng.choice([None, "emma", "daniel", "sky"]),
        "steps": rng.choice([None, None, 2, 5]),
        "seed": rng.getrandbits(40),
        "speed": rng.choice([None, 0.8, 1.3]),
        "cfg_strength": rng.choice([None, None, 1.0]),
    }


def requests(url: str) -> None:
    """Sends requests with good and bad texts at once, and some of them again alone."""
    rng = random.Random(1)
    calls = [mixed(rng) for _ in range(N_REQUESTS)]
    outcomes: Counter[str] = Counter()
    with Client(url) as client:

        def ask(call: tuple[str, SpeakOptions]) -> NDArray[np.float32] | str:
            text, options = call
            try:
                return client.speak(text, **options).clip.samples
            except WordlightError as error:
                return error.code

        with ThreadPoolExecutor(N_CALLERS) as pool:
            answers = list(pool.map(ask, calls))
        outcomes.update(one if isinstance(one, str) else "answered" for one in answers)
        good = [
            (call, one)
            for call, one in zip(calls, answers, strict=True)
            if not isinstance(one, str)
        ]
        likeness = []
        for call, among in rng.sample(good, N_ALONE):
            alone = ask(call)
            assert not isinstance(alone, str), alone
            assert len(alone) == len(among), call
            likeness.append(float(np.corrcoef(alone, among)[0, 1]))
    print(
        dict(outcomes),
        f"of {N_REQUESTS}; correlation of {N_ALONE} with themselves alone: "
        f"least {min(likeness):.4f}",
    )


if __name__ == "__main__":
    requests(sys.argv[2]) if sys.argv[1] == "requests" else exact(sys.argv[1])
