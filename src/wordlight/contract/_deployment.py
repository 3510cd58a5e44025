"""Where and how often the models run: what a rendering depends on besides the specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Placement(StrEnum):
    """What an instance computes on."""

    CPU = "cpu"
    GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One rendering of the model repository.

    ``instances`` maps a model's name to its number of instances on every GPU, or on the CPU.
    ``environment`` is the virtual environment of the stubs; ``parameters`` travel to
    ``initialize``. ``$$TRITON_MODEL_DIRECTORY`` is Triton's own name for a model's folder.
    """

    placement: Placement
    gpus: tuple[int, ...] = (0,)
    instances: Mapping[str, int] = field(default_factory=dict)
    environment: str = "$$TRITON_MODEL_DIRECTORY/../../runtime/current"
    parameters: Mapping[str, str] = field(default_factory=dict)
    max_batch_size: int | None = None

    def instances_of(self, model: str) -> int:
        """How many instances of that model; one unless said otherwise."""
        return self.instances.get(model, 1)


GPU_PRODUCTION = Deployment(
    placement=Placement.GPU,
    instances={"subtitles": 2},
    parameters={"PROFILE": "full", "VOLUME": "../.."},
)
"""What is committed under ``model_repository/``: one GPU, everything on the network volume."""
