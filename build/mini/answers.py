"""Records what the small F5-TTS answers: `python -m mini.answers PROFILE DATA_FOLDER … OUT_FOLDER`.

Keeps the mels that it samples, and the waves that the profile's vocoder makes of them. A sampled
mel is smoother than a recording's, so a vocoder has to be trained on sampled mels too. The ready
voices, and one clip of each other voice in the data, speak sentences that are not held out.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mini.cast import Speaker, ready_speakers, recorded_speakers
from mini.clips import INT16_MAX, load_clips
from mini.kokoro import HELD_OUT_VOICES
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from mini.sentences import N_SENTENCES, make_sentences
from wordlight.adapter import speech_weights
from wordlight.errors import WordlightError
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechEngine
from wordlight.speech.networks import Vocoder
from wordlight.weights import bring

SHORTEST_CHARACTERS, LONGEST_CHARACTERS = 20, 100
CALLS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A log-mel (n_frames, 100) float16, and its wave ((n_frames - 1) * 256,) int16."""

    mel: NDArray[np.float16]
    wave: NDArray[np.int16]


@dataclass(slots=True)
class Listener:
    """Passes mels on to a vocoder, and keeps each mel with its wave."""

    vocoder: Vocoder
    heard: list[Answer] = field(default_factory=list)

    def __call__(self, mel: Tensor) -> Tensor:
        wave = self.vocoder(mel)
        samples = (wave.clamp(-1, 1) * INT16_MAX).round().short().numpy()
        self.heard.append(Answer(mel.half().numpy(), samples))
        return wave


def save_answers(answers: Iterable[Answer], path: Path) -> None:
    """Write answers as one `.npz` of flat arrays, first into a `.part` file."""
    answers, part = list(answers), path.with_suffix(".part.npz")
    np.savez(
        part,
        n_frames=np.array([len(answer.mel) for answer in answers]),
        mels=np.concatenate([answer.mel for answer in answers]),
        waves=np.concatenate([answer.wave for answer in answers]),
    )
    part.replace(path)


def load_answers(path: Path) -> list[Answer]:
    """The answers that `save_answers` wrote."""
    with np.load(path) as file:
        n_frames, mels, waves = (file[name] for name in ("n_frames", "mels", "waves"))
    ends = np.cumsum(n_frames)[:-1]
    ends_samples = np.cumsum((n_frames - 1) * HOP_SAMPLES)[:-1]
    pairs = zip(np.split(mels, ends), np.split(waves, ends_samples), strict=True)
    return [Answer(*pair) for pair in pairs]


def answers_of(engine: SpeechEngine, speakers: Iterable[Speaker]) -> Iterator[Answer]:
    """Answers for all fitting sentences, spoken by the voices in turn."""
    sentences = [
        s.text
        for s in make_sentences(N_SENTENCES)
        if not s.is_held_out and SHORTEST_CHARACTERS <= len(s.spoken) <= LONGEST_CHARACTERS
    ]
    listener = Listener(engine.vocoder)
    engine = dataclasses.replace(engine, vocoder=listener)
    calls = [
        speaker.call(text, seed)
        for seed, (text, speaker) in enumerate(zip(sentences, cycle(speakers), strict=False))
    ]
    for first in range(0, len(calls), CALLS_AT_ONCE):
        for answer in engine.run(calls[first : first + CALLS_AT_ONCE]):
            if isinstance(answer, WordlightError):
                print(f"left out: {answer}")
        yield from listener.heard
        listener.heard.clear()


def main() -> None:
    """Read the command line, let the voices speak, write the answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile")
    parser.add_argument("data", type=Path, nargs="*")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    profile = load_manifest(arguments.profile)
    shards = [path for folder in arguments.data for path in sorted(folder.glob("*[0-9].npz"))]
    clips = [clip for clip in load_clips(shards) if clip.voice not in HELD_OUT_VOICES]
    arguments.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        volume = Path(folder)
        bring(profile, volume)
        engine = SpeechEngine.load(speech_weights(profile, volume), "cpu", arguments.threads)
        ready = ready_speakers(profile, volume)
        others = recorded_speakers(clips, [speaker.name for speaker in ready])
        found: list[Answer] = []
        for answer in answers_of(engine, [*ready, *others]):
            found.append(answer)
            seconds = sum(len(one.wave) for one in found) / SPEECH_HZ
            if seconds > arguments.minutes * 60:
                break
    save_answers(found, arguments.out / "answers.npz")
    print(f"{len(found)} answers, {seconds / 60:.1f} min, {len(ready) + len(others)} voices")


if __name__ == "__main__":
    main()
