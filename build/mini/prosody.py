"""Trains the prosody predictor: `python -m mini.prosody DATA_FOLDER ... OUT_FOLDER`.

The targets come from the trimmed clips that the speech model is trained on. They are each phoneme's
mel frames (hop 256 at 24 kHz) at the pace of an average speaker, that is, divided by the voice's
own pace; and its height: the distance of its pitch from the voice's mean, in standard deviations of
the voice. The loss is on log durations, the error of their sum over the utterance, and the heights.
`prosody.toml` beside this file holds every number.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import smooth_l1_loss
from torch.nn.utils.rnn import pad_sequence

from mini.clips import N_PUNCTUATION_IDS, Clip, load_clips
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from mini.speakers import N_BULK_CLIPS, N_PHONEMES, pitches_of
from wordlight.speech.networks import LOG_OFFSET_FRAMES, ProsodyNet

CONFIG = Path(__file__).with_suffix(".toml")
LOG_EVERY_STEPS = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """Phoneme ids, their frames by an average speaker, and heights (NaN: not voiced), all (n,)."""

    ids: Tensor
    frames: Tensor
    heights: Tensor


def utterances(clips: Sequence[Clip]) -> list[Utterance]:
    """Each clip's utterance, relative to the pace and the register of its voice."""
    pace = paces(clips)
    pitches = [pitches_of(clip) for clip in clips]
    registers = registers_of(clips, pitches)
    made = []
    for clip, octaves in zip(clips, pitches, strict=True):
        mean, spread = registers[clip.voice]
        frames = np.diff(clip.edges_frames()) / pace[clip.voice]
        made.append(
            Utterance(
                torch.from_numpy(clip.phoneme_ids.astype(np.int64)),
                torch.from_numpy(frames.astype(np.float32)),
                torch.from_numpy(((octaves - mean) / spread).astype(np.float32)),
            )
        )
    return made


def registers_of(
    clips: Sequence[Clip], pitches: Sequence[NDArray[np.float64]]
) -> dict[str, tuple[float, float]]:
    """Maps each voice to the mean and the standard deviation of its sounds' pitches, in octaves."""
    spoken: dict[str, list[NDArray[np.float64]]] = {}
    for clip, octaves in zip(clips, pitches, strict=True):
        sounds = octaves[clip.phoneme_ids >= N_PUNCTUATION_IDS]
        spoken.setdefault(clip.voice, []).append(sounds[np.isfinite(sounds)])
    together = {voice: np.concatenate(theirs) for voice, theirs in spoken.items()}
    return {voice: (float(p.mean()), float(p.std())) for voice, p in together.items()}


def thinned(clips: Sequence[Clip], config: Mapping[str, Any]) -> list[Clip]:
    """The clips, with only a share of those whose voice speaks the bulk of them."""
    rng = random.Random(config["seed"])
    n_of = Counter(clip.voice for clip in clips)
    return [
        clip
        for clip in clips
        if n_of[clip.voice] <= N_BULK_CLIPS or rng.random() < config["bulk_share"]
    ]


def paces(clips: Sequence[Clip]) -> dict[str, float]:
    """Maps each voice to its frames per phoneme, divided by the mean of all voices."""
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


def batches(
    spoken: Sequence[Utterance], batch_phonemes: int, rng: random.Random
) -> Iterator[list[Utterance]]:
    """Endless batches of utterances of similar length, each of at most so many phonemes."""
    while True:
        ordered = sorted(spoken, key=lambda one: len(one.ids) + rng.uniform(0, 12))
        groups: list[list[Utterance]] = [[]]
        for one in ordered:
            if (len(groups[-1]) + 1) * len(one.ids) > batch_phonemes:
                groups.append([])
            groups[-1].append(one)
        rng.shuffle(groups)
        yield from groups


