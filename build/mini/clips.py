"""Clips of spoken sentences with phoneme and word times, and the `.npz` shards they are kept in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mini.mel import HOP_SAMPLES, SPEECH_HZ

SPACE_ID = 16
N_PUNCTUATION_IDS = 17  # hibari's ids 0–16: padding, punctuation, the space
LOUD = 0.01
HEAD_SAMPLES, TAIL_SAMPLES = 600, 1200  # silence kept around the speech when a clip is trimmed
INT16_MAX = 32767.0
# Without a pause between two words, the second one starts this long after the space begins, however
# long the space lasts by the graph (100 word-initial and 44 word-final sibilants: medians 18–21 and
# 15–20 ms).
SPACE_SAMPLES = 432
LONGEST_PLAIN_SPACE_SAMPLES = 1800
PAUSE_BLOCKS = 6  # a long space with so many quiet blocks in a row is a pause; others have none
LOOK_BACK_SAMPLES = 1200
QUIET = 0.02  # share of a clip's loudest 10 ms under which the last sound before a pause has ended
ENVELOPE_SAMPLES = 240


@dataclass(frozen=True, slots=True)
class WordSpan:
    """One word: phonemes `first`..`last` (exclusive), and times from the clip's first sample."""

    text: str
    first: int
    last: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Clip:
    """One spoken sentence: `wave` (n,) int16 at 24 kHz, and its phonemes.

    Phoneme i sounds from sample `edges_samples[i]` to `edges_samples[i + 1]`.
    """

    text: str
    voice: str
    is_held_out: bool
    is_resynthesised: bool
    wave: NDArray[np.int16]
    phoneme_ids: NDArray[np.uint8]
    edges_samples: NDArray[np.int32]

    @property
    def audio(self) -> NDArray[np.float32]:
        """(n,) float32 in [-1, 1]."""
        return np.asarray(self.wave, np.float32) / np.float32(INT16_MAX)

    def words(self) -> list[WordSpan]:
        """The words in order, or none if the phonemes and the text differ in their number of words.

        The graph adds a pause to the last sound before it. The word ends where the audio falls
        quiet.
        """
        spans, texts = phoneme_words(self.phoneme_ids), plain_words(self.text)
        if len(spans) != len(texts):
            return []
        edges, is_loud = self.edges_samples, self._is_loud()
        starts = [int(edges[first]) for first, _ in spans]
        ends = [int(edges[last]) for _, last in spans]
        for i, (_, last) in enumerate(spans):
            gap = starts[i + 1] - ends[i] if i + 1 < len(spans) else len(self.wave)
            is_plain = self.phoneme_ids[last] == SPACE_ID and (
                gap <= LONGEST_PLAIN_SPACE_SAMPLES or not _has_pause(is_loud, ends[i], gap)
            )
            if is_plain:
                ends[i] = starts[i + 1] = ends[i] + SPACE_SAMPLES
            else:
                ends[i] = _quiet_from(is_loud, int(edges[last - 1]), ends[i])
        return [
            WordSpan(text, first, last, start / SPEECH_HZ, end / SPEECH_HZ)
            for text, (first, last), start, end in zip(texts, spans, starts, ends, strict=True)
        ]

    def _is_loud(self) -> NDArray[np.bool_]:
        """(n_blocks,) booleans: whether each 10 ms is louder than a fiftieth of the loudest."""
        n_blocks = len(self.wave) // ENVELOPE_SAMPLES
        blocks = self.audio[: n_blocks * ENVELOPE_SAMPLES].reshape(n_blocks, ENVELOPE_SAMPLES)
        envelope = np.sqrt((blocks**2).mean(1))
        return np.asarray(envelope > QUIET * envelope.max())

    def trim_samples(self) -> tuple[int, int]:
        """First and last sample of the speech with a little silence, as used in training."""
        loud = np.flatnonzero(np.abs(self.audio) > LOUD)
        return max(0, int(loud[0]) - HEAD_SAMPLES), min(
            len(self.wave), int(loud[-1]) + TAIL_SAMPLES
        )

    def edges_frames(self) -> NDArray[np.float64]:
        """The (n_phonemes + 1,) phoneme edges in mel frames of the trimmed clip, not rounded."""
        first, last = self.trim_samples()
        frames = np.clip(
            (self.edges_samples - first) / HOP_SAMPLES, 0, (last - first) // HOP_SAMPLES + 1
        )
        frames[0], frames[-1] = 0, (last - first) // HOP_SAMPLES + 1
        return np.maximum.accumulate(frames)


