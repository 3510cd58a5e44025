"""The recipe of the aligner's training, as read from `aligner.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mini.augment import Spoiling

RECIPE = Path(__file__).with_name("aligner.toml")


@dataclass(frozen=True, slots=True)
class Stage:
    """One training run. `sources` maps a pattern of shard names to its share of the draws."""

    updates: int
    processes: int
    peak_rate: float
    warm_up_updates: int
    sources: Mapping[str, float]

    def rate(self, update: int) -> float:
        """The learning rate: it rises along a line, then falls to a fiftieth along a cosine."""
        cosine = 0.5 * (1 + math.cos(math.pi * update / self.updates))
        return self.peak_rate * min(1, (update + 1) / self.warm_up_updates) * (0.98 * cosine + 0.02)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The content of `aligner.toml`."""

    seed: int
    batch_s: float
    row_lengths_s: Sequence[float]
    row_shares: Sequence[float]
    longest_utterance_s: float
    ctc_weight: float
    weight_decay: float
    average_every_updates: int
    average_decay: float
    log_every_updates: int
    save_every_updates: int
    n_test_batches: int
    stages: Mapping[str, Stage]
    architecture: Mapping[str, Any]
    spoiling: Spoiling

    @classmethod
    def read(cls, path: Path = RECIPE) -> Recipe:
        """The recipe in a file."""
        table = tomllib.loads(path.read_text())
        stages = {name: Stage(**stage) for name, stage in table.pop("stages").items()}
        return cls(**table | {"stages": stages, "spoiling": Spoiling(**table["spoiling"])})
