"""Trains the duration predictor: `python -m mini.durations DATA_FOLDER ... OUT_FOLDER`.

Targets are the phonemes' mel frames (hop 256 at 24 kHz) in the trimmed clips that the speech model
is trained on, at the pace of an average speaker: a voice's frames are divided by its own pace. The
loss is on log durations, plus the error of their sum over the utterance. `durations.toml` beside
this file holds every number.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

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

CONFIG = Path(__file__).with_suffix(".toml")
N_PHONEMES = 200
LOG_EVERY_STEPS = 100
_log = logging.getLogger(__name__)


class Pair:
    """One utterance: (n,) phoneme ids and (n,) frames at the pace of an average speaker."""

    __slots__ = ("frames", "ids")

    def __init__(self, clip: Clip, pace: float = 1.0) -> None:
        self.ids = torch.from_numpy(clip.phoneme_ids.astype(np.int64))
        self.frames = torch.from_numpy(np.diff(clip.edges_frames()).astype(np.float32) / pace)


def paces(clips: Sequence[Clip]) -> dict[str, float]:
    """Voice → its frames per phoneme over the mean of all voices."""
    spoken: dict[str, list[Clip]] = {}
    for clip in clips:
        spoken.setdefault(clip.voice, []).append(clip)
    per_phoneme = {
        voice: sum(float(clip.edges_frames()[-1]) for clip in theirs)
        / sum(len(clip.phoneme_ids) for clip in theirs)
        for voice, theirs in spoken.items()
    }
    mean = sum(per_phoneme.values()) / len(per_phoneme)
    return {voice: frames / mean for voice, frames in per_phoneme.items()}


def batches(pairs: Sequence[Pair], batch_phonemes: int, rng: random.Random) -> Iterator[list[Pair]]:
    """Endless batches of utterances of like length, about so many phonemes each."""
    while True:
        ordered = sorted(pairs, key=lambda pair: len(pair.ids) + rng.uniform(0, 12))
        groups: list[list[Pair]] = [[]]
        for pair in ordered:
            if (len(groups[-1]) + 1) * len(pair.ids) > batch_phonemes:
                groups.append([])
            groups[-1].append(pair)
        rng.shuffle(groups)
        yield from groups


def loss_of(net: DurationNet, batch: Sequence[Pair], sum_loss_weight: float) -> Tensor:
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
    return each[is_real].mean() + sum_loss_weight * off


def train(
    pairs: Sequence[Pair], config: Mapping[str, Any], minutes: float, folder: Path
) -> DurationNet:
    """A network trained for so many minutes, its rate falling to nothing by a cosine."""
    training = config["training"]
    torch.manual_seed(training["seed"])
    net = DurationNet(n_phonemes=N_PHONEMES, **config["net"]).train()
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=training["peak_rate"], weight_decay=training["weight_decay"]
    )
    started_s, smooth = time.monotonic(), math.nan
    endless = batches(pairs, training["batch_phonemes"], random.Random(training["seed"]))
    for step, batch in enumerate(endless):
        trained_s = time.monotonic() - started_s
        if trained_s >= minutes * 60:
            break
        warm = min(1, (step + 1) / training["warm_up_updates"])
        cosine = 0.5 * (1 + math.cos(math.pi * trained_s / (minutes * 60)))
        for group in optimizer.param_groups:
            group["lr"] = training["peak_rate"] * warm * cosine
        loss = loss_of(net, batch, training["sum_loss_weight"])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        smooth = loss.item() if math.isnan(smooth) else 0.98 * smooth + 0.02 * loss.item()
        if step % LOG_EVERY_STEPS == 0:
            note = {"step": step, "seconds": round(trained_s, 1), "loss": round(smooth, 5)}
            _log.info("%s", note)
            with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(note) + "\n")
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


def export(net: DurationNet, sizes: Mapping[str, Any], scale: float, folder: Path) -> None:
    """Write `config.json` and fp16 `model.safetensors`."""
    config = {
        "n_phonemes": N_PHONEMES,
        "net": sizes,
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
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    paths = sorted(path for folder in arguments.data for path in folder.glob("*.npz"))
    clips = [c for c in load_clips(paths) if not (c.is_held_out or c.is_resynthesised)]
    pace = paces(clips)
    pairs = [Pair(clip, pace[clip.voice]) for clip in clips]
    _log.info("%d utterances", len(pairs))
    net = train(pairs, config, arguments.minutes, arguments.out)
    export(net, config["net"], length_scale(net, pairs[::4]), arguments.out)


if __name__ == "__main__":
    main()
