"""A deployment: where the models run, and in how many instances.

A rendering of the model repository depends on the deployment and on the specs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Placement(StrEnum):
    """The kind of device that an instance computes on."""

    CPU = "cpu"
    GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One rendering of the model repository.

    ``instances`` maps a model's name to its number of instances on every GPU, or on the CPU.
    ``environment`` is the virtual environment that the Python stubs run in. ``parameters`` are
    passed to each model's ``initialize``. ``$$TRITON_MODEL_DIRECTORY`` is Triton's own name for a
    model's folder.
    """

    placement: Placement
    gpus: tuple[int, ...] = (0,)
    instances: Mapping[str, int] = field(default_factory=dict)
    environment: str = "$$TRITON_MODEL_DIRECTORY/../../runtime/current"
    parameters: Mapping[str, str] = field(default_factory=dict)
    max_batch_size: int | None = None

    def instances_of(self, model: str) -> int:
        """The number of instances of this model: 1 unless ``instances`` has another."""
        return self.instances.get(model, 1)


GPU_PRODUCTION = Deployment(
    placement=Placement.GPU,
    instances={"subtitles": 2},
    parameters={"PROFILE": "full", "VOLUME": "../.."},
)
"""The deployment under ``model_repository/``: one GPU, with everything on the network volume."""
