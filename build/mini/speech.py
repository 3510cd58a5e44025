"""Trains the small F5-TTS: `python -m mini.speech DATA_FOLDER ... OUT_FOLDER [--minutes 60]`.

Uses upstream's CFM and DiT from `f5_tts.model`. Each text token is a phoneme at a pitch, and there
is one token per mel frame. As the tokens are as long as the mel, a few hundred updates are enough
to learn to speak, and the network need not guess the harmonics. `speech.toml` beside this file
holds every number.

On two CPU cores, two processes with batches of their own do more than one process of two threads:
`torchrun --nproc-per-node 2 -m mini.speech ... --threads 1`.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence

from mini import processes
from mini.growth import grown
from mini.mel import HOP_SAMPLES, LOG_FLOOR, SPEECH_HZ
from mini.pitched_embedding import PitchedEmbedding
from mini.speakers import Item, batches, coloured, load_items
from wordlight.speech.networks import packed, unpacked

CONFIG = Path(__file__).with_suffix(".toml")
SILENCE = math.log(LOG_FLOOR)
PADDING_TOKEN = -1
TABLE = "transformer.text_embed.text_embed"
CHECKPOINT = "checkpoint.pt"
LOG_EVERY_UPDATES = 50
logger = logging.getLogger(__name__)


def loss_of(
    model: nn.Module, length: int, items: Sequence[Item], config: Mapping[str, Any], device: str
) -> Tensor:
    """The flow-matching loss of a batch padded to `length` frames."""
    jitter_frames, pitchless_share = config["jitter_frames"], config["pitchless_share"]
    coloured_share, colour_nepers = config["coloured_share"], config["colour_nepers"]
    mels = [item.mel.float() for item in items]
    mels = [
        coloured(mel, colour_nepers) if random.random() < coloured_share else mel for mel in mels
    ]
    n_frames = torch.tensor([len(item.mel) for item in items])
    mel = pad_sequence(mels, batch_first=True)
    text = pad_sequence(
        [item.tokens(jitter_frames, random.random() >= pitchless_share) for item in items],
        batch_first=True,
        padding_value=PADDING_TOKEN,
    )
    mel = pad(mel, (0, 0, 0, length - mel.shape[1]), value=SILENCE)
    text = pad(text, (0, length - text.shape[1]), value=PADDING_TOKEN)
    n_frames[n_frames.argmax()] = length  # CFM makes its masks as long as the batch's maximum
    with torch.autocast(device, torch.bfloat16):
        loss: Tensor = model(mel.to(device), text.to(device), lens=n_frames.to(device))[0]
    return loss


def attend(query: Tensor, key: Tensor, value: Tensor, **_: Any) -> Tensor:
    """Plain attention. Compiled in bf16 on a CPU, its backward pass beats torch's fused one."""
    weights = (query @ key.transpose(-1, -2)) * query.shape[-1] ** -0.5
    return weights.softmax(-1).to(value.dtype) @ value


def compile_parts(transformer: nn.Module, device: str) -> None:
    """Compile the slow parts: on a CPU an update then takes 0.7 s instead of 1.2.

    On a CPU it also replaces torch's attention by `attend`, for the whole process.
    """
    torch._dynamo.config.cache_size_limit = 64  # a graph for each length
    if device == "cpu":
        from f5_tts.model import modules

        modules.F.scaled_dot_product_attention = attend  # no masks: attn_mask_enabled is off
    for block in transformer.transformer_blocks:
        block.compile(dynamic=False)
    for block in transformer.text_embed.text_blocks:
        block.compile(dynamic=False)
    transformer.input_embed.conv_pos_embed.compile(dynamic=False)


