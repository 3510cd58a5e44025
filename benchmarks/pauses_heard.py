"""How well Whisper transcribes recordings with pauses: LibriVox sentences with silence between.

    .venv/bin/python benchmarks/pauses_heard.py [FILE ...]

Prints the word error rate for each length of pause, over three takes of five sentences each, and
the transcript of each FILE. It needs Debian's pocketsphinx-testdata. Of Wordlight it needs only the
transcriber.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jiwer
import numpy as np
import soxr
from numpy.typing import NDArray

from wordlight.adapter import alignment_weights
from wordlight.alignment.networks import Transcriber
from wordlight.audio import read_audio
from wordlight.manifest import load_manifest

LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")
PAUSES_S = (0.3, 0.7, 1.2, 2.0, 4.0)
RATE_HZ, N_SENTENCES, N_TAKES, SEED = 16_000, 5, 3, 0


def main() -> None:
    """Prints a line for each length of pause and for each file."""
    weights = alignment_weights(load_manifest("mini"), Path("unused"))
    transcriber = Transcriber.load(weights.whisper, "cpu", 2)
    for pause_s in PAUSES_S:
        print(f"pauses of {pause_s} s: word error rate {error_rate(transcriber, pause_s):.3f}")
    for name in sys.argv[1:]:
        clip = read_audio(Path(name))
        samples = soxr.resample(clip.samples, clip.rate_hz, RATE_HZ).astype(np.float32)
        print(f"{name}: {heard(transcriber, samples)}")


def error_rate(transcriber: Transcriber, pause_s: float) -> float:
    """The word error rate of sentences in a random order with such pauses between them."""
    sentences, draw = read_sentences(), np.random.default_rng(SEED)
    wanted, found = [], []
    silence = np.zeros(int(pause_s * RATE_HZ), np.float32)
    for _ in range(N_TAKES):
        chosen = [sentences[i] for i in draw.permutation(len(sentences))[:N_SENTENCES]]
        parts = [part for samples, _ in chosen for part in (samples, silence)]
        wanted.append(" ".join(text for _, text in chosen))
        found.append(plain(heard(transcriber, np.concatenate(parts))))
    return float(jiwer.wer(wanted, found))


def read_sentences() -> list[tuple[NDArray[np.float32], str]]:
    """The recordings with their texts."""
    lines = (LIBRIVOX / "transcription").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        text, _, name = line.rpartition("(")
        path = LIBRIVOX / f"{name.rstrip(')')}.wav"
        if path.is_file():
            bare = plain(text.replace("<s>", "").replace("</s>", ""))
            found.append((read_audio(path).samples, bare))
    return found


def plain(text: str) -> str:
    """The words in lower case, without punctuation."""
    return " ".join("".join(c for c in text.lower() if c.isalpha() or c in " '").split())


def heard(transcriber: Transcriber, samples: NDArray[np.float32]) -> str:
    """The whole transcript of a recording."""
    (answer,) = transcriber.transcribe([samples], ["en"])
    return " ".join(stretch.text for stretch in answer.stretches)


if __name__ == "__main__":
    main()
