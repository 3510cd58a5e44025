"""The upstream DiT with a checkpoint's weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from f5_tts.model import DiT
from safetensors.torch import load_file

from wordlight.errors import WeightsMisfit
from wordlight.speech.networks import unpacked

PREFIXES = ("ema_model.transformer.", "transformer.")
"""The prefixes of the network's parameters in published checkpoints and in ours."""


def load_transformer(
    checkpoint: Path, architecture: Mapping[str, Any], n_mels: int, device: str
) -> DiT:
    """The network in evaluation mode: half precision on a GPU, float32 on a CPU.

    The checkpoint may be ``packed``.

    Raises:
        SetupError: The checkpoint does not fit the architecture.
    """
    transformer = DiT(**{"mel_dim": n_mels, **architecture})
    state = {
        key.removeprefix(prefix): value
        for key, value in unpacked(load_file(checkpoint)).items()
        for prefix in PREFIXES
        if key.startswith(prefix)
    }
    missing, unexpected = transformer.load_state_dict(state, strict=False)
    buffers = {name for name, _ in transformer.named_buffers()}
    missing = [name for name in missing if name not in buffers]
    unexpected = [name for name in unexpected if name not in buffers]
    if missing or unexpected:
        raise WeightsMisfit(
            checkpoint.name,
            f"does not fit the manifest's architecture: missing {missing[:3]}, unexpected "
            f"{unexpected[:3]}",
        )
    dtype = torch.float16 if device.startswith("cuda") else torch.float32
    return transformer.eval().to(device, dtype)
