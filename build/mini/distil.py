"""Teaches the small F5-TTS to do without guidance: one evaluation per step, and fewer steps.

`python -m mini.distil PROFILE DATA_FOLDER ... OUT_FOLDER [--minutes 40]`

The profile's network, or `--weights`, is the teacher, and the student starts as a copy of it. The
student samples as it will when served. For each of its steps, the teacher covers the same time in
several guided steps, and the student learns their mean velocity. `distil.toml` holds every number.

Source: Meng et al., On Distillation of Guided Diffusion Models (arXiv 2210.03142): guidance in one
evaluation, then fewer steps; here both at once.
"""

from __future__ import annotations

import argparse
import logging
import math
import random
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from mini import processes, speech
from mini.cast import Speaker, ready_speakers, recorded_speakers
from mini.clips import load_clips
from mini.kokoro import HELD_OUT_VOICES
from mini.sentences import N_SENTENCES, make_sentences
from mini.speakers import coloured
from wordlight.adapter import speech_weights
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechEngine
from wordlight.speech.flow import GRID_UNITS, Sampler, Utterance
from wordlight.weights import bring

CONFIG = Path(__file__).with_suffix(".toml")
logger = logging.getLogger(__name__)


class Prompts:
    """An endless supply of prompts for the student: a reference followed by a text."""

    def __init__(
        self,
        engine: SpeechEngine,
        ready: Sequence[Speaker],
        others: Sequence[Speaker],
        texts: Sequence[str],
        config: Mapping[str, Any],
    ) -> None:
        self._engine, self._ready, self._others = engine, ready, others
        self._texts, self._config = texts, config

    def drawn(self, rng: random.Random) -> Iterator[Utterance]:
        """Utterances of the configured lengths. A reference that is too long loses its start."""
        config = self._config
        while True:
            is_ready = not self._others or rng.random() < config["ready_share"]
            speaker = rng.choice(self._ready if is_ready else self._others)
            text, seed = rng.choice(self._texts), rng.getrandbits(62)
            reference = self._engine.references.of(speaker.call(text, seed))
            layout = self._engine.front_end.lay_out(reference.text, text, speed=1.0)
            spare = len(reference.mel) - config["least_reference_frames"]
            fitting = [n for n in config["frames"] if 0 <= layout.n_frames - n <= spare]
            if not fitting:
                continue
            cut, mel = layout.n_frames - fitting[-1], reference.mel
            if not is_ready and rng.random() < config["coloured_share"]:
                mel = coloured(mel.float(), config["colour_nepers"])
            yield Utterance(
                reference_mel=mel[cut:],
                tokens=torch.from_numpy(layout.tokens[cut:]),
                n_frames=fitting[-1],
                seed=seed,
                steps=0,
                cfg_strength=0.0,
                sway=0.0,
            )


def times_of(grid: Sequence[float]) -> list[float]:
    """The times, from 0 to 1, of a grid in 32nds, with F5-TTS's sway of -1."""
    return [1 - math.cos(math.pi / 2 * point / GRID_UNITS) for point in grid]


def drawn_grid(config: Mapping[str, Any], rng: random.Random) -> list[float]:
    """The student's grid; sometimes all of its inner points are shifted by the same amount."""
    first, *inner, last = (float(point) for point in config["grid"])
    shift = 0.0
    if rng.random() < config["shifted_share"]:
        shift = rng.uniform(-config["largest_shift"], config["largest_shift"])
    return [first, *(point + shift for point in inner), last]


class Teacher:
    """The guided network, set up for one utterance."""

    def __init__(self, sampler: Sampler, utterance: Utterance, config: Mapping[str, Any]) -> None:
        self._sampler, self._config = sampler, config
        self._row = sampler.begin(replace(utterance, cfg_strength=config["strength"]))

    def is_guided(self, time: float) -> bool:
        """Whether a step that begins at this time uses guidance."""
        return bool(time >= self._config["guided_from"])

    @torch.inference_mode()
    def flows(self, x: Tensor, now: float, after: float) -> tuple[Tensor, Tensor]:
        """The mean velocity from ``now`` to ``after``, and the mean one without voice and text.

        Both, like ``x``, are (n_frames, n_mels).
        """
        strength = self._config["strength"] if self.is_guided(now) else 0.0
        n_steps = self._config["steps_a_step"]
        span = (after - now) / n_steps
        start, free = x, torch.zeros_like(x)
        for step in range(n_steps):
            asked, unasked = self._sampler.flows(self._row, x, now + span * step)
            x = x + span * (asked + (asked - unasked) * strength)
            free += unasked / n_steps
        return (x - start) / (after - now), free


