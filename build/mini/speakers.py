"""Turns clips into the speech model's training data: speakers, joined sentences, batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log2, pi
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from mini.clips import Clip, load_clips
from mini.mel import HOP_SAMPLES, LOG_FLOOR, SPEECH_HZ, SPEECH_RMS, log_mel
from wordlight.speech import phoneme_pitches, pitch_steps, track_pitch

N_PHONEMES = 200
"""A token is a phoneme's id plus this number times the step of its pitch."""
N_BULK_CLIPS = 2000
"""A voice with more clips than this speaks the bulk of the data."""
N_RIPPLES = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One or more sentences of one speaker.

    `mel`: (n_frames, 100) float16 log-mel; `phonemes`: (n,) int64 ids; `pitches`: (n,) float64
    octaves, NaN if unknown; `edges`: (n + 1,) float32 frames between which each phoneme sounds.
    """

    mel: Tensor
    phonemes: Tensor
    pitches: Tensor
    edges: Tensor

    def tokens(self, jitter_frames: float, has_pitch: bool = True) -> Tensor:
        """The (n_frames,) int64 token of each frame: its phoneme and pitch.

        The phonemes' edges are moved by normally distributed distances of `jitter_frames`.
        """
        edges = self.edges + jitter_frames * torch.randn_like(self.edges)
        edges[0], edges[-1] = 0, len(self.mel)
        edges = edges.clamp(0, len(self.mel)).cummax(0).values.round().long()
        frames = edges.diff()
        tokens = self.phonemes.repeat_interleave(frames)
        if not has_pitch or self.pitches.isnan().any():
            return tokens
        steps = pitch_steps(self.pitches.numpy(), frames.double().numpy())
        return tokens + N_PHONEMES * torch.from_numpy(steps)


def pitches_of(clip: Clip) -> NDArray[np.float64]:
    """The (n_phonemes,) pitches of the clip's phonemes in octaves, all NaN if none is voiced."""
    first, last = clip.trim_samples()
    found = phoneme_pitches(
        track_pitch(clip.audio[first:last], SPEECH_HZ, HOP_SAMPLES), clip.edges_frames()
    )
    return np.full(len(clip.phoneme_ids), np.nan) if found is None else found


def item_of(clip: Clip, rate: float) -> Item:
    """The trimmed clip, played `rate` times as fast, at the level that F5-TTS expects."""
    first, last = clip.trim_samples()
    audio = clip.audio[first:last]
    if rate != 1:
        audio = soxr.resample(audio, SPEECH_HZ * rate, SPEECH_HZ).astype(np.float32)
    wave = torch.from_numpy(audio)
    mel = log_mel(wave * (SPEECH_RMS / wave.pow(2).mean().sqrt())).half().contiguous()
    edges = torch.from_numpy(clip.edges_frames()).float()
    return Item(
        mel,
        torch.from_numpy(clip.phoneme_ids.astype(np.int64)),
        torch.from_numpy(pitches_of(clip) + log2(rate)),
        edges * (len(mel) / edges[-1]),
    )


def joined(items: Sequence[Item]) -> Item:
    """One item that has these items one after the other."""
    starts = np.concatenate([[0], np.cumsum([len(item.mel) for item in items])[:-1]])
    edges = [item.edges[:-1] + float(start) for item, start in zip(items, starts, strict=True)]
    end = torch.tensor([float(sum(len(item.mel) for item in items))])
    return Item(
        torch.cat([item.mel for item in items]),
        torch.cat([item.phonemes for item in items]),
        torch.cat([item.pitches for item in items]),
        torch.cat([*edges, end]),
    )


