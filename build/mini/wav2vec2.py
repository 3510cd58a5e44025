"""The aligner's network: new, in half precision, averaged, and as files that WhisperX loads."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mini.augment import ALIGNER_HZ, BLANK_ID, VOCABULARY

WEIGHTS_FILE = "model.safetensors"
NO_DROPOUT = (
    "hidden_dropout",
    "activation_dropout",
    "attention_dropout",
    "feat_proj_dropout",
    "final_dropout",
    "layerdrop",
)


def make_model(architecture: Mapping[str, Any]) -> nn.Module:
    """An untrained `Wav2Vec2ForCTC` of this shape over the project's letters."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    config = Wav2Vec2Config(
        **architecture,
        vocab_size=len(VOCABULARY),
        pad_token_id=BLANK_ID,
        bos_token_id=None,
        eos_token_id=None,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        conv_bias=False,
        apply_spec_augment=False,
        **dict.fromkeys(NO_DROPOUT, 0.0),
    )
    model: nn.Module = Wav2Vec2ForCTC(config)
    return model


class Half:
    """A bf16 copy of a model. The copy does the work, without autocast's conversions per layer."""

    def __init__(self, model: nn.Module) -> None:
        self._model, self.copy = model, copy.deepcopy(model).bfloat16()

    def hand_over(self) -> None:
        """Move the copy's gradients to the model, averaged over all processes."""
        halves = list(self.copy.parameters())
        grads = [torch.zeros_like(half) if half.grad is None else half.grad for half in halves]
        flat = torch.cat([grad.flatten().float() for grad in grads])
        if torch.distributed.is_initialized():
            torch.distributed.all_reduce(flat)
            flat /= torch.distributed.get_world_size()
        pieces = flat.split([grad.numel() for grad in grads])
        for own, half, piece in zip(self._model.parameters(), halves, pieces, strict=True):
            own.grad, half.grad = piece.view_as(own), None

    def take_back(self) -> None:
        """Copy the model's new weights into the bf16 copy."""
        with torch.no_grad():
            for own, half in zip(self._model.parameters(), self.copy.parameters(), strict=True):
                half.copy_(own)


class Average:
    """A running average of a model's weights."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.state = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.n_updates, self._decay = 0, decay

    def update(self, model: nn.Module) -> None:
        """Move the average towards the model, faster during the first updates."""
        self.n_updates += 1
        decay = min(self._decay, self.n_updates / (self.n_updates + 9))
        for name, value in model.state_dict().items():
            self.state[name].lerp_(value.detach(), 1 - decay)


def export(state: Mapping[str, Tensor], architecture: Mapping[str, Any], folder: Path) -> None:
    """Write the model and its processor for WhisperX: fp16 weights, which load as fp32."""
    from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2Processor

    folder.mkdir(parents=True, exist_ok=True)
    model = make_model(architecture)
    model.load_state_dict(state)
    model.half().save_pretrained(folder)
    (folder / WEIGHTS_FILE).chmod(0o644)  # safetensors writes files that only their owner can read
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
