"""The aligner and the duration predictor on held-out sentences, as a table.

`python -m mini.evaluate DATA_FOLDER --aligner models/mini/aligner --durations
models/mini/durations`
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mini.augment import ALIGNER_HZ, FRAME_SAMPLES
from mini.clips import SPEECH_HZ, Clip, load_clips
from mini.durations import errors
from wordlight.speech.durations import DurationPredictor

NOISE_DB = 10.0
QUIET_GAIN = 0.05
FRAME_S = FRAME_SAMPLES / ALIGNER_HZ
LATE_MS = 100.0
ALIGNMENT_HEAD = (
    "| speech | start error, mean ms | median | p95 | bias | end error, mean ms "
    "| starts over 100 ms off | words | sentences lost |",
    "|---|---|---|---|---|---|---|---|---|",
)
DURATION_HEAD = (
    "| frames off per phoneme | predicted over true length, mean | sd | p5 – p95 | sentences |",
    "|---|---|---|---|---|",
)
Spoil = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Aligner:
    """WhisperX's loader and trellis around the model in a folder."""

    model: Any
    letters: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> Aligner:
        """The model as WhisperX loads it."""
        import whisperx

        model, metadata = whisperx.load_align_model("en", "cpu", model_name=str(folder))
        return cls(model.eval(), metadata["dictionary"])

    def word_times_s(
        self, audio: NDArray[np.float32], words: Sequence[str]
    ) -> list[tuple[float, float]]:
        """Start and end of each word in 16 kHz audio; none if the trellis has no path.

        A break is put after the last word too, or WhisperX's last word would end with its last
        letter's onset.
        """
        import torch
        from whisperx.alignment import backtrack, get_trellis, merge_repeats, merge_words

        transcript = "|".join(words) + "|"
        tokens = [self.letters[letter] for letter in transcript]
        with torch.inference_mode():
            emission = self.model(torch.from_numpy(audio)[None]).logits.log_softmax(-1)[0]
        path = backtrack(get_trellis(emission, tokens), emission, tokens)
        if path is None:
            return []
        spans = merge_words(merge_repeats(path, transcript))
        return [(span.start * FRAME_S, span.end * FRAME_S) for span in spans]


def heard(clip: Clip) -> tuple[NDArray[np.float32], list[tuple[float, float]], list[str]]:
    """The trimmed clip at 16 kHz, its words' times in it, and the words."""
    from scipy.signal import resample_poly

    first, last = clip.trim_samples()
    audio = np.asarray(resample_poly(clip.audio[first:last], 2, 3), np.float32)
    shift_s = first / SPEECH_HZ
    words = clip.words()
    times = [(word.start_s - shift_s, word.end_s - shift_s) for word in words]
    return audio, times, [word.text for word in words]


def noisy(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The audio under white noise, 10 dB below it."""
    noise = np.random.default_rng(0).standard_normal(len(audio))
    level = np.sqrt(np.mean(audio**2)) * 10 ** (-NOISE_DB / 20)
    return np.asarray(audio + level * noise, np.float32)


def alignment_row(aligner: Aligner, clips: Sequence[Clip], spoil: Spoil) -> str:
    """Errors in milliseconds over all words of the clips."""
    starts: list[float] = []
    ends: list[float] = []
    n_lost = 0
    for clip in clips:
        audio, true, words = heard(clip)
        found = aligner.word_times_s(spoil(audio), words)
        n_lost += len(found) != len(true)
        if len(found) == len(true):
            starts += [1000 * (f[0] - t[0]) for f, t in zip(found, true, strict=True)]
            ends += [1000 * (f[1] - t[1]) for f, t in zip(found, true, strict=True)]
    start, end = np.abs(starts), np.abs(ends)
    late = 100 * np.mean(start > LATE_MS)
    columns = (
        start.mean(),
        np.median(start),
        np.percentile(start, 95),
        np.mean(starts),
        end.mean(),
    )
    figures = " | ".join(f"{value:.1f}" for value in columns)
    return f"{figures} | {late:.1f} % | {len(starts)} | {n_lost} of {len(clips)} |"


def alignment_table(aligner: Aligner, clips: Sequence[Clip], n_clips: int) -> str:
    """Clean, quiet, noisy and resynthesised speech, one row each."""
    plain = [clip for clip in clips if not clip.is_resynthesised][:n_clips]
    copies = [clip for clip in clips if clip.is_resynthesised][:n_clips]
    rows = {
        "clean": alignment_row(aligner, plain, lambda audio: audio),
        "quiet (−26 dB)": alignment_row(aligner, plain, lambda audio: audio * QUIET_GAIN),
        f"white noise, {NOISE_DB:.0f} dB SNR": alignment_row(aligner, plain, noisy),
        "Griffin-Lim": alignment_row(aligner, copies, lambda audio: audio),
    }
    lines = [f"| {name} | {row}" for name, row in rows.items()]
    return "\n".join([*ALIGNMENT_HEAD, *lines])


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
    """Read the command line, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--aligner", type=Path)
    parser.add_argument("--durations", type=Path)
    parser.add_argument("--clips", type=int, default=250, help="at most so many in each row")
    arguments = parser.parse_args()
    clips = [c for c in load_clips(sorted(arguments.data.glob("clips-*.npz"))) if c.is_held_out]
    if arguments.durations:
        print(duration_table(DurationPredictor.load(arguments.durations), clips), end="\n\n")
    if arguments.aligner:
        print(alignment_table(Aligner.load(arguments.aligner), clips, arguments.clips))


if __name__ == "__main__":
    main()
