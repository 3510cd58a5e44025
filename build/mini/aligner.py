"""Trains the forced aligner by `aligner.toml`: `python -m mini.aligner OUT DATA... --stage NAME`.

It is a small `Wav2Vec2ForCTC` over letters. Every letter's onset is known, so most of the loss is a
cross-entropy per frame: the target is the letter at the frame where it begins, and blank elsewhere.
WhisperX's trellis adds the probability of blank on every frame but the one where a letter changes,
so a word's time is right only if emissions peak at the onset. A CTC loss keeps the sequence right.

OUT gets `log.jsonl`, the model in `export/`, and `checkpoint.pt`, from which `--resume` goes on.
Update i sees the same batch however often a run was stopped: i and the process are its seed.
"""

from __future__ import annotations

import argparse
import json
import logging
import queue
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.distributed
import torch.multiprocessing
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, ctc_loss

from mini.aligner_recipe import RECIPE, Recipe, Stage
from mini.augment import BLANK_ID, Deck, Row, Utterance, pack, spoil
from mini.clips import Clip, load_clips
from mini.kokoro import HELD_OUT_VOICES
from mini.letters import LetterAligner, sounding
from mini.wav2vec2 import WEIGHTS_FILE, Average, Half, export, make_model

TEST_SEED = 1_000_000
logger = logging.getLogger(__name__)
Batch = tuple[Tensor, Tensor, Tensor, Tensor]
"""Audio, labels per frame, tokens in one row, tokens per row."""


def make_batch(deck: Deck, recipe: Recipe, seed: Sequence[int]) -> Batch:
    """Rows of equal length that last about `batch_s` together."""
    rng = np.random.default_rng(seed)
    length_s = float(rng.choice(recipe.row_lengths_s, p=recipe.row_shares))
    rows: list[Row] = []
    while len(rows) < recipe.batch_s // length_s:
        row = pack(deck, length_s, recipe.spoiling, rng)
        if len(row.tokens):
            rows.append(Row(spoil(row.audio, recipe.spoiling, rng), row.tokens, row.onsets_s))
    return (
        torch.from_numpy(np.stack([row.audio for row in rows])),
        torch.from_numpy(np.stack([row.frame_labels() for row in rows])),
        torch.from_numpy(np.concatenate([row.tokens for row in rows])),
        torch.tensor([len(row.tokens) for row in rows]),
    )


def batches(deck: Deck, recipe: Recipe, rank: int, updates: range) -> Iterator[Batch]:
    """The batches of these updates, which a thread makes ahead of time."""
    made: queue.Queue[Batch] = queue.Queue(maxsize=8)

    def make() -> None:
        for update in updates:
            made.put(make_batch(deck, recipe, (recipe.seed, rank, update)))

    threading.Thread(target=make, daemon=True).start()
    for _ in updates:
        yield made.get()


