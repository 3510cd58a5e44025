"""The duration predictor on held-out sentences, as a table.

`python -m mini.evaluate_durations DURATIONS_FOLDER DATA_FOLDER`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mini.clips import Clip, load_clips
from mini.durations import errors
from wordlight.speech.durations import DurationPredictor

DURATION_HEAD = (
    "| frames off per phoneme | predicted over true length, mean | sd | p5 – p95 | sentences |",
    "|---|---|---|---|---|",
)


def duration_table(predictor: DurationPredictor, clips: Sequence[Clip]) -> str:
    """Error per phoneme and of the utterance's length."""
    pairs = [
        errors(
            predictor.predict(clip.phoneme_ids.astype(np.int64)),
            np.diff(clip.edges_frames()).astype(np.float32),
        )
        for clip in clips
        if not clip.is_resynthesised
    ]
    per_phoneme, length = np.array(pairs).T
    low, high = np.percentile(length, (5, 95))
    figures = f"{per_phoneme.mean():.2f} | {length.mean():.3f} | {length.std():.3f}"
    row = f"| {figures} | {low:.3f} – {high:.3f} | {len(pairs)} |"
    return "\n".join([*DURATION_HEAD, row])


def main() -> None:
    """Read the command line, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("durations", type=Path)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    clips = [c for c in load_clips(sorted(arguments.data.glob("clips-*.npz"))) if c.is_held_out]
    print(duration_table(DurationPredictor.load(arguments.durations), clips))


if __name__ == "__main__":
    main()
