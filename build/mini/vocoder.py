"""Trains the small Vocos: `torchrun --nproc-per-node 2 -m mini.vocoder DATA_FOLDER … OUT_FOLDER`.

It has the backbone of the package `vocos` on F5-TTS's mels, and a head of ours that also predicts
how sure it is (`wordlight.speech.networks.HarmonicsAndNoise`). The head learns the likelihood of
true spectra, so it needs no discriminators. `vocoder.toml` has every number.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from vocos import Vocos
from vocos.pretrained import instantiate_class

from mini import processes
from mini.answers import load_answers
from mini.clips import Clip, load_clips
from mini.crops import Crops, CropSource
from mini.kokoro import HELD_OUT_VOICES
from mini.mel import FFT_SAMPLES, LOG_FLOOR, SPEECH_HZ
from mini.spectra import Losses, log_envelope, losses_of, spectra

RECIPE = Path(__file__).with_name("vocoder.toml")
LOG_EVERY_STEPS, AVERAGE_EVERY_STEPS, SAVE_EVERY_S = 50, 10, 150
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """The learning rate over the time given, and how the weights are averaged."""

    peak_rate: float
    last_rate_share: float
    warm_up_steps: int
    betas: tuple[float, float]
    weight_decay: float
    largest_norm: float
    average_decay: float

    def rate(self, step: int, done: float) -> float:
        """The learning rate; `done` is the share of the time that is over."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        share = cosine * (1 - self.last_rate_share) + self.last_rate_share
        return self.peak_rate * min(1.0, (step + 1) / self.warm_up_steps) * share


@dataclass(frozen=True, slots=True)
class Recipe:
    """All of `vocoder.toml`."""

    seed: int
    vocos: Mapping[str, Any]
    crops: Crops
    losses: Losses
    pace: Pace

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """The recipe in a file."""
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = {"crops": Crops, "losses": Losses, "pace": Pace}
        return cls(**found | {name: table(**found[name]) for name, table in tables.items()})


