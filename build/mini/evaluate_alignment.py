"""Prints tables of how well words are timed.

`python -m mini.evaluate_alignment ALIGNER_FOLDER DATA_FOLDER... [--clips N]`. The true times are
the speech synthesiser's own durations. The aligner was trained on none of these sentences, and
never on four of the voices.
"""

from __future__ import annotations

import argparse
import re
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mini.clips import Clip, held_out_clips
from mini.data import VOICE as HIBARI
from mini.data import resynthesised
from mini.kokoro import HELD_OUT_VOICES
from mini.mel import SPEECH_HZ
from mini.rivals import ALIGNER_HZ, Hama, PocketSphinx, WordAligner, Wordlight

NOISE_DB = 10.0
QUIET_GAIN = 0.05
FAR_MS = 50.0
LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")  # Debian pocketsphinx-testdata
TRUTH_HEAD = (
    "| aligner | speech | start error, mean ms | median | p95 | over 50 ms | bias "
    "| bias taken off: mean | p95 | end error, mean ms | words | lost | clips |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
)
AGREEMENT_HEAD = (
    "| LibriVox | starts apart, mean ms | median | p95 | bias | bias taken off: mean | words |",
    "|---|---|---|---|---|---|---|",
)
Spoil = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Utterance:
    """(n,) float32 audio at 16 kHz, its words, and their true (n_words, 2) times if known."""

    audio: NDArray[np.float32]
    words: list[str]
    times_s: NDArray[np.float64]

    @classmethod
    def of(cls, clip: Clip) -> Utterance:
        """The trimmed clip."""
        import soxr

        first, last = clip.trim_samples()
        words = clip.words()
        times = np.array([(word.start_s, word.end_s) for word in words]) - first / SPEECH_HZ
        audio = soxr.resample(clip.audio[first:last], SPEECH_HZ, ALIGNER_HZ)
        return cls(np.asarray(audio, np.float32), [word.text for word in words], times)


@dataclass(frozen=True, slots=True)
class Errors:
    """How late each word's start and end are, (n_words, 2) milliseconds, NaN for lost words."""

    late_ms: NDArray[np.float64]
    n_clips: int

    @classmethod
    def of(cls, aligner: WordAligner, utterances: Sequence[Utterance], spoil: Spoil) -> Errors:
        """The aligner's errors on utterances after `spoil`."""
        late = [np.empty((0, 2))]
        for utterance in utterances:
            found = aligner.times_s(spoil(utterance.audio), utterance.words)
            if not len(found):
                found = np.full_like(utterance.times_s, np.nan)
            late.append(1000 * (found - utterance.times_s))
        return cls(np.concatenate(late), len(utterances))

    def row(self) -> str:
        """A row of the table: the columns of `TRUTH_HEAD` after the first two."""
        found = self.late_ms[~np.isnan(self.late_ms[:, 0])]
        if not len(found):
            n_words = len(self.late_ms)
            return f"{'– | ' * 8}{n_words} | {n_words} | {self.n_clips} |"
        start, bias = found[:, 0], float(np.median(found[:, 0]))
        plain, fair = _spread(start), _spread(start - bias)
        far = 100 * np.mean(np.abs(start) > FAR_MS)
        end = np.abs(found[:, 1]).mean()
        return (
            f"{plain[0]:.1f} | {plain[1]:.1f} | {plain[2]:.1f} | {far:.1f} % | {bias:+.1f} "
            f"| {fair[0]:.1f} | {fair[2]:.1f} | {end:.1f} "
            f"| {len(self.late_ms)} | {len(self.late_ms) - len(found)} | {self.n_clips} |"
        )


