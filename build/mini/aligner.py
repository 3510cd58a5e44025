"""Trains the forced aligner: `python -m mini.aligner DATA_FOLDER OUT_FOLDER [--minutes 28.5]`.

A small `Wav2Vec2ForCTC` over letters. Since every letter's onset is known, most of the loss is a
cross-entropy per frame: the letter at the frame where it begins, blank elsewhere. WhisperX's
trellis pays for blank on every frame but the one where a letter changes, so emissions must peak at
the onset for the word's time to be right. A CTC loss beside it keeps the sequence right.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import math
import queue
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed
import torch.multiprocessing
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, ctc_loss

from mini.augment import ALIGNER_HZ, BLANK_ID, VOCABULARY, Row, Utterance, pack, spoil
from mini.clips import load_clips
from mini.letters import LetterAligner, sounding

ARCHITECTURE: dict[str, Any] = {
    "conv_dim": (32, 48, 64, 96, 128, 160, 192),
    "conv_kernel": (10, 3, 3, 3, 3, 2, 2),
    "conv_stride": (5, 2, 2, 2, 2, 2, 2),
    "feat_extract_activation": "relu",  # GELU at 3.2 kHz costs as much as the whole transformer
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 768,
    "num_conv_pos_embeddings": 48,
    "num_conv_pos_embedding_groups": 16,
}
ROW_LENGTHS_S = (2.5, 4.0, 6.0, 8.0, 12.0)
ROW_SHARES = (0.12, 0.28, 0.25, 0.15, 0.20)  # of the batches
LONGEST_UTTERANCE_S = 9.7  # fits a 12 s row at the slowest speed
BATCH_S = 18.0  # in each process
CTC_WEIGHT = 0.3
PEAK_RATE, WARM_UP_STEPS, WEIGHT_DECAY = 1e-3, 150, 0.02
AVERAGE_EVERY_STEPS, AVERAGE_DECAY = 10, 0.98
LOG_EVERY_STEPS, SAVE_EVERY_S = 50, 300.0
WEIGHTS_FILE = "model.safetensors"
_log = logging.getLogger(__name__)
Batch = tuple[
    Tensor, Tensor, Tensor, Tensor
]  # audio, labels per frame, tokens in one row, tokens per row


def make_model() -> nn.Module:
    """A fresh `Wav2Vec2ForCTC` of the project's shape."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    config = Wav2Vec2Config(
        **ARCHITECTURE,
        vocab_size=len(VOCABULARY),
        pad_token_id=BLANK_ID,
        bos_token_id=None,
        eos_token_id=None,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        conv_bias=False,
        apply_spec_augment=False,
        **dict.fromkeys(
            (
                "hidden_dropout",
                "activation_dropout",
                "attention_dropout",
                "feat_proj_dropout",
                "final_dropout",
                "layerdrop",
            ),
            0.0,
        ),
    )
    model: nn.Module = Wav2Vec2ForCTC(config)
    return model


def make_batch(utterances: Sequence[Utterance], rng: np.random.Generator) -> Batch:
    """Rows of one length, about 18 s together."""
    length_s = float(rng.choice(ROW_LENGTHS_S, p=ROW_SHARES))
    rows: list[Row] = []
    while len(rows) < BATCH_S // length_s:
        row = pack(utterances, length_s, rng)
        if len(row.tokens):
            rows.append(Row(spoil(row.audio, rng), row.tokens, row.onsets_s))
    return (
        torch.from_numpy(np.stack([row.audio for row in rows])),
        torch.from_numpy(np.stack([row.frame_labels() for row in rows])),
        torch.from_numpy(np.concatenate([row.tokens for row in rows])),
        torch.tensor([len(row.tokens) for row in rows]),
    )


def batches(utterances: Sequence[Utterance], seed: int = 0) -> Iterator[Batch]:
    """Endless batches, made ahead by a thread."""
    made: queue.Queue[Batch] = queue.Queue(maxsize=8)

    def make() -> None:
        rng = np.random.default_rng(seed)
        while True:
            made.put(make_batch(utterances, rng))

    threading.Thread(target=make, daemon=True).start()
    while True:
        yield made.get()


