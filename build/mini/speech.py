"""Trains the small F5-TTS: `python -m mini.speech DATA_FOLDER OUT_FOLDER [--hours 0.5]`.

The upstream `f5_tts.model` CFM and DiT, with text tokens that are phoneme ids repeated per mel
frame by their durations: the token sequence is as long as the mel, so a few hundred updates teach
it to speak.
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
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence

from mini.clips import Clip, load_clips
from mini.mel import FFT_SAMPLES, HOP_SAMPLES, LOG_FLOOR, N_MELS, SPEECH_HZ, SPEECH_RMS, log_mel

MODEL: dict[str, Any] = {
    "dim": 256,
    "depth": 6,
    "heads": 4,
    "ff_mult": 2,
    "mel_dim": N_MELS,
    "text_num_embeds": 200,
    "text_dim": 256,
    "conv_layers": 2,
    "text_mask_padding": True,
}
MEL: dict[str, Any] = {
    "n_fft": FFT_SAMPLES,
    "hop_length": HOP_SAMPLES,
    "win_length": FFT_SAMPLES,
    "n_mel_channels": N_MELS,
    "target_sample_rate": SPEECH_HZ,
    "mel_spec_type": "vocos",
}
UPDATE_FRAMES = 2880
SHAPE_FRAMES = 64  # lengths in steps of so many: oneDNN prepares each shape once
LONGEST_FRAMES = 960
SILENCE = math.log(LOG_FLOOR)
PADDING_TOKEN = -1
PEAK_RATE, LAST_RATE_SHARE, WARM_UP_STEPS, WEIGHT_DECAY = 1e-3, 0.02, 200, 0.01
AVERAGE_EVERY_STEPS, AVERAGE_DECAY = 50, 0.999  # the decay is per update
REFERENCE_S = (2.8, 3.6)
LOG_EVERY_STEPS = 50
_log = logging.getLogger(__name__)


class Item(NamedTuple):
    """(n,) phoneme id per mel frame and the (n, 100) fp16 log-mel."""

    phonemes: Tensor
    mel: Tensor


def item_of(clip: Clip) -> Item:
    """The trimmed clip at the level F5-TTS expects."""
    first, last = clip.trim_samples()
    wave = torch.from_numpy(clip.audio[first:last])
    mel = log_mel(wave * (SPEECH_RMS / wave.pow(2).mean().sqrt())).half().contiguous()
    edges = np.round(clip.edges_frames()).astype(int)
    phonemes = np.repeat(clip.phoneme_ids, np.diff(edges))
    return Item(torch.from_numpy(phonemes), mel)


def batches(items: Sequence[Item], rng: random.Random) -> Iterator[tuple[int, list[Item]]]:
    """Endless batches of about 2,880 frames: the length they are padded to, and the items."""
    buckets: dict[int, list[Item]] = {}
    for item in items:
        length = -(-len(item.mel) // SHAPE_FRAMES) * SHAPE_FRAMES
        if length <= LONGEST_FRAMES:
            buckets.setdefault(length, []).append(item)
    while True:
        epoch = []
        for length, bucket in buckets.items():
            rng.shuffle(bucket)
            size = UPDATE_FRAMES // length
            epoch += [
                (length, bucket[i : i + size]) for i in range(0, len(bucket) - size + 1, size)
            ]
        rng.shuffle(epoch)
        yield from epoch


def loss_of(model: nn.Module, length: int, items: Sequence[Item]) -> Tensor:
    """The flow-matching loss of a batch padded to `length` frames."""
    n_frames = torch.tensor([len(item.mel) for item in items])
    mel = pad_sequence([item.mel.float() for item in items], batch_first=True)
    text = pad_sequence(
        [item.phonemes.long() for item in items], batch_first=True, padding_value=PADDING_TOKEN
    )
    mel = pad(mel, (0, 0, 0, length - mel.shape[1]), value=SILENCE)
    text = pad(text, (0, length - text.shape[1]), value=PADDING_TOKEN)
    n_frames[n_frames.argmax()] = length  # CFM's masks want the batch's own maximum
    with torch.autocast("cpu", torch.bfloat16):
        loss: Tensor = model(mel, text, lens=n_frames)[0]
    return loss


def average_into(average: dict[str, Tensor], model: nn.Module, step: int) -> None:
    """Move the averaged weights towards the model's for all updates since last time."""
    decay = min(AVERAGE_DECAY, (1 + step) / (10 + step)) ** AVERAGE_EVERY_STEPS
    for name, value in model.state_dict().items():
        average[name] = (
            average[name].lerp(value, 1 - decay) if value.is_floating_point() else value.clone()
        )


def train(items: Sequence[Item], hours: float) -> tuple[dict[str, Tensor], int]:
    """The averaged weights after so many hours by the clock, and the number of updates."""
    from f5_tts.model import CFM, DiT

    torch.manual_seed(0)
    random.seed(0)  # CFM draws from it
    model = CFM(transformer=DiT(**MODEL, dropout=0.0), mel_spec_kwargs=MEL)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=WEIGHT_DECAY, fused=True
    )
    average = {name: value.clone() for name, value in model.state_dict().items()}
    started_s, step, smooth = time.monotonic(), 0, math.nan
    for length, batch in batches(items, random.Random(0)):
        progress = (time.monotonic() - started_s) / (hours * 3600)
        if progress > 1:
            break
        cosine = 0.5 * (1 + math.cos(math.pi * progress))
        for group in optimizer.param_groups:
            rate = PEAK_RATE * min(1, step / WARM_UP_STEPS)
            group["lr"] = rate * (cosine * (1 - LAST_RATE_SHARE) + LAST_RATE_SHARE)
        loss = loss_of(model, length, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        smooth = loss.item() if math.isnan(smooth) else 0.98 * smooth + 0.02 * loss.item()
        if step % AVERAGE_EVERY_STEPS == 0:
            average_into(average, model, step)
        if step % LOG_EVERY_STEPS == 0:
            _log.info("%d updates, loss %.4f, %.0f s", step, smooth, time.monotonic() - started_s)
    return average, step


def export(average: dict[str, Tensor], n_updates: int, reference: Clip, folder: Path) -> None:
    """Write fp16 `model.safetensors`, `config.json`, and the reference's mel and phonemes."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in average.items()
        if "freqs_cis" not in name and "mel_spec" not in name
    }
    save_file(weights, folder / "model.safetensors")
    item = item_of(reference)
    save_file(
        {"log_mel": item.mel, "phoneme_per_frame": item.phonemes}, folder / "reference.safetensors"
    )
    for path in folder.glob("*.safetensors"):
        path.chmod(0o644)  # safetensors writes them for their owner alone
    config = {"model": MODEL, "mel": MEL, "n_updates": n_updates, "reference_text": reference.text}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hours", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    clips = [
        clip
        for clip in load_clips(sorted(arguments.data.glob("clips-*.npz")))
        if not clip.is_resynthesised
    ]
    spoken = [clip for clip in clips if not clip.is_held_out]
    low_s, high_s = REFERENCE_S
    reference = next(
        clip
        for clip in spoken
        if low_s < len(clip.wave) / SPEECH_HZ < high_s and clip.text.endswith(".")
    )
    items = [item_of(clip) for clip in spoken]
    _log.info(
        "%d clips, %.2f h",
        len(items),
        sum(len(item.mel) for item in items) * HOP_SAMPLES / SPEECH_HZ / 3600,
    )
    average, n_updates = train(items, arguments.hours)
    export(average, n_updates, reference, arguments.out)


if __name__ == "__main__":
    main()
