"""What a stub is told by Triton, read once."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.volume import Profile, load_profile


@dataclass(frozen=True, slots=True)
class StubSettings:
    """One model instance: its weights' profile, its volume, what it computes on."""

    profile: Profile
    volume: Path
    device: str
    threads: int

    @classmethod
    def from_triton(cls, args: Mapping[str, str]) -> StubSettings:
        """The settings in the ``parameters`` of the model's ``config.pbtxt``.

        Raises:
            SetupError: The profile cannot be read.
        """
        parameters = {
            key: entry["string_value"]
            for key, entry in json.loads(args["model_config"])["parameters"].items()
        }
        _log_to_stderr()
        volume = (Path(args["model_repository"]) / parameters["VOLUME"]).resolve()
        on_gpu = args["model_instance_kind"] == "GPU"
        return cls(
            profile=load_profile(parameters["PROFILE"]),
            volume=volume,
            device=f"cuda:{args['model_instance_device_id']}" if on_gpu else "cpu",
            threads=int(parameters.get("THREADS", "0")),
        )


def _log_to_stderr() -> None:
    """Our loggers' lines in the server's log, at INFO; libraries at WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("wordlight").setLevel(logging.INFO)