def _quiet_from(is_loud: NDArray[np.bool_], start: int, end: int) -> int:
    """The sample in start..end from which the audio is quiet."""
    first = start // ENVELOPE_SAMPLES
    loud = np.flatnonzero(is_loud[first : end // ENVELOPE_SAMPLES])
    n_loud = int(loud[-1]) + 1 if len(loud) else 1
    return min(end, (first + n_loud) * ENVELOPE_SAMPLES)


def _has_pause(is_loud: NDArray[np.bool_], end: int, gap: int) -> bool:
    """Whether the audio around the space after `end` is quiet for long enough to be a pause."""
    first = max(0, end - LOOK_BACK_SAMPLES) // ENVELOPE_SAMPLES
    blocks = is_loud[first : (end + gap) // ENVELOPE_SAMPLES]
    quiet = "".join(".#"[int(loud)] for loud in blocks)
    return "." * PAUSE_BLOCKS in quiet


def plain_words(text: str) -> list[str]:
    """Lower-case words with nothing but a–z and the apostrophe.

    >>> plain_words("Well-known? Don't -- ask.")
    ['wellknown', "don't", 'ask']
    """
    words = (re.sub(r"[^a-z']", "", word).strip("'") for word in text.lower().split())
    return [word for word in words if word]


def phoneme_words(phoneme_ids: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """First and last (exclusive) phoneme of each run without a space or punctuation."""
    is_sound = np.concatenate([[False], phoneme_ids >= N_PUNCTUATION_IDS, [False]])
    turns = np.flatnonzero(is_sound[1:] != is_sound[:-1])
    return [(int(first), int(last)) for first, last in turns.reshape(-1, 2)]


def save_clips(clips: Sequence[Clip], path: Path) -> None:
    """Write clips as one `.npz` of flat arrays, first into a `.part` file."""
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        texts=np.frombuffer(json.dumps([clip.text for clip in clips]).encode(), np.uint8),
        voices=np.array([clip.voice for clip in clips]),
        flags=np.array([[clip.is_held_out, clip.is_resynthesised] for clip in clips], bool),
        n_samples=np.array([len(clip.wave) for clip in clips], np.int64),
        n_phonemes=np.array([len(clip.phoneme_ids) for clip in clips], np.int64),
        waves=np.concatenate([clip.wave for clip in clips]),
        phoneme_ids=np.concatenate([clip.phoneme_ids for clip in clips]),
        edges_samples=np.concatenate([clip.edges_samples for clip in clips]),
    )
    part.replace(path)


def load_clips(paths: Iterable[Path]) -> list[Clip]:
    """The clips of some shards, in order."""
    clips = []
    for path in paths:
        with np.load(path) as file:
            shard = {name: file[name] for name in file.files}
        texts = json.loads(shard["texts"].tobytes())
        waves = np.split(shard["waves"], np.cumsum(shard["n_samples"])[:-1])
        ids = np.split(shard["phoneme_ids"], np.cumsum(shard["n_phonemes"])[:-1])
        edges = np.split(shard["edges_samples"], np.cumsum(shard["n_phonemes"] + 1)[:-1])
        for text, voice, (is_held_out, is_resynthesised), *arrays in zip(
            texts, shard["voices"], shard["flags"], waves, ids, edges, strict=True
        ):
            clips.append(Clip(text, str(voice), bool(is_held_out), bool(is_resynthesised), *arrays))
    return clips


def held_out_clips(folders: Iterable[Path]) -> Iterator[Clip]:
    """The original clips that no model was trained on. Only one shard at a time is in memory."""
    for folder in folders:
        for path in sorted(folder.glob("*.npz")):
            if path.name.endswith(".part.npz"):
                continue
            for clip in load_clips([path]):
                if clip.is_held_out and not clip.is_resynthesised:
                    yield replace(clip, wave=clip.wave.copy())
