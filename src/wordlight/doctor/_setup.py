"""The server that is examined: the options of ``serve``, and settings of the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wordlight.contract import MODELS, Deployment, EnsembleSpec, Placement
from wordlight.serving import Ports
from wordlight.weights import CACHE

NVIDIA_DEVICES = Path("/proc/driver/nvidia/gpus")


def placement_here() -> Placement:
    """A GPU if this machine has one, else the CPU."""
    return Placement.GPU if NVIDIA_DEVICES.is_dir() else Placement.CPU


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings with which a server would be started.

    ``environment`` is the virtual environment of the models' processes. ``s3_cache`` is
    ``s3://bucket/prefix``, or empty. ``log`` is the file that will keep the server's log, if any.
    """

    models: str
    volume: Path
    environment: Path = field(default_factory=lambda: Path(sys.prefix))
    address: str = "127.0.0.1"
    ports: Ports = field(default_factory=Ports)
    placement: Placement = field(default_factory=placement_here)
    instances: Mapping[str, int] = field(default_factory=dict)
    gpus: tuple[int, ...] = (0,)
    s3_cache: str = field(default_factory=lambda: os.environ.get(CACHE, ""))
    log: Path | None = None

    @property
    def wants_gpu(self) -> bool:
        """Whether the models would run on a GPU."""
        return self.placement is Placement.GPU

    @property
    def n_stubs(self) -> int:
        """How many model processes there would be."""
        return sum(self.instances_of_models().values())

    def instances_of_models(self) -> dict[str, int]:
        """How many processes of each model there would be, by the model's name."""
        deployment = Deployment(self.placement, self.gpus, self.instances)
        return {
            spec.name: deployment.instances_of(spec.name)
            * (len(self.gpus) if self.wants_gpu and spec.needs_accelerator else 1)
            for spec in MODELS
            if not isinstance(spec, EnsembleSpec)
        }
