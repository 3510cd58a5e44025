"""Where somebody speaks: whisperX's voice-activity model, in pieces. Imports torch and whisperx."""

from __future__ import annotations

import hashlib
import importlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisperx
from numpy.typing import NDArray
from pyannote.audio import Model
from pyannote.audio.pipelines import VoiceActivityDetection
from pyannote.audio.utils.reproducibility import fix_reproducibility
from pyannote.core import Segment, SlidingWindow, SlidingWindowFeature
from whisperx.vads import Vad
from whisperx.vads.pyannote import VoiceActivitySegmentation

from wordlight.alignment._frames import SAMPLE_RATE_HZ
from wordlight.alignment._libraries import forget_lazy_modules
from wordlight.alignment._pieces import Work
from wordlight.errors import WeightsCorrupt

forget_lazy_modules()  # undoes what the import of pyannote above has left behind

VAD_SHA256 = "0b5b3216d60a2d32fc086b47ea8c67589aaeb26b7e07fcbe620d6d0b83e209ea"
"""The hash of ``whisperx/assets/pytorch_model.bin`` in the wheel of whisperx 3.8.6."""
_VAD_GLOBALS = (
    "collections.defaultdict",
    "omegaconf.base.ContainerMetadata",
    "omegaconf.base.Metadata",
    "omegaconf.listconfig.ListConfig",
    "omegaconf.nodes.AnyNode",
    "pyannote.audio.core.model.Introspection",
    "pyannote.audio.core.task.Problem",
    "pyannote.audio.core.task.Resolution",
    "pyannote.audio.core.task.Specifications",
    "torch.torch_version.TorchVersion",
    "typing.Any",
    "builtins.dict",
    "builtins.int",
    "builtins.list",
)
"""The globals that this file unpickles. They were listed by
``torch.serialization.get_unsafe_globals_in_checkpoint``."""
ONSET, OFFSET = 0.500, 0.363
"""Probabilities at which speech begins and ends. Source: whisperX 3.8.6 ``load_model``."""


class _SpeechProbability(VoiceActivitySegmentation):
    """whisperx's class, without the argument that pyannote-audio 3.4 does not know (``token``)."""

    def __init__(self, segmentation: Any, device: torch.device) -> None:
        VoiceActivityDetection.__init__(self, segmentation=segmentation, device=device)


class VoiceActivity(Vad):
    """The voice-activity model for whisperx's pipeline: probabilities over time."""

    def __init__(self, model: Any, device: torch.device) -> None:
        super().__init__(ONSET)
        self._probability = _SpeechProbability(model, device)
        self._probability.instantiate(
            {"onset": ONSET, "offset": OFFSET, "min_duration_on": 0.1, "min_duration_off": 0.1}
        )
        fix_reproducibility(device)  # as ``Inference.__call__`` does

    def probabilities(self, clip: NDArray[np.float32], work: Work) -> SlidingWindowFeature:
        """The result of whisperx's own model for a clip (16 kHz), computed in pieces of work.

        Each batch of windows is a piece. Source: pyannote.audio 3.4.0 ``Inference.slide``, whose
        windows do not depend on each other.
        """
        inference = self._probability._segmentation
        window = round(inference.duration * SAMPLE_RATE_HZ)
        step = round(inference.step * SAMPLE_RATE_HZ)
        batches = [
            work(partial(self._probabilities_of, clip[first:last], last - first, window, step))
            for first, last in batches_of_windows(len(clip), window, step, inference.batch_size)
        ]
        found: SlidingWindowFeature = inference.aggregate(
            SlidingWindowFeature(
                np.vstack(batches),
                SlidingWindow(start=0.0, duration=inference.duration, step=inference.step),
            ),
            inference.model.receptive_field,
            warm_up=inference.warm_up,
            hamming=True,
            missing=0.0,
        )
        if (
            len(clip) < window or (len(clip) - window) % step
        ):  # the last window reaches over the end
            found.data = found.crop(Segment(0.0, len(clip) / SAMPLE_RATE_HZ), mode="loose")
        return found

    def _probabilities_of(
        self, stretch: NDArray[np.float32], n_samples: int, window: int, step: int
    ) -> NDArray[np.float32]:
        """The probabilities, (n_windows, n_frames, 1), of a stretch padded to so many samples."""
        padded = np.pad(stretch, (0, n_samples - len(stretch)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, window)[::step]
        inference = self._probability._segmentation
        found = inference.infer(torch.from_numpy(np.ascontiguousarray(windows))[:, None])
        shown: NDArray[np.float32] = inference.pre_aggregation_hook(found)
        return shown


def batches_of_windows(
    n_samples: int, window: int, step: int, n_at_once: int
) -> list[tuple[int, int]]:
    """The first and last sample of each batch of windows; the last window may exceed the clip.

    >>> batches_of_windows(95, window=50, step=10, n_at_once=3)
    [(0, 70), (30, 100)]
    >>> batches_of_windows(20, window=50, step=10, n_at_once=3)
    [(0, 50)]
    """
    n_windows = 1 + max(0, -(-(n_samples - window) // step))
    return [
        (k * step, (min(k + n_at_once, n_windows) - 1) * step + window)
        for k in range(0, n_windows, n_at_once)
    ]


def load_voice_activity(device: str) -> VoiceActivity:
    """The model in whisperx's wheel; unpickling its globals is allowed for these very bytes only.

    Raises:
        WeightsCorrupt: The file has other bytes.
    """
    asset = Path(str(whisperx.__file__)).parent / "assets" / "pytorch_model.bin"
    found = hashlib.sha256(asset.read_bytes()).hexdigest()
    if found != VAD_SHA256:
        raise WeightsCorrupt("voice activity", asset.name, "sha256", VAD_SHA256, found)
    with torch.serialization.safe_globals([_resolve(name) for name in _VAD_GLOBALS]):
        model = Model.from_pretrained(str(asset))
    return VoiceActivity(model, torch.device(device))


def _resolve(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)
