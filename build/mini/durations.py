"""Trains the duration predictor: `python -m mini.durations DATA_FOLDER OUT_FOLDER [--minutes 5]`.

Targets are the phonemes' mel frames (hop 256 at 24 kHz) in the trimmed clips that the speech model
is trained on. The loss is on log durations, plus the error of their sum over the utterance.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import smooth_l1_loss
from torch.nn.utils.rnn import pad_sequence

from mini.clips import Clip, load_clips
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from wordlight.speech._duration_net import LOG_OFFSET_FRAMES, DurationNet

N_PHONEMES = 200
NET = {
    "width": 160,
    "kernel": 5,
    "dilations": [1, 2, 4, 1, 2, 4],
    "min_length": 5,
    "max_length": 220,
}
BATCH_PHONEMES = 2000
SUM_LOSS_WEIGHT = 0.5
PEAK_RATE, WARM_UP_STEPS, WEIGHT_DECAY = 2e-3, 100, 0.02
LOG_EVERY_STEPS = 100
_log = logging.getLogger(__name__)


class Pair:
    """One utterance: (n,) phoneme ids and (n,) frames."""

    __slots__ = ("frames", "ids")

    def __init__(self, clip: Clip) -> None:
        self.ids = torch.from_numpy(clip.phoneme_ids.astype(np.int64))
        self.frames = torch.from_numpy(np.diff(clip.edges_frames()).astype(np.float32))


def batches(pairs: Sequence[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    """Endless batches of utterances of like length, about 2,000 phonemes each."""
    while True:
        ordered = sorted(pairs, key=lambda pair: len(pair.ids) + rng.uniform(0, 12))
        groups: list[list[Pair]] = [[]]
        for pair in ordered:
            if (len(groups[-1]) + 1) * len(pair.ids) > BATCH_PHONEMES:
                groups.append([])
            groups[-1].append(pair)
        rng.shuffle(groups)
        yield from groups


def loss_of(net: DurationNet, batch: Sequence[Pair]) -> Tensor:
    """Smooth L1 on log durations, and the relative error of each utterance's length."""
    ids = pad_sequence([pair.ids for pair in batch], batch_first=True)
    frames = pad_sequence([pair.frames for pair in batch], batch_first=True)
    is_real = pad_sequence(
        [torch.ones(len(pair.ids), dtype=torch.bool) for pair in batch], batch_first=True
    )
    logs = net(ids, is_real).float()
    each = smooth_l1_loss(logs, (frames + LOG_OFFSET_FRAMES).log(), beta=0.2, reduction="none")
    length = ((logs.exp() - LOG_OFFSET_FRAMES) * is_real).sum(1)
    off = ((length - frames.sum(1)) / frames.sum(1)).abs().mean()
    return each[is_real].mean() + SUM_LOSS_WEIGHT * off


def train(pairs: Sequence[Pair], minutes: float) -> DurationNet:
    """A network trained for so many minutes, its rate falling to nothing by a cosine."""
    torch.manual_seed(0)
    net = DurationNet(n_phonemes=N_PHONEMES, **NET).train()
    _log.info("%.2f M parameters", sum(p.numel() for p in net.parameters()) / 1e6)
    optimizer = torch.optim.AdamW(net.parameters(), lr=PEAK_RATE, weight_decay=WEIGHT_DECAY)
    started_s, smooth = time.monotonic(), math.nan
    for step, batch in enumerate(batches(pairs, random.Random(0))):
        progress = (time.monotonic() - started_s) / (minutes * 60)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = (
                PEAK_RATE
                * min(1, (step + 1) / WARM_UP_STEPS)
                * 0.5
                * (1 + math.cos(math.pi * progress))
            )
        loss = loss_of(net, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        smooth = loss.item() if math.isnan(smooth) else 0.98 * smooth + 0.02 * loss.item()
        if step % LOG_EVERY_STEPS == 0:
            _log.info("%d updates, loss %.4f, %.0f s", step, smooth, time.monotonic() - started_s)
    return net.eval()


def length_scale(net: DurationNet, pairs: Sequence[Pair]) -> float:
    """True over predicted frames, all utterances together."""
    true = predicted = 0.0
    with torch.inference_mode():
        for pair in pairs:
            logs = net(pair.ids[None], torch.ones(1, len(pair.ids), dtype=torch.bool))[0]
            predicted += float((logs.exp() - LOG_OFFSET_FRAMES).clamp(min=0).sum())
            true += float(pair.frames.sum())
    return true / predicted


def export(net: DurationNet, scale: float, folder: Path) -> None:
    """Write `config.json` and fp16 `model.safetensors`."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "n_phonemes": N_PHONEMES,
        "net": NET,
        "scale": round(scale, 5),
        "hop_samples": HOP_SAMPLES,
        "rate_hz": SPEECH_HZ,
    }
    part = folder / "model.safetensors.part"
    save_file({name: value.half().contiguous() for name, value in net.state_dict().items()}, part)
    part.chmod(0o644)  # safetensors writes it for its owner alone
    part.replace(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def errors(
    net_frames: NDArray[np.float32], true_frames: NDArray[np.float32]
) -> tuple[float, float]:
    """Mean absolute error per phoneme in frames; the utterance's length over its true length."""
    return float(np.abs(net_frames - true_frames).mean()), float(
        net_frames.sum() / true_frames.sum()
    )


def main() -> None:
    """Read the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    clips = load_clips(sorted(arguments.data.glob("clips-*.npz")))
    pairs = [Pair(clip) for clip in clips if not (clip.is_held_out or clip.is_resynthesised)]
    _log.info("%d utterances", len(pairs))
    net = train(pairs, arguments.minutes)
    export(net, length_scale(net, pairs[::4]), arguments.out)


if __name__ == "__main__":
    main()
