"""Prints a table of how well the prosody predictor does on held-out sentences.

`python -m mini.evaluate_prosody PROSODY_FOLDER DATA_FOLDER ...`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mini.clips import N_PUNCTUATION_IDS, held_out_clips
from mini.prosody import Utterance, utterances
from wordlight.speech import ProsodyPredictor

HEAD = (
    "| speech | frames off per phoneme | predicted over true length, mean | sd | p5 – p95 "
    "| heights: correlation | error, sd of the voice | sentences |",
    "|---|---|---|---|---|---|---|---|",
)


def row(name: str, predictor: ProsodyPredictor, spoken: Sequence[Utterance]) -> str:
    """A row of errors: per phoneme, of the utterance's length, and of the sounds' heights."""
    off, lengths, heights = list[float](), list[float](), list[NDArray[np.float64]]()
    for one in spoken:
        told, true = predictor.predict(one.ids.numpy()), one.frames.numpy()
        off.append(float(np.abs(told.frames - true).mean()))
        lengths.append(float(told.frames.sum() / true.sum()))
        is_sound = (one.ids.numpy() >= N_PUNCTUATION_IDS) & np.isfinite(one.heights.numpy())
        heights.append(np.stack([told.heights, one.heights.numpy()])[:, is_sound])
    told_heights, true_heights = np.concatenate(heights, axis=1)
    low, high = np.percentile(lengths, (5, 95))
    return (
        f"| {name} | {np.mean(off):.2f} | {np.mean(lengths):.3f} | {np.std(lengths):.3f} "
        f"| {low:.3f} – {high:.3f} | {np.corrcoef(told_heights, true_heights)[0, 1]:.2f} "
        f"| {np.abs(told_heights - true_heights).mean():.2f} | {len(spoken)} |"
    )


def main() -> None:
    """Read the command line, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prosody", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    arguments = parser.parse_args()
    predictor = ProsodyPredictor.load(arguments.prosody)
    print(*HEAD, sep="\n")
    for folder in arguments.data:
        print(row(folder.name, predictor, utterances(list(held_out_clips([folder])))))


if __name__ == "__main__":
    main()