@dataclass(frozen=True, slots=True)
class Lesson:
    """Lets the student sample, and corrects it at every step."""

    model: torch.nn.Module
    sampler: Sampler
    config: Mapping[str, Any]

    def losses(self, utterance: Utterance, rng: random.Random) -> Iterator[Tensor]:
        """A loss for each step that is learnt. Each may be backpropagated before the next one."""
        student, teacher = (
            self.config["student"],
            Teacher(self.sampler, utterance, self.config["teacher"]),
        )
        generator = torch.Generator().manual_seed(utterance.seed)
        x = torch.randn(utterance.n_frames, utterance.reference_mel.shape[1], generator=generator)
        for now, after in pairwise(times_of(drawn_grid(student, rng))):
            if now == 0.0 and rng.random() >= student["first_share"]:
                with torch.no_grad():
                    x = x + (after - now) * self._flow(utterance, x, now)
                continue
            flow = self._flow(utterance, x, now)
            taught, free = teacher.flows(x, now, after)
            yield self._loss(utterance, flow, taught)
            if teacher.is_guided(now) and rng.random() < student["free_share"]:
                yield self._loss(utterance, self._flow(utterance, x, now, is_free=True), free)
            x = x + (after - now) * flow.detach()

    def _loss(self, utterance: Utterance, flow: Tensor, taught: Tensor) -> Tensor:
        """The mean square error. The reference's frames weigh less, for they are not served."""
        weight = torch.ones(utterance.n_frames, 1)
        weight[: len(utterance.reference_mel)] = self.config["student"]["reference_weight"]
        return (weight * (flow - taught).square()).mean() / weight.mean()

    def _flow(self, utterance: Utterance, x: Tensor, time: float, is_free: bool = False) -> Tensor:
        """The student's (n_frames, n_mels) velocity; ``is_free`` leaves out voice and text."""
        condition = torch.zeros_like(x)
        condition[: len(utterance.reference_mel)] = utterance.reference_mel
        flow: Tensor = self.model.transformer(
            x=x[None],
            cond=condition[None],
            text=utterance.tokens[None],
            time=torch.tensor([time], dtype=x.dtype),
            drop_audio_cond=is_free,
            drop_text=is_free,
        )[0]
        return flow


def train(
    trainer: speech.Trainer, lesson: Lesson, prompts: Prompts, minutes: float, folder: Path
) -> None:
    """Train for so many minutes by the clock, those before the checkpoint included."""
    rng = random.Random(trainer.n_updates * processes.count() + processes.rank())
    torch.manual_seed(rng.getrandbits(62))  # `coloured` draws from torch's generator
    started_s, saved_s = time.monotonic() - trainer.trained_s, trainer.trained_s
    smooth = math.nan
    for utterance in prompts.drawn(rng):
        trainer.trained_s = processes.agreed(time.monotonic() - started_s)
        if trainer.trained_s > 60 * minutes:
            break
        loss = trainer.learn(lesson.losses(utterance, rng), trainer.trained_s / (60 * minutes))
        smooth = loss if math.isnan(smooth) else 0.95 * smooth + 0.05 * loss
        trainer.keep_up()
        if processes.rank():
            continue
        if trainer.n_updates % 10 == 0:
            trainer.note(smooth, folder)
        if trainer.trained_s - saved_s > trainer.config["training"]["checkpoint_every_s"]:
            trainer.save(folder)
            saved_s = trainer.trained_s


def arguments_of() -> argparse.Namespace:
    """The command line, with the profile loaded.

    Raises:
        SystemExit: The command line has a mistake, or the profile's network cannot teach.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile")
    parser.add_argument("data", type=Path, nargs="*")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", type=Path, help="of teacher and student, not the profile's")
    parser.add_argument("--resume", action="store_true", help="go on with OUT's checkpoint")
    arguments = parser.parse_args()
    arguments.profile = load_manifest(arguments.profile)
    if arguments.profile.speech.built_in_guidance and not arguments.weights:
        parser.error(
            f"the profile {arguments.profile.name} has its guidance built in and can't teach it; "
            "--weights takes a network that needs guidance"
        )
    return arguments


def main() -> None:
    """Read the command line, distil, export."""
    arguments = arguments_of()
    profile = arguments.profile
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    trained = tomllib.loads(speech.CONFIG.read_text(encoding="utf-8"))
    trained["training"] |= config["training"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    processes.join()
    shards = [path for folder in arguments.data for path in sorted(folder.glob("*[0-9].npz"))]
    clips = [clip for clip in load_clips(shards) if clip.voice not in HELD_OUT_VOICES]
    shortest, longest = config["prompts"]["characters"]
    texts = [
        sentence.text
        for sentence in make_sentences(N_SENTENCES)
        if not sentence.is_held_out and shortest <= len(sentence.spoken) <= longest
    ]
    with TemporaryDirectory() as folder:
        volume = Path(folder)
        bring(profile, volume)
        weights = speech_weights(profile, volume)
        checkpoint = arguments.weights or weights.checkpoint
        settings = replace(weights.settings, built_in_guidance=0.0)
        weights = replace(weights, checkpoint=checkpoint, settings=settings)
        engine = SpeechEngine.load(weights, "cpu", arguments.threads)
        ready = ready_speakers(profile, volume)
        others = recorded_speakers(clips, [speaker.name for speaker in ready])
        trainer = speech.Trainer.new(trained, "cpu", checkpoint)
        if arguments.resume:
            trainer.resume(arguments.out)
        lesson = Lesson(trainer.model, engine.sampler, config)
        prompts = Prompts(engine, ready, others, texts, config["prompts"])
        logger.info("%d texts, %d voices", len(texts), len(ready) + len(others))
        train(trainer, lesson, prompts, arguments.minutes, arguments.out)
    if processes.rank() == 0:
        trainer.save(arguments.out)


if __name__ == "__main__":
    main()
