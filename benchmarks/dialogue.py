"""Narrates a dialogue of four voices and 40 turns, and measures each turn's voice and loudness.

    uv pip install --target out/res --no-deps resemblyzer==0.1.4 webrtcvad-wheels 'setuptools<80'
    ./run wordlight serve -- env PYTHONPATH=out/res .venv/bin/python benchmarks/dialogue.py out/talk

Each turn is cut out by its words' times. It counts as spoken by the voice whose reference
resemblyzer finds most similar. The folder gets the narration's files with its captions.
"""

from __future__ import annotations

import os
import sys
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from resemblyzer import VoiceEncoder, preprocess_wav
from wordlight_client import Client, Narration

from wordlight.audio import read_wav
from wordlight.reading import read_script
from wordlight.speech import loudness

VOICES = Path(__file__).parents[1] / "models" / "mini" / "voices"
CAST = {"Anna": "emma", "Ben": "daniel", "Host": "heart", "Carl": "echo"}
N_TURNS, SEED = 40, 3
LINES = (
    "Good morning, everybody, and welcome back to the programme.",
    "Thank you, it is a pleasure to be here again after so long.",
    "We have a great deal to talk about today, so let us begin at once.",
    "I read your letter twice before I understood what you meant by it.",
    "It was never meant to be a secret, but nobody ever asked us about it.",
    "Do you remember the winter when the river froze from bank to bank?",
    "I was seven years old, and my brother carried me all the way across.",
    "That is not how our mother used to tell the story to the neighbours.",
    "Perhaps we should let our listeners decide which of you is right.",
    "There is a photograph somewhere in the house that would settle it.",
)


def main() -> None:
    """Prints how many turns are in the right voice, and how far apart their levels are."""
    turns = [
        (name, LINES[(turn * 7) % len(LINES)])
        for turn in range(N_TURNS)
        for name in [[*CAST][turn % len(CAST)]]
    ]
    script = "\n".join(f"[voice:{CAST[name]} as {name}]{line}" for name, line in turns)
    with Client(os.environ.get("WORDLIGHT_URL", "localhost:8001")) as client:
        client.narrate("Good morning.")
        narration = client.narrate(script, seed=SEED)
    narration.save(Path(sys.argv[1]))
    encoder = VoiceEncoder("cpu", verbose=False)
    references = {
        name: embedded(encoder, *samples_of(VOICES / voice / "reference.wav"))
        for name, voice in CAST.items()
    }
    rate_hz, n_right, levels = narration.clip.rate_hz, 0, []
    for (name, _), wave in zip(turns, cuts(script, narration), strict=True):
        found = embedded(encoder, wave, rate_hz)
        heard = max(references, key=lambda other: float(references[other] @ found))
        n_right += heard == name
        levels.append(20 * np.log10(loudness(wave, rate_hz)))
    print(
        f"{n_right} of {N_TURNS} turns are heard in their voice; their levels are from "
        f"{min(levels):.2f} to {max(levels):.2f} dBFS, "
        f"{max(levels) - min(levels):.2f} dB apart"
    )


def cuts(script: str, narration: Narration) -> list[NDArray[np.float32]]:
    """Each turn's samples, cut by its words' times."""
    clip, words = narration.clip, narration.words
    turns = []
    indexed = enumerate(read_script(script, "en").words)
    for _, group in groupby(indexed, key=lambda item: item[1].speaker):
        indices = [index for index, _ in group]
        first_s, last_s = words[indices[0]].start_s, words[indices[-1]].end_s
        turns.append(clip.samples[int(first_s * clip.rate_hz) : int(last_s * clip.rate_hz)])
    return turns


def samples_of(path: Path) -> tuple[NDArray[np.float32], int]:
    """The samples and the rate of a recording."""
    clip = read_wav(path)
    return clip.samples, clip.rate_hz


def embedded(
    encoder: VoiceEncoder, samples: NDArray[np.float32], rate_hz: int
) -> NDArray[np.float32]:
    """The speaker embedding of a voice, (256,) of length 1."""
    return np.asarray(encoder.embed_utterance(preprocess_wav(samples, source_sr=rate_hz)))


if __name__ == "__main__":
    main()
