"""Makes speech with known phoneme times, from hibari-tts: `python -m mini.data FOLDER`.

hibari's graph outputs each phoneme's duration in units of 600 samples (`/Clip_output_0`), and its
audio follows these durations. One clip in three is written a second time, resynthesised by
Griffin-Lim.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mini.clips import INT16_MAX, Clip, save_clips
from mini.mel import SPEECH_HZ, resynthesise
from mini.sentences import N_SENTENCES, Sentence, make_sentences

VOICE = "heart"
DURATIONS_OUTPUT = "/Clip_output_0"
UNIT_SAMPLES = 600
# The audio runs this far ahead of the durations in the graphs' output. Measured on the onsets and
# ends of sibilants beside vowels: hibari's means 58.9 and 58.0 ms (612 of them, the middle half
# within 12 ms of it), Kokoro's medians 55.3 and 59.1 ms (319 of them, in 24 voices).
AUDIO_LEAD_SAMPLES = 1400
RESYNTHESISE_EVERY = 3
PEAK = 0.95
logger = logging.getLogger(__name__)


class TimedVoice:
    """hibari's voice "heart", with the phonemes' durations as an output."""

    def __init__(self) -> None:
        import onnx
        import onnxruntime
        from hibari import Hibari

        self._tts = Hibari(threads=1)
        graph = onnx.load(self._tts.model_path)
        graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(DURATIONS_OUTPUT))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def phoneme_ids(self, text: str) -> NDArray[np.int64] | None:
        """The (n,) ids with both pads, or None if hibari splits the text into several sentences."""
        phonemes = self._tts.phonemize(text)
        return np.asarray(self._tts.ids(phonemes[0]), np.int64) if len(phonemes) == 1 else None

    def speak(self, sentence: Sentence, seed: int = 0) -> Clip | None:
        """The sentence's clip, or None if the phonemes do not separate its words."""
        from hibari import dsp

        ids = self.phoneme_ids(sentence.spoken)
        if ids is None:
            return None
        *spectra, units = self._session.run(
            None, {"ids": ids[None], "speed": np.ones(1, np.float32)}
        )
        audio = dsp.synth(*(spectrum[0] for spectrum in spectra[:6]), np.random.default_rng(seed))
        audio = audio * min(1.0, PEAK / np.abs(audio).max())
        heard = heard_edges(units)
        wave = np.round(audio * INT16_MAX).astype(np.int16)
        clip = Clip(
            sentence.spoken, VOICE, sentence.is_held_out, False, wave, ids.astype(np.uint8), heard
        )
        return clip if clip.words() and heard[-1] == len(wave) else None


def heard_edges(units: NDArray[np.float32]) -> NDArray[np.int32]:
    """The (n + 1,) samples between which phonemes sound, from (…, n) durations of 600 samples.

    >>> heard_edges(np.array([[4.0, 2.0]], np.float32)).tolist()
    [0, 1000, 3600]
    """
    said = np.concatenate([[0], np.cumsum(np.round(units.ravel()))]) * UNIT_SAMPLES
    heard = np.maximum(said - AUDIO_LEAD_SAMPLES, 0)
    heard[-1] = said[-1]
    return np.asarray(heard, np.int32)


def resynthesised(clip: Clip) -> Clip:
    """The clip resynthesised by Griffin-Lim from its log-mel."""
    audio = np.clip(resynthesise(clip.audio), -1, 1)
    wave = np.round(audio * INT16_MAX).astype(np.int16)
    return replace(clip, is_resynthesised=True, wave=wave)


def make_clips(sentences: Sequence[Sentence]) -> Iterator[Clip]:
    """Yield each sentence's clip, and after every third clip also its Griffin-Lim copy."""
    voice = TimedVoice()
    for i, sentence in enumerate(sentences):
        clip = voice.speak(sentence, seed=i)
        if clip is not None:
            yield clip
            if i % RESYNTHESISE_EVERY == 0:
                yield resynthesised(clip)


def write_shard(sentences: Sequence[Sentence], path: Path) -> float:
    """Speak the sentences into one shard, and return its hours of speech."""
    import torch

    torch.set_num_threads(1)
    clips = list(make_clips(sentences))
    save_clips(clips, path)
    return sum(len(clip.wave) for clip in clips) / SPEECH_HZ / 3600


def main() -> None:
    """Read the command line, write the shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=N_SENTENCES)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--shards", type=int, default=16)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    sentences = make_sentences(arguments.sentences)
    parts = [sentences[i :: arguments.shards] for i in range(arguments.shards)]
    paths = [arguments.folder / f"clips-{i:02d}.npz" for i in range(arguments.shards)]
    started_s, hours = time.monotonic(), 0.0
    with ProcessPoolExecutor(arguments.processes) as pool:
        for path, shard_hours in zip(paths, pool.map(write_shard, parts, paths), strict=True):
            hours += shard_hours
            logger.info("%s: %.2f h so far, %.0f s", path.name, hours, time.monotonic() - started_s)


if __name__ == "__main__":
    main()