class Trainer:
    """The vocoder, and everything that is needed to go on later."""

    def __init__(self, recipe: Recipe, source: CropSource, device: str) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.source, self.device = recipe, source, device
        parts = {name: instantiate_class((), init) for name, init in recipe.vocos.items()}
        self.vocos = Vocos(**parts).to(device)
        start_head(self.vocos.head.out, *source.batch(0))
        self.average = {name: v.clone() for name, v in self.vocos.state_dict().items()}
        pace = recipe.pace
        self.optimizer = torch.optim.AdamW(
            self.vocos.parameters(), betas=pace.betas, weight_decay=pace.weight_decay, fused=True
        )
        self.step, self.seconds = 0, 0.0

    def update(self, progress: float) -> dict[str, Tensor]:
        """Make one step and return its losses. `progress` is the share of the time that is over."""
        weights, pace = self.recipe.losses, self.recipe.pace
        for group in self.optimizer.param_groups:
            group["lr"] = pace.rate(self.step, progress)
        mel, waves = (x.to(self.device) for x in self.source.batch(self.step))
        said = self.vocos.head(self.vocos.backbone(mel))
        edge = self.recipe.crops.edge_frames
        found = losses_of(said, log_envelope(mel), spectra(waves), edge)
        total = torch.stack([getattr(weights, name) * loss for name, loss in found.items()]).sum()
        total.backward()
        processes.share_gradients(self.vocos)
        nn.utils.clip_grad_norm_(self.vocos.parameters(), pace.largest_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        if self.step % AVERAGE_EVERY_STEPS == 0:
            self._average()
        return {name: loss.detach() for name, loss in found.items()}

    def _average(self) -> None:
        decay = min(self.recipe.pace.average_decay, (1 + self.step) / (10 + self.step))
        decay **= AVERAGE_EVERY_STEPS
        for name, value in self.vocos.state_dict().items():
            self.average[name].lerp_(value, 1 - decay)

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take trained weights and leave everything else as new."""
        self.vocos.load_state_dict(weights)
        self.average = {name: v.clone() for name, v in self.vocos.state_dict().items()}

    def save(self, path: Path) -> None:
        """Write the whole state, first into a `.part` file."""
        part = path.with_suffix(".part")
        torch.save(
            {
                "vocos": self.vocos.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "average": self.average,
                "counts": (self.step, self.seconds),
            },
            part,
        )
        part.replace(path)

    def load(self, path: Path) -> None:
        """Read the state that `save` wrote, and go on from it."""
        found = torch.load(path, map_location=self.device, weights_only=True)
        self.vocos.load_state_dict(found["vocos"])
        self.optimizer.load_state_dict(found["optimizer"])
        self.average = found["average"]
        self.step, self.seconds = found["counts"]


def start_head(out: nn.Linear, mel: Tensor, waves: Tensor) -> None:
    """Set the head's biases to each bin's mean relative to the envelope, a pulse, and much noise.

    The pulse is in the middle of the frame, so its phase turns by half a circle from bin to bin.
    """
    logs = ((spectra(waves).abs() + LOG_FLOOR).log() - log_envelope(mel)).mean((0, 2))
    turns = torch.arange(FFT_SAMPLES // 2 + 1) % 2 * math.pi
    with torch.no_grad():
        out.bias.copy_(torch.cat([logs, turns, logs - math.log(2)]))


def train(trainer: Trainer, minutes: float, folder: Path) -> None:
    """Train for so many minutes in all. The first process logs and saves."""
    is_first, saved_s = processes.rank() == 0, trainer.seconds
    started_s, recent = time.monotonic() - trainer.seconds, list[Mapping[str, Tensor]]()
    while (seconds := processes.agreed(time.monotonic() - started_s)) < minutes * 60:
        trainer.seconds = seconds
        recent.append(trainer.update(seconds / (minutes * 60)))
        if trainer.step % LOG_EVERY_STEPS == 0:
            processes.give_back_memory()
            if is_first:
                line = {"step": trainer.step, "seconds": round(seconds), "losses": means(recent)}
                with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                    print(json.dumps(line), file=log)
                logger.info("%s", line)
            recent = []
        if is_first and seconds - saved_s > SAVE_EVERY_S:
            trainer.save(folder / "checkpoint.pt")
            saved_s = seconds
    if is_first:
        trainer.save(folder / "checkpoint.pt")


def means(losses: Sequence[Mapping[str, Tensor]]) -> dict[str, float]:
    """The mean over these steps of each loss that the last step had."""
    each = {name: [step[name] for step in losses if name in step] for name in losses[-1]}
    return {name: round(float(torch.stack(values).mean()), 5) for name, values in each.items()}


def export(weights: Mapping[str, Tensor], recipe: Recipe, folder: Path) -> None:
    """Write fp16 `model.safetensors` and `config.yaml`."""
    part = folder / "model.safetensors.part"
    save_file({name: value.half().contiguous() for name, value in weights.items()}, part)
    part.chmod(0o644)  # safetensors writes files that only their owner can read
    part.replace(folder / "model.safetensors")
    text = yaml.safe_dump(recipe.vocos, sort_keys=False)
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Read the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--answers", type=Path, help="what `python -m mini.answers` wrote")
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--weights", type=Path, help="begin with these, as `export` wrote them")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    processes.join()
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    clips = training_clips(arguments.data)
    hours = sum(len(clip.wave) for clip in clips) / SPEECH_HZ / 3600
    logger.info("%d clips, %.2f h, %d voices", len(clips), hours, len({c.voice for c in clips}))
    recipe = Recipe.read(arguments.recipe)
    answers = load_answers(arguments.answers) if arguments.answers else []
    logger.info("%d answers of F5-TTS", len(answers))
    source = CropSource(clips, recipe.crops, recipe.seed, answers)
    trainer = Trainer(recipe, source, "cuda" if torch.cuda.is_available() else "cpu")
    logger.info("%.2f M parameters", sum(p.numel() for p in trainer.vocos.parameters()) / 1e6)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.weights:
        trainer.begin_with(load_file(arguments.weights))
    if arguments.resume:
        trainer.load(arguments.out / "checkpoint.pt")
    trainer.vocos.backbone.compile(dynamic=False)
    train(trainer, arguments.minutes, arguments.out)
    if processes.rank() == 0:
        export(trainer.average, recipe, arguments.out)


def training_clips(folders: Iterable[Path]) -> list[Clip]:
    """The original clips that may be trained on: no held-out sentences, no held-out voices."""
    shards = [path for folder in folders for path in sorted(folder.glob("*[0-9].npz"))]
    return [
        clip
        for clip in load_clips(shards)
        if not (clip.is_held_out or clip.is_resynthesised or clip.voice in HELD_OUT_VOICES)
    ]


if __name__ == "__main__":
    main()