def losses_of(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy per frame, and CTC per token."""
    audio, labels, tokens, n_tokens = batch
    logits = model(audio.bfloat16()).logits.float()
    frame = cross_entropy(logits.flatten(0, 1), labels.flatten())
    logs = logits.log_softmax(-1).transpose(0, 1)
    n_frames = torch.full((len(audio),), logits.shape[1])
    ctc = ctc_loss(logs, tokens, n_frames, n_tokens, blank=BLANK_ID, zero_infinity=True)
    return frame, ctc


class Training:
    """One stage while it runs: weights, their average, the optimizer, and the files in `out`."""

    def __init__(self, recipe: Recipe, stage: Stage, out: Path, start: Path | None) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.stage, self.out = recipe, stage, out
        self.model = make_model(recipe.architecture).train()
        if start is not None:
            weights = load_file(start / WEIGHTS_FILE)
            self.model.load_state_dict({name: w.float() for name, w in weights.items()})
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            stage.peak_rate,
            (0.9, 0.98),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.average = Average(self.model, recipe.average_decay)
        self.half = Half(self.model)
        self.update, self.seconds = 0, 0.0

    def resume(self) -> None:
        """Go on from the checkpoint in `out`, and drop what was logged after it."""
        saved = torch.load(self.out / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.average.state, self.average.n_updates = saved["average"], saved["n_averaged"]
        self.update, self.seconds = saved["update"], saved["seconds"]
        self.half.take_back()
        log = self.out / "log.jsonl"
        lines = log.read_text().splitlines(keepends=True)
        log.write_text("".join(line for line in lines if json.loads(line)["step"] <= self.update))

    def run(self, deck: Deck, tests: Deck, rank: int) -> None:
        """Train to the last update."""
        test_batches = [
            make_batch(tests, self.recipe, (self.recipe.seed, TEST_SEED, i))
            for i in range(self.recipe.n_test_batches if rank == 0 else 0)
        ]
        began_s = time.monotonic() - self.seconds
        updates = range(self.update, self.stage.updates)
        smooth: float | None = None
        for batch in batches(deck, self.recipe, rank, updates):
            loss = self._step(batch)
            smooth = loss if smooth is None else 0.95 * smooth + 0.05 * loss
            self.update, self.seconds = self.update + 1, time.monotonic() - began_s
            is_last = self.update == self.stage.updates
            if rank == 0 and self.update % self.recipe.log_every_updates == 0:
                self._write_log(loss=smooth, rate=self.stage.rate(self.update - 1))
            if rank == 0 and (is_last or self.update % self.recipe.save_every_updates == 0):
                self._write_log(held_out_loss=self._test(test_batches))
                self._save()

    def _step(self, batch: Batch) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.stage.rate(self.update)
        frame, ctc = losses_of(self.half.copy, batch)
        loss = frame + self.recipe.ctc_weight * ctc
        loss.backward()
        self.half.hand_over()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.half.take_back()
        if self.update % self.recipe.average_every_updates == 0:
            self.average.update(self.model)
        return float(loss.item())

    def _test(self, test_batches: Sequence[Batch]) -> float:
        """The loss of the averaged weights on held-out sentences in voices that are trained on."""
        model = make_model(self.recipe.architecture)
        model.load_state_dict(self.average.state)
        model = model.bfloat16().eval()
        with torch.inference_mode():
            pairs = [losses_of(model, batch) for batch in test_batches]
        return float(np.mean([float(f + self.recipe.ctc_weight * c) for f, c in pairs]))

    def _write_log(self, **figures: float) -> None:
        line = {"step": self.update, "seconds": round(self.seconds, 1)}
        line |= {name: float(f"{value:.4g}") for name, value in figures.items()}
        with (self.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        logger.info("%s", line)

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state,
            "n_averaged": self.average.n_updates,
            "update": self.update,
            "seconds": self.seconds,
        }
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        part.replace(self.out / "checkpoint.pt")
        export(self.average.state, self.recipe.architecture, self.out / "export")


def read_decks(folders: Sequence[Path], recipe: Recipe, stage: Stage) -> tuple[Deck, Deck]:
    """The utterances to train on, and the held-out sentences in the same voices."""
    clips = {
        glob: load_clips(path for folder in folders for path in sorted(folder.glob(glob)))
        for glob in stage.sources
    }
    trained = [clip for source in clips.values() for clip in source if not clip.is_held_out]
    letters = LetterAligner(
        (word.text, sounding(clip, word)[0])
        for clip in trained
        if not clip.is_resynthesised
        for word in clip.words()
    )

    def deck(is_held_out: bool) -> Deck:
        sources = []
        for glob, share in stage.sources.items():
            chosen = [clip for clip in clips[glob] if clip.is_held_out == is_held_out]
            sources.append((_utterances(chosen, letters, recipe.longest_utterance_s), share))
        return Deck.of(sources)

    return deck(False), deck(True)


def _utterances(clips: Sequence[Clip], letters: LetterAligner, longest_s: float) -> list[Utterance]:
    found = (Utterance.of(clip, letters) for clip in clips if clip.voice not in HELD_OUT_VOICES)
    return [utterance for utterance in found if 0 < utterance.length_s < longest_s]


def work(rank: int, meeting: str, arguments: argparse.Namespace, decks: tuple[Deck, Deck]) -> None:
    """Trains in one of the processes, with one thread: two threads crawl if they share a core."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    recipe = Recipe.read(arguments.config)
    stage = recipe.stages[arguments.stage]
    if stage.processes > 1:
        torch.distributed.init_process_group(
            "gloo", init_method=meeting, rank=rank, world_size=stage.processes
        )
    training = Training(recipe, stage, arguments.out, arguments.start)
    if arguments.resume:
        training.resume()
    training.run(*decks, rank=rank)
    if stage.processes > 1:
        torch.distributed.destroy_process_group()


def main() -> None:
    """Read the command line, train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--config", type=Path, default=RECIPE)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--start", type=Path, help="an exported folder to begin from")
    parser.add_argument("--resume", action="store_true", help="go on from OUT's checkpoint")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe.read(arguments.config)
    stage = recipe.stages[arguments.stage]
    decks = read_decks(arguments.data, recipe, stage)
    hours = [sum(utterance.length_s for utterance in deck.utterances) / 3600 for deck in decks]
    logger.info("%d utterances, %.2f h; held out: %.2f h", len(decks[0].utterances), *hours)
    with tempfile.TemporaryDirectory() as folder:
        job = (f"file://{folder}/meeting", arguments, decks)
        if stage.processes == 1:
            work(0, *job)
            return
        torch.multiprocessing.start_processes(
            work, job, nprocs=stage.processes, start_method="fork"
        )


if __name__ == "__main__":
    main()
