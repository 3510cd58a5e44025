"""Predicts how long and how high each phoneme is spoken, with a small network from a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordlight.speech.networks import ProsodyNet

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Prosody:
    """The (n,) float32 mel frames of the phonemes and their (n,) float32 heights.

    Frames are neither negative nor rounded. A height is a pitch's distance from the voice's mean,
    in the voice's standard deviations.

    Round the frames' cumulative sum, not the frames, so that errors do not add up.
    """

    frames: NDArray[np.float32]
    heights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ProsodyPredictor:
    """Predicts an average speaker's prosody, in mel frames at the hop and rate of its config."""

    net: ProsodyNet
    n_phonemes: int
    rate_hz: int
    hop_samples: int
    length_scale: float  # makes the sum over training utterances come out right
    height_scale: float  # makes the heights' spread come out right

    @classmethod
    def load(cls, folder: Path) -> ProsodyPredictor:
        """The predictor kept in `folder`, in fp32 on the CPU, ready to use.

        Raises:
            OSError: A file is missing.
            KeyError: The config lacks an entry.
        """
        from safetensors.torch import load_file

        from wordlight.speech.networks import ProsodyNet

        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        net = ProsodyNet(n_phonemes=config["n_phonemes"], **config["net"])
        net.load_state_dict(
            {name: value.float() for name, value in load_file(folder / WEIGHTS_FILE).items()}
        )
        return cls(
            net.eval(),
            config["n_phonemes"],
            config["rate_hz"],
            config["hop_samples"],
            config["length_scale"],
            config["height_scale"],
        )

    def predict(self, phoneme_ids: NDArray[np.int64]) -> Prosody:
        """The prosody of (n,) phoneme ids. The pads around a sentence count as phonemes.

        Raises:
            ValueError: The ids are not one non-empty row, or one is not in the vocabulary.
        """
        import torch

        from wordlight.speech.networks import LOG_OFFSET_FRAMES

        ids = np.asarray(phoneme_ids, np.int64)
        if ids.ndim != 1 or ids.size == 0:
            raise ValueError(f"phoneme ids must be one non-empty row, got shape {ids.shape}")
        if ids.min() < 0 or ids.max() >= self.n_phonemes:
            raise ValueError(
                f"phoneme ids must lie in 0–{self.n_phonemes - 1}, got {ids.min()}–{ids.max()}"
            )
        row = torch.from_numpy(ids)[None]
        with torch.inference_mode():
            logs, heights = self.net(row, torch.ones_like(row, dtype=torch.bool))
        frames = (logs[0].exp() - LOG_OFFSET_FRAMES).clamp(min=0.0) * self.length_scale
        return Prosody(frames.numpy(), heights[0].numpy() * self.height_scale)