def loss_of(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy per frame, and CTC per token."""
    audio, labels, tokens, n_tokens = batch
    logits = model(audio.bfloat16()).logits.float()
    frame = cross_entropy(logits.flatten(0, 1), labels.flatten())
    logs = logits.log_softmax(-1).transpose(0, 1)
    n_frames = torch.full((len(audio),), logits.shape[1])
    ctc = ctc_loss(logs, tokens, n_frames, n_tokens, blank=BLANK_ID, zero_infinity=True)
    return frame, ctc


class Half:
    """A bf16 copy of a model that does the work, without autocast's conversions at every layer."""

    def __init__(self, model: nn.Module) -> None:
        self._model, self.copy = model, copy.deepcopy(model).bfloat16()

    def hand_over(self, elapsed_s: float) -> float:
        """Move the copy's gradients to the model, averaged over the processes, and so the time."""
        halves = list(self.copy.parameters())
        grads = [torch.zeros_like(half) if half.grad is None else half.grad for half in halves]
        flat = torch.cat([*(grad.flatten().float() for grad in grads), torch.tensor([elapsed_s])])
        torch.distributed.all_reduce(flat)
        flat /= torch.distributed.get_world_size()
        pieces = flat[:-1].split([grad.numel() for grad in grads])
        for own, half, piece in zip(self._model.parameters(), halves, pieces, strict=True):
            own.grad, half.grad = piece.view_as(own), None
        return float(flat[-1])

    def take_back(self) -> None:
        """Take the model's new weights."""
        with torch.no_grad():
            for own, half in zip(self._model.parameters(), self.copy.parameters(), strict=True):
                half.copy_(own)


class Average:
    """A running average of a model's weights."""

    def __init__(self, model: nn.Module) -> None:
        self.state = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self._n_updates = 0

    def update(self, model: nn.Module) -> None:
        """Move towards the model, faster while young."""
        self._n_updates += 1
        decay = min(AVERAGE_DECAY, self._n_updates / (self._n_updates + 9))
        for name, value in model.state_dict().items():
            self.state[name].lerp_(value.detach(), 1 - decay)


def train(
    utterances: Sequence[Utterance], minutes: float, out: Path, start: Path | None, rank: int
) -> None:
    """Train for so many minutes by the clock; export every five, and at the end."""
    torch.manual_seed(0)
    model = make_model().train()
    if start is not None:
        model.load_state_dict({k: v.float() for k, v in load_file(start / WEIGHTS_FILE).items()})
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY, fused=True
    )
    average, half, losses = Average(model), Half(model), np.zeros(2)
    started_s, elapsed_s, saved_s = time.monotonic(), 0.0, 0.0
    for step, batch in enumerate(batches(utterances, seed=rank)):
        progress = elapsed_s / (minutes * 60)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * progress))
            group["lr"] = PEAK_RATE * min(1, (step + 1) / WARM_UP_STEPS) * (0.98 * cosine + 0.02)
        frame, ctc = loss_of(half.copy, batch)
        (frame + CTC_WEIGHT * ctc).backward()
        elapsed_s = half.hand_over(time.monotonic() - started_s)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        half.take_back()
        if step % AVERAGE_EVERY_STEPS == 0:
            average.update(model)
        share = max(0.02, 1 / (step + 1))
        losses = (1 - share) * losses + share * np.array([frame.item(), ctc.item()])
        if rank == 0 and step % LOG_EVERY_STEPS == 0:
            _log.info("%d updates, frame %.4f, ctc %.4f, %.0f s", step, *losses, elapsed_s)
        if rank == 0 and elapsed_s - saved_s > SAVE_EVERY_S:
            export(average.state, out)
            saved_s = elapsed_s
    if rank == 0:
        export(average.state, out)


def work(rank: int, n_processes: int, meeting: str, job: tuple[Any, ...]) -> None:
    """One of the training processes, with one thread: two threads crawl when a core is shared."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.distributed.init_process_group(
        "gloo", init_method=meeting, rank=rank, world_size=n_processes
    )
    train(*job, rank=rank)
    torch.distributed.destroy_process_group()


def export(state: dict[str, Tensor], folder: Path) -> None:
    """Write the model (fp16 weights, fp32 by its config) and its processor for WhisperX."""
    from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2Processor

    folder.mkdir(parents=True, exist_ok=True)
    model = make_model()
    model.load_state_dict(state)
    model.half().save_pretrained(folder)
    (folder / WEIGHTS_FILE).chmod(0o644)  # safetensors writes it for its owner alone
    config = json.loads((folder / "config.json").read_text())
    for name in ("torch_dtype", "dtype"):
        if name in config:
            config[name] = "float32"
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(
        json.dumps({token: i for i, token in enumerate(VOCABULARY)}, indent=0) + "\n"
    )
    tokenizer = Wav2Vec2CTCTokenizer(
        str(vocabulary),
        bos_token=None,
        eos_token=None,
        do_lower_case=True,
        word_delimiter_token="|",
    )
    extractor = Wav2Vec2FeatureExtractor(
        sampling_rate=ALIGNER_HZ, do_normalize=False, return_attention_mask=True
    )
    Wav2Vec2Processor(extractor, tokenizer).save_pretrained(folder)


def read_utterances(folder: Path) -> list[Utterance]:
    """The training clips with their letters' onsets."""
    clips = [
        clip for clip in load_clips(sorted(folder.glob("clips-*.npz"))) if not clip.is_held_out
    ]
    plain = [clip for clip in clips if not clip.is_resynthesised]
    letters = LetterAligner(
        (word.text, sounding(clip, word)[0]) for clip in plain for word in clip.words()
    )
    utterances = [Utterance.of(clip, letters) for clip in clips]
    return [utterance for utterance in utterances if 0 < utterance.length_s < LONGEST_UTTERANCE_S]


def main() -> None:
    """Read the command line, train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=28.5)
    parser.add_argument("--start", type=Path, help="an exported folder to go on from")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    utterances = read_utterances(arguments.data)
    hours = sum(utterance.length_s for utterance in utterances) / 3600
    _log.info("%d utterances, %.2f h", len(utterances), hours)
    job = (utterances, arguments.minutes, arguments.out, arguments.start)
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.start_processes(
            work,
            (arguments.processes, f"file://{folder}/meeting", job),
            nprocs=arguments.processes,
            start_method="fork",
        )


if __name__ == "__main__":
    main()