def loss_of(net: ProsodyNet, batch: Sequence[Utterance], config: Mapping[str, Any]) -> Tensor:
    """Smooth L1 on log durations and heights, and the relative error of each utterance's length."""
    ids = pad_sequence([one.ids for one in batch], batch_first=True)
    frames = pad_sequence([one.frames for one in batch], batch_first=True)
    heights = pad_sequence([one.heights for one in batch], batch_first=True)
    is_real = pad_sequence(
        [torch.ones(len(one.ids), dtype=torch.bool) for one in batch], batch_first=True
    )
    logs, told = net(ids, is_real)
    each = smooth_l1_loss(logs, (frames + LOG_OFFSET_FRAMES).log(), beta=0.2, reduction="none")
    length = ((logs.exp() - LOG_OFFSET_FRAMES) * is_real).sum(1)
    off = ((length - frames.sum(1)) / frames.sum(1)).abs().mean()
    is_sound = is_real & (ids >= N_PUNCTUATION_IDS) & heights.isfinite()
    height = smooth_l1_loss(told[is_sound], heights[is_sound], beta=0.5)
    return (
        each[is_real].mean()
        + config["sum_loss_weight"] * off
        + config["height_loss_weight"] * height
    )


def train(
    spoken: Sequence[Utterance], config: Mapping[str, Any], minutes: float, folder: Path
) -> ProsodyNet:
    """A network trained for so many minutes, at a rate that falls to zero along a cosine."""
    training = config["training"]
    torch.manual_seed(training["seed"])
    net = ProsodyNet(n_phonemes=N_PHONEMES, **config["net"])
    net.train()
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=training["peak_rate"], weight_decay=training["weight_decay"]
    )
    started_s, smooth = time.monotonic(), math.nan
    endless = batches(spoken, training["batch_phonemes"], random.Random(training["seed"]))
    for step, batch in enumerate(endless):
        trained_s = time.monotonic() - started_s
        if trained_s >= minutes * 60:
            break
        warm = min(1, (step + 1) / training["warm_up_updates"])
        cosine = 0.5 * (1 + math.cos(math.pi * trained_s / (minutes * 60)))
        for group in optimizer.param_groups:
            group["lr"] = training["peak_rate"] * warm * cosine
        loss = loss_of(net, batch, training)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        smooth = loss.item() if math.isnan(smooth) else 0.98 * smooth + 0.02 * loss.item()
        if step % LOG_EVERY_STEPS == 0:
            note = {"step": step, "seconds": round(trained_s, 1), "loss": round(smooth, 5)}
            logger.info("%s", note)
            with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(note) + "\n")
    net.eval()
    return net


def scales(net: ProsodyNet, spoken: Sequence[Utterance]) -> tuple[float, float]:
    """The true value divided by the predicted one, for frames and for the heights' deviation."""
    frames, heights = np.zeros(2), list[tuple[NDArray[np.float32], NDArray[np.float32]]]()
    with torch.inference_mode():
        for one in spoken:
            logs, told = net(one.ids[None], torch.ones(1, len(one.ids), dtype=torch.bool))
            predicted = (logs[0].exp() - LOG_OFFSET_FRAMES).clamp(min=0).sum()
            frames += (float(one.frames.sum()), float(predicted))
            is_sound = (one.ids >= N_PUNCTUATION_IDS) & one.heights.isfinite()
            heights.append((one.heights[is_sound].numpy(), told[0][is_sound].numpy()))
    true, predicted_heights = (np.concatenate(part) for part in zip(*heights, strict=True))
    return float(frames[0] / frames[1]), float(true.std() / predicted_heights.std())


def export(
    net: ProsodyNet, sizes: Mapping[str, Any], spoken: Sequence[Utterance], folder: Path
) -> None:
    """Write `config.json` and fp16 `model.safetensors`."""
    length_scale, height_scale = scales(net, spoken)
    config = {
        "n_phonemes": N_PHONEMES,
        "net": sizes,
        "length_scale": round(length_scale, 5),
        "height_scale": round(height_scale, 5),
        "hop_samples": HOP_SAMPLES,
        "rate_hz": SPEECH_HZ,
    }
    part = folder / "model.safetensors.part"
    save_file({name: value.half().contiguous() for name, value in net.state_dict().items()}, part)
    part.chmod(0o644)  # safetensors writes files that only their owner can read
    part.replace(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


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
    spoken = utterances(thinned(clips, config["training"]))
    logger.info("%d utterances", len(spoken))
    net = train(spoken, config, arguments.minutes, arguments.out)
    export(net, config["net"], spoken[::4], arguments.out)


if __name__ == "__main__":
    main()
