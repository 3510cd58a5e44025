"""How long the mini pauses at punctuation inside a chunk: medians over texts, for four voices.

LD_PRELOAD=libjemalloc.so.2 .venv/bin/python benchmarks/pauses.py [--seed 1]

The layout gives a pause's place, and the audio its length: that of the stretch around the place in
which every 10 ms are at least 38 dB quieter than the chunk's loudest.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from wordlight.adapter import speech_weights
from wordlight.manifest import load_manifest
from wordlight.speech import QUIET_DB, WINDOW_S, PhonemeFrontEnd, SpeechCall, SpeechEngine
from wordlight.speech.flow import Utterance

VOICES = ("heart", "daniel", "emma", "echo")
TEXTS = (
    "The river ran low. We crossed it before noon, and nobody spoke.",
    "Was it late? Nobody knew! They walked on, slowly, into the wood.",
    "When the rain stopped, we left. It was late — nobody spoke.",
    "She had one wish: a garden; he wanted a boat. They bought both.",
    "He opened the door… It was dark inside, and very cold.",
    "The old man—a sailor—told us a story. We listened.",
    "Bread, milk, and eggs. That was all we had. It was enough.",
    "I saw her yesterday. She was well, but tired — we talked a little.",
)
KINDS = {"stop": ".!?…", "comma": ",;:", "dash": "—"}


def main() -> None:
    """Prints a line for each voice, and one for all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    torch.set_num_threads(2)
    engine = SpeechEngine.load(speech_weights(load_manifest("mini"), Path("unused")), "cpu")
    everywhere: dict[str, list[float]] = defaultdict(list)
    for voice in VOICES:
        found: dict[str, list[float]] = defaultdict(list)
        for index, text in enumerate(TEXTS):
            for kind, pause_s in pauses_s(engine, SpeechCall(text, voice=voice), seed + index):
                found[kind].append(pause_s)
                everywhere[kind].append(pause_s)
        print(line(voice, found), flush=True)
    print(line("all", everywhere))


def line(name: str, found: dict[str, list[float]]) -> str:
    """The median, the shortest and the longest pause of each kind."""
    parts = [
        f"{kind} {np.median(found[kind]):.2f} s ({min(found[kind]):.2f} to {max(found[kind]):.2f})"
        for kind in KINDS
    ]
    return f"{name}: {', '.join(parts)}"


def pauses_s(engine: SpeechEngine, call: SpeechCall, seed: int) -> Iterator[tuple[str, float]]:
    """The kind and the seconds of each pause inside the text, which is spoken as one chunk."""
    reference = engine.references.of(call)
    layout = engine.front_end.lay_out(reference.text, call.text, 1.0)
    utterance = Utterance(
        reference.mel,
        torch.from_numpy(layout.tokens),
        layout.n_frames,
        seed,
        engine.nfe_steps,
        2.0,
        -1.0,
    )
    wave = engine.vocoder(engine.sampler.sample([utterance])[0]).numpy()
    assert isinstance(engine.front_end, PhonemeFrontEnd)
    tokens = layout.tokens[len(reference.mel) :]
    for kind, first, last in marks(engine.front_end, call.text, tokens):
        start_s, end_s = (at * engine.hop_samples / engine.rate_hz for at in (first, last))
        yield kind, quiet_s(wave, engine.rate_hz, start_s, end_s)


def marks(
    front_end: PhonemeFrontEnd, text: str, tokens: NDArray[np.int64]
) -> Iterator[tuple[str, int, int]]:
    """The kind, the first and the last frame of each mark between two sounds."""
    ids = front_end._ids(text, "TEXT").tolist()
    kind_of = {front_end._vocabulary[m]: kind for kind, marks in KINDS.items() for m in marks}
    laid = tokens % front_end._prosody.n_phonemes
    at, end, kind = 0, 0, ""
    for one in ids:
        if one < front_end.FIRST_SOUND:
            kind = kind or kind_of.get(one, "")
            continue
        while at < len(laid) and laid[at] < front_end.FIRST_SOUND:
            at += 1
        if kind and end:
            yield kind, end, at
        kind = ""
        while at < len(laid) and laid[at] == one:
            at += 1
        end = at


def quiet_s(wave: NDArray[np.float32], rate_hz: int, start_s: float, end_s: float) -> float:
    """The length of the quiet around a span's quietest window, or 0 if that is not quiet."""
    window = int(WINDOW_S * rate_hz)
    power = np.square(wave[: len(wave) // window * window]).reshape(-1, window).mean(axis=1)
    is_quiet = power < power.max() * 10 ** (QUIET_DB / 10)
    first, last = int(start_s / WINDOW_S) - 1, int(end_s / WINDOW_S) + 2
    left = right = first + int(np.argmin(power[first:last]))
    while left > 0 and is_quiet[left - 1] and is_quiet[right]:
        left -= 1
    while right < len(power) and is_quiet[right]:
        right += 1
    return (right - left) * WINDOW_S


if __name__ == "__main__":
    main()