def coloured(mel: Tensor, spread_nepers: float) -> Tensor:
    """The log-mel (n_frames, n_mels) after a smooth random filter, as loud as before.

    The filter is a sum of cosines over the mel bins, with normally distributed heights. A network
    cannot learn such a speaker by heart: it has to take the voice from the reference.
    """
    bins = (torch.arange(mel.shape[1]) + 0.5) / mel.shape[1]
    ripples = torch.arange(1, N_RIPPLES + 1)
    curve = torch.cos(pi * bins[:, None] * ripples) @ (spread_nepers * torch.randn(N_RIPPLES))
    found = mel + curve
    louder = ((2 * found).logsumexp((0, 1)) - (2 * mel).logsumexp((0, 1))) / 2
    return (found - louder).clamp(min=log(LOG_FLOOR))


def load_items(folders: Sequence[Path], config: Mapping[str, Any]) -> list[Item]:
    """The items to train on. The clips themselves, a gigabyte, are not kept."""
    paths = sorted(path for folder in folders for path in folder.glob("*.npz"))
    clips = [c for c in load_clips(paths) if not (c.is_held_out or c.is_resynthesised)]
    rng = random.Random(config["training"]["seed"])
    return make_items(clips, config["items"], rng)


def make_items(clips: Sequence[Clip], config: Mapping[str, Any], rng: random.Random) -> list[Item]:
    """Items of every speaker: the clips' voices as they are, and the same played at other rates."""
    voices: dict[str, list[Clip]] = {}
    for clip in clips:
        voices.setdefault(clip.voice, []).append(clip)
    items = []
    for voice, spoken in voices.items():
        repeats = config.get("repeats_of", {}).get(voice, config.get("repeats", 1))
        for rate, share in _speakers(spoken, config, rng):
            single = [item_of(clip, rate) for clip in share]
            for _ in range(repeats):
                items += _packed(single, config, rng)
    return items


def _speakers(
    spoken: list[Clip], config: Mapping[str, Any], rng: random.Random
) -> list[tuple[float, list[Clip]]]:
    """Rates, each with the clips to play at that rate."""
    low, high = config["rates"]

    def any_rate() -> float:
        return round(exp(rng.uniform(log(low), log(high))), 3)

    if len(spoken) < N_BULK_CLIPS:
        others = [any_rate() for _ in range(config["speakers_per_voice"] - 1)]
        return [(1.0, spoken), *((rate, rng.sample(spoken, len(spoken) // 2)) for rate in others)]
    used = rng.sample(spoken, int(len(spoken) * config["bulk_share"]))
    n = config["bulk_speakers"]
    shares = [used[i::n] for i in range(n)]
    return [(1.0 if i % 4 == 0 else any_rate(), share) for i, share in enumerate(shares)]


def _packed(items: list[Item], config: Mapping[str, Any], rng: random.Random) -> list[Item]:
    """Items in a random order, joined to the one before if `longest_frames` allows.

    An item that is too short is always lengthened so, a longer one by the chance `join_share`.
    """
    longest = config["longest_frames"]
    items = rng.sample(items, len(items))
    packed: list[Item] = []
    for item in items:
        if len(item.mel) > longest:
            continue
        before = packed[-1] if packed else None
        fits = before is not None and len(before.mel) + len(item.mel) <= longest
        wanted = before is not None and (
            len(before.mel) < config["shortest_frames"] or rng.random() < config["join_share"]
        )
        if before is not None and fits and wanted:
            packed[-1] = joined([before, item])
        else:
            packed.append(item)
    return packed


def batches(
    items: Sequence[Item], config: Mapping[str, Any], rng: random.Random
) -> Iterator[tuple[int, list[Item]]]:
    """Endless batches of about `update_frames`: the length to pad the items to, and the items."""
    shape, update_frames = config["items"]["shape_frames"], config["training"]["update_frames"]
    buckets: dict[int, list[Item]] = {}
    for item in items:
        buckets.setdefault(-(-len(item.mel) // shape) * shape, []).append(item)
    while True:
        epoch = []
        for length, bucket in buckets.items():
            rng.shuffle(bucket)
            size = max(1, update_frames // length)
            epoch += [
                (length, bucket[i : i + size]) for i in range(0, len(bucket) - size + 1, size)
            ]
        rng.shuffle(epoch)
        yield from epoch