def unspoilt(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The audio as it is."""
    return audio


def quiet(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The audio, 26 dB quieter."""
    return audio * np.float32(QUIET_GAIN)


def noisy(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The audio with white noise that is 10 dB quieter."""
    noise = np.random.default_rng(0).standard_normal(len(audio))
    level = np.sqrt(np.mean(audio**2)) * 10 ** (-NOISE_DB / 20)
    return np.asarray(audio + level * noise, np.float32)


def held_out(folders: Sequence[Path]) -> list[Clip]:
    """The original clips that no model was trained on, with the voices mixed."""
    clips = list(held_out_clips(folders))
    return [clips[i] for i in np.random.default_rng(0).permutation(len(clips))]


def truth_table(
    own: WordAligner, clips: Sequence[Clip], n_clips: int, rivals: dict[str, WordAligner]
) -> Iterator[str]:
    """A row for each kind of speech, then rows for each aligner on words that all of them know."""
    kinds = {
        "voices never heard": [clip for clip in clips if clip.voice in HELD_OUT_VOICES],
        "other Kokoro voices": [
            clip for clip in clips if clip.voice not in (*HELD_OUT_VOICES, HIBARI)
        ],
        "hibari": [clip for clip in clips if clip.voice == HIBARI],
    }
    yield from TRUTH_HEAD
    for kind, its_clips in kinds.items():
        chosen = its_clips[:n_clips]
        plain = [Utterance.of(clip) for clip in chosen]
        for name, spoil in (
            ("", unspoilt),
            (", −26 dB", quiet),
            (", white noise at 10 dB SNR", noisy),
        ):
            yield f"| ours | {kind}{name} | {Errors.of(own, plain, spoil).row()}"
        copies = [Utterance.of(resynthesised(clip)) for clip in chosen]
        yield f"| ours | {kind}, Griffin-Lim | {Errors.of(own, copies, unspoilt).row()}"
    unheard = [Utterance.of(clip) for clip in kinds["voices never heard"]]
    sphinx = PocketSphinx()
    shared = [u for u in unheard if sphinx.knows(u.words)][:n_clips]
    for name, aligner in {"ours": own, **rivals}.items():
        for state, spoil in (("", unspoilt), (", noise", noisy)):
            errors = Errors.of(aligner, shared, spoil)
            yield f"| {name} | voices never heard, words in cmudict{state} | {errors.row()}"


def agreement_table(aligners: dict[str, WordAligner], folder: Path) -> Iterator[str]:
    """How far each pair of aligners is apart, on recordings whose true times are unknown."""
    utterances = list(read_librivox(folder))
    starts = {
        name: np.concatenate([_starts_ms(aligner, utterance) for utterance in utterances])
        for name, aligner in aligners.items()
    }
    yield from AGREEMENT_HEAD
    names = list(aligners)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            apart = starts[first] - starts[second]
            apart = apart[~np.isnan(apart)]
            bias = float(np.median(apart))
            mean, median, p95 = _spread(apart)
            fair = _spread(apart - bias)[0]
            yield (
                f"| {first} – {second} | {mean:.1f} | {median:.1f} | {p95:.1f} | {bias:+.1f} "
                f"| {fair:.1f} | {len(apart)} |"
            )


def read_librivox(folder: Path) -> Iterator[Utterance]:
    """The recordings at 16 kHz, with their transcripts."""
    for line in (folder / "transcription").read_text().splitlines():
        match = re.fullmatch(r"<s> (.*) </s> \((\S+)\)", line)
        if match is None:
            continue
        with wave.open(str(folder / f"{match[2]}.wav"), "rb") as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        words = match[1].split()
        audio = np.asarray(pcm, np.float32) / np.float32(32768)
        yield Utterance(audio, words, np.full((len(words), 2), np.nan))


def _starts_ms(aligner: WordAligner, utterance: Utterance) -> NDArray[np.float64]:
    found = aligner.times_s(utterance.audio, utterance.words)
    return 1000 * found[:, 0] if len(found) else np.full(len(utterance.words), np.nan)


def _spread(late_ms: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean, median and 95th percentile of the absolute values."""
    size = np.abs(late_ms)
    return float(size.mean()), float(np.median(size)), float(np.percentile(size, 95))


def main() -> None:
    """Read the command line, print the tables."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("aligner", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--clips", type=int, default=80, help="at most so many in each row")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    own = Wordlight.load(arguments.aligner)
    rivals: dict[str, WordAligner] = {"hama": Hama(), "pocketsphinx": PocketSphinx()}
    for line in truth_table(own, held_out(arguments.data), arguments.clips, rivals):
        print(line, flush=True)
    if LIBRIVOX.is_dir():
        print()
        for line in agreement_table({"ours": own, **rivals}, LIBRIVOX):
            print(line, flush=True)


if __name__ == "__main__":
    main()
