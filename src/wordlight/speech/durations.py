"""How long each phoneme is spoken: a small predictor, loaded from a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordlight.speech._duration_net import DurationNet

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class DurationPredictor:
    """Predicts mel frames per phoneme, at the hop and rate named in its folder's config."""

    net: DurationNet
    n_phonemes: int
    scale: float  # makes the sum over training utterances come out right

    @classmethod
    def load(cls, folder: Path) -> DurationPredictor:
        """The predictor kept in `folder`, in fp32 on the CPU, ready to use.

        Raises:
            OSError: A file is missing.
            KeyError: The config lacks an entry.
        """
        from safetensors.torch import load_file

        from wordlight.speech._duration_net import DurationNet

        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        net = DurationNet(n_phonemes=config["n_phonemes"], **config["net"])
        net.load_state_dict(
            {name: value.float() for name, value in load_file(folder / WEIGHTS_FILE).items()}
        )
        return cls(net.eval(), config["n_phonemes"], config["scale"])

    def predict(self, phoneme_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n,) float32 frames of each of (n,) phoneme ids, none negative, not rounded.

        The pads that open and close a sentence are phonemes like any other. Round the cumulative
        sum, not the frames, so that the error never adds up.

        Raises:
            ValueError: The ids are not one non-empty row, or one is not in the vocabulary.
        """
        import torch

        from wordlight.speech._duration_net import LOG_OFFSET_FRAMES

        ids = np.asarray(phoneme_ids, np.int64)
        if ids.ndim != 1 or ids.size == 0:
            raise ValueError(f"phoneme ids must be one non-empty row, got shape {ids.shape}")
        if ids.min() < 0 or ids.max() >= self.n_phonemes:
            raise ValueError(
                f"phoneme ids must lie in 0–{self.n_phonemes - 1}, got {ids.min()}–{ids.max()}"
            )
        row = torch.from_numpy(ids)[None]
        with torch.inference_mode():
            logs = self.net(row, torch.ones_like(row, dtype=torch.bool))[0]
        frames = (logs.exp() - LOG_OFFSET_FRAMES).clamp(min=0.0) * self.scale
        return np.asarray(frames.numpy(), np.float32)