@dataclass(slots=True)
class Trainer:
    """One training run: the network, its averaged weights, and its progress."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    config: Mapping[str, Any]
    device: str
    n_updates: int = 0
    trained_s: float = 0.0

    @classmethod
    def new(cls, config: Mapping[str, Any], device: str, start: Path | None) -> Trainer:
        """A network: untrained, or with the weights of `start`, whose network may be smaller."""
        from f5_tts.model import CFM, DiT

        training = config["training"]
        torch.manual_seed(training["seed"])
        random.seed(training["seed"])  # CFM draws from it
        model = CFM(
            transformer=DiT(**config["model"], dropout=0.0),
            mel_spec_kwargs=dict(config["mel"]),
            **config["matching"],
        )
        model.transformer.text_embed.text_embed = PitchedEmbedding(config["model"]["text_dim"])
        if start is not None:
            weights = unpacked(load_file(start))
            model.transformer.text_embed.text_embed.load_table(weights.pop(f"{TABLE}.weight"))
            model.load_state_dict(model.state_dict() | grown(weights, model.state_dict()))
        model = model.to(device)
        compile_parts(model.transformer, device)
        optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=training["peak_rate"],
            betas=(0.9, 0.99),
            weight_decay=training["weight_decay"],
            fused=True,
        )
        average = {name: value.clone() for name, value in model.state_dict().items()}
        return cls(model, optimizer, average, config, device)

    def run(self, items: Sequence[Item], minutes: float, until: float, folder: Path) -> None:
        """Train until `until` minutes by the clock are over, those before a restart included.

        The learning rate falls as if the run went on for `minutes`.
        """
        training = self.config["training"]
        number = processes.rank()
        rng = random.Random(training["seed"] + self.n_updates + number)
        torch.manual_seed(training["seed"] + self.n_updates + number)
        random.seed(training["seed"] + self.n_updates + number)  # CFM draws from it
        started_s = time.monotonic() - self.trained_s
        saved_s, smooth = self.trained_s, math.nan
        for length, batch in batches(items, self.config, rng):
            self.trained_s = processes.agreed(time.monotonic() - started_s)
            if self.trained_s > 60 * until:
                break
            matched = loss_of(self.model, length, batch, self.config["items"], self.device)
            loss = self.learn([matched], self.trained_s / (60 * minutes))
            smooth = loss if math.isnan(smooth) else 0.98 * smooth + 0.02 * loss
            self.keep_up()
            if number:
                continue
            if self.n_updates % LOG_EVERY_UPDATES == 0:
                self.note(smooth, folder)
            if self.trained_s - saved_s > training["checkpoint_every_s"]:
                self.save(folder)
                saved_s = self.trained_s

    def learn(self, losses: Iterable[Tensor], progress: float) -> float:
        """Make one update by the sum of the losses, and return the sum.

        Each loss is freed before the next one is made. ``progress`` is the share of the run that is
        over; the learning rate falls with it.
        """
        training = self.config["training"]
        warm = min(1.0, (self.n_updates + 1) / training["warm_up_updates"])
        last = training["last_rate_share"]
        cosine = last + (1 - last) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self.optimizer.param_groups:
            group["lr"] = training["peak_rate"] * warm * cosine
        total = 0.0
        for loss in losses:
            loss.backward()
            total += loss.item()
        processes.share_gradients(self.model)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.n_updates += 1
        return total

    def keep_up(self) -> None:
        """Every so many updates, move the averaged weights and hand memory back."""
        if self.n_updates % self.config["training"]["average_every_updates"] == 0:
            self._average()
            processes.give_back_memory()

    def _average(self) -> None:
        """Move the averaged weights towards the network's, for all updates since the last call."""
        training, n = self.config["training"], self.n_updates
        decay = min(training["average_decay"], (1 + n) / (10 + n))
        share = 1 - decay ** training["average_every_updates"]
        for name, value in self.model.state_dict().items():
            self.average[name] = (
                self.average[name].lerp(value, share)
                if value.is_floating_point()
                else value.clone()
            )

    def note(self, loss: float, folder: Path) -> None:
        """Log how far the run is, also into the folder's `log.jsonl`."""
        logger.info("%d updates, loss %.4f, %.0f s", self.n_updates, loss, self.trained_s)
        note = {"step": self.n_updates, "seconds": round(self.trained_s, 1), "loss": round(loss, 5)}
        with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")

    def save(self, folder: Path) -> None:
        """Write everything that `resume` needs, and export the present averaged weights."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
            "n_updates": self.n_updates,
            "trained_s": self.trained_s,
        }
        part = folder / f"{CHECKPOINT}.part"
        torch.save(state, part)
        part.replace(folder / CHECKPOINT)
        export(self.average, folder)

    def resume(self, folder: Path) -> None:
        """Go on from the folder's checkpoint."""
        state = torch.load(folder / CHECKPOINT, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
        self.n_updates, self.trained_s = state["n_updates"], state["trained_s"]


def export(average: Mapping[str, Tensor], folder: Path) -> None:
    """Write `model.safetensors`, with matrices in int8 and upstream's table of tokens."""
    upstream = dict(average)
    upstream[f"{TABLE}.weight"] = PitchedEmbedding.table(
        upstream.pop(f"{TABLE}.phoneme.weight"), upstream.pop(f"{TABLE}.pitch.weight")
    )
    weights = {
        name: value.half().contiguous().cpu() if value.is_floating_point() else value.cpu()
        for name, value in upstream.items()
        if "freqs_cis" not in name and "mel_spec" not in name
    }
    part = folder / "model.safetensors.part"
    save_file(packed(weights, channel_of), part)
    part.chmod(0o644)  # safetensors writes files that only their owner can read
    part.replace(folder / "model.safetensors")


def channel_of(name: str, value: Tensor) -> int | None:
    """The axis by which `packed` scales a tensor: the first one of a matrix, kernel or table."""
    return 0 if value.is_floating_point() and value.dim() > 1 else None


def main() -> None:
    """Read the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--until", type=float, help="stop so early, to go on with another stage")
    parser.add_argument("--stage", choices=("wide", "ready", "any"), default="wide")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", type=Path, help="a model.safetensors to begin with")
    parser.add_argument("--resume", action="store_true", help="go on with OUT's checkpoint")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    config["items"] |= config["stages"][arguments.stage]
    items = load_items(arguments.data, config)
    frames = sum(len(item.mel) for item in items)
    logger.info("%d items, %.2f h", len(items), frames * HOP_SAMPLES / SPEECH_HZ / 3600)
    processes.join()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trainer = Trainer.new(config, device, arguments.weights)
    if arguments.resume:
        trainer.resume(arguments.out)
    until = arguments.until or arguments.minutes
    trainer.run(items, arguments.minutes, until, arguments.out)
    if processes.rank() == 0:
        trainer.save(arguments.out)


if __name__ == "__main__":
    main()
