"""A wav2vec2 model that gives each letter's probability every 20 ms. Imports torch, whisperx."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchaudio
import whisperx
from numpy.typing import NDArray

from wordlight.alignment._calibration import Calibration
from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid, batch_windows, plan_windows
from wordlight.alignment._pieces import AT_ONCE, Work
from wordlight.alignment._placer import Placer
from wordlight.alignment._spelling import Alphabet
from wordlight.errors import WeightsBroken
from wordlight.reading import aligner_missing
from wordlight.tracing import stage

logger = logging.getLogger(__name__)

_BUDGET_S = {"cpu": 30.0, "cuda": 480.0}
"""Seconds of audio, padding included, that go through the model at once: one or two seconds'
work."""
_LEAST_FILL = {"cpu": 0.85, "cuda": 0.6}
"""Padding is wasted work on a CPU; a GPU rather waits for a fuller batch."""


class Aligner:
    """One language's acoustic model and its alphabet."""

    def __init__(
        self, model: Any, dictionary: dict[str, int], kind: str, device: str, language: str = ""
    ) -> None:
        self._model = model.eval()
        self._device = device
        self._is_huggingface = kind == "huggingface"
        config: Any = getattr(model, "config", None)
        self._may_pad = self._is_huggingface and config.feat_extract_norm == "layer"
        # torchaudio's wrapper normalises a whole batch as if it were one clip.
        self._is_alone = bool(getattr(model, "normalize_waveform", False))
        self.does_normalize = False
        self.calibration = Calibration()
        self.alphabet = Alphabet.read(dictionary, language)
        self.grid = FrameGrid() if config is None else _grid(config.conv_kernel, config.conv_stride)

    @classmethod
    def load(cls, language: str, source: Path | str, device: str) -> Aligner:
        """The aligner in a folder of this machine: transformers' files, or a torchaudio checkpoint.

        It computes in float32. bfloat16 finds the same words, in half the time on a CPU with AMX,
        but every new length of clip costs a tenth of a second of oneDNN's code generation.

        Nothing is downloaded, and from a pickle only tensors are read.

        Raises:
            WeightsMissing: The folder or one of its files is missing.
            WeightsBroken: The files are damaged, or are not a wav2vec2 CTC model.
        """
        began = time.perf_counter()
        folder = Path(source)
        if not folder.is_dir():
            raise aligner_missing(language)
        try:
            model, labels, kind = _model_in(folder, language)
            does_normalize = kind == "huggingface" and _does_normalize(folder)
            calibration = _calibration(folder)
        except (ImportError, MemoryError):  # this machine's fault
            raise
        except Exception as error:
            logger.exception("the %s cannot be loaded", _name(language))
            if not _is_whole(folder):
                raise aligner_missing(language) from error
            raise WeightsBroken(_name(language), _fetch(language)) from error
        model.to(device)  # outside the try: a full GPU is no fault of the weights
        aligner = cls(model, labels, kind, device, language)
        aligner.does_normalize = does_normalize
        aligner.calibration = calibration
        logger.info("aligner for %s loaded in %.1f s", language, time.perf_counter() - began)
        return aligner

    @property
    def placer(self) -> Placer:
        """The placer of words for this aligner's output."""
        return Placer(self.alphabet, self.grid, self.calibration)

    @stage("alignment")
    def emit(
        self,
        clips: Sequence[NDArray[np.float32]],
        work: Work = AT_ONCE,
        is_alone: bool = False,
    ) -> list[NDArray[np.float32]]:
        """Log-probabilities (n_frames, n_labels) of each clip, all clips' windows in batches.

        Args:
            clips: (n_samples,) at 16 kHz. One shorter than a frame's field is padded to one frame.
            work: Runs the batches, each as one piece.
            is_alone: On a CPU, makes each window a batch of its own, so that no other window
                changes the last digit of its numbers. A GPU needs its batches.
        """
        prepared = [self._prepare(clip) for clip in clips]
        windows = [
            (i, w) for i, clip in enumerate(prepared) for w in plan_windows(len(clip), self.grid)
        ]
        answers = [np.empty(0, dtype=np.float32)] * len(prepared)
        for batch in self._batches([window.n_samples for _, window in windows], is_alone):
            stretches = [
                prepared[windows[b][0]][windows[b][1].start_sample : windows[b][1].stop_sample]
                for b in batch
            ]
            for b, found in zip(batch, work(partial(self._forward, stretches)), strict=True):
                clip, window = windows[b]
                if not answers[clip].size:
                    n_frames = self.grid.n_frames(len(prepared[clip]))
                    answers[clip] = np.empty((n_frames, found.shape[1]), dtype=np.float32)
                skip = window.start_frame - window.start_sample // self.grid.hop_samples
                n_kept = window.stop_frame - window.start_frame
                answers[clip][window.start_frame : window.stop_frame] = found[skip : skip + n_kept]
        return answers

    def _prepare(self, clip: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.does_normalize:
            # Source: transformers Wav2Vec2FeatureExtractor.zero_mean_unit_var_norm.
            clip = (clip - clip.mean()) / np.sqrt(clip.var() + 1e-7)
        return np.pad(clip, (0, max(0, self.grid.field_samples - len(clip))))

    def _batches(self, lengths: list[int], is_alone: bool = False) -> list[list[int]]:
        if self._is_alone or (is_alone and self._device == "cpu"):
            return [[i] for i in range(len(lengths))]
        kind = self._device.split(":", maxsplit=1)[0]
        budget_samples = int(_BUDGET_S[kind] * SAMPLE_RATE_HZ)
        return batch_windows(lengths, budget_samples, _LEAST_FILL[kind] if self._may_pad else 1.0)

    def _forward(self, stretches: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        lengths = [len(stretch) for stretch in stretches]
        longest = max(lengths)
        padded = np.zeros((len(stretches), longest), dtype=np.float32)
        for row, stretch in zip(padded, stretches, strict=True):
            row[: len(stretch)] = stretch
        waves = torch.from_numpy(padded).to(self._device)
        with torch.inference_mode():
            if not self._is_huggingface:
                logits = self._model(waves)[0]
            elif min(lengths) == longest:
                logits = self._model(waves).logits
            else:
                until = torch.tensor(lengths, device=waves.device)[:, None]
                mask = (torch.arange(longest, device=waves.device) < until).long()
                logits = self._model(waves, attention_mask=mask).logits
            log_probs = torch.log_softmax(logits.float(), dim=-1).cpu().numpy()
        return [row[: self.grid.n_frames(n)] for row, n in zip(log_probs, lengths, strict=True)]


def _grid(kernels: Sequence[int], strides: Sequence[int]) -> FrameGrid:
    """The grid of a stack of convolutions without padding.

    >>> _grid((10, 3, 3, 3, 3, 2, 2), (5, 2, 2, 2, 2, 2, 2))
    FrameGrid(hop_samples=320, field_samples=400)
    """
    hop, field = 1, 1
    for kernel, stride in zip(kernels, strides, strict=True):
        field += (kernel - 1) * hop
        hop *= stride
    return FrameGrid(hop, field)


def _model_in(folder: Path, language: str) -> tuple[Any, dict[str, int], str]:
    """The model in a folder, the number of each of its labels, and the library of its format."""
    bundle = bundle_in(folder)
    if bundle is not None:
        options = {"model_dir": str(folder), "weights_only": True, "map_location": "cpu"}
        model = bundle.get_model(dl_kwargs=options)
        return (
            model,
            {label.lower(): i for i, label in enumerate(bundle.get_labels())},
            "torchaudio",
        )
    with contextlib.redirect_stdout(io.StringIO()):
        model, metadata = whisperx.load_align_model(
            language, "cpu", model_name=str(folder), model_cache_only=True
        )
    return model, metadata["dictionary"], "huggingface"


def bundle_in(folder: Path) -> Any | None:
    """The torchaudio bundle whose checkpoint lies in a folder, recognised by the file's name."""
    files = {path.name for path in folder.iterdir() if path.is_file()}
    if "config.json" in files:  # transformers' own
        return None
    for name in torchaudio.pipelines.__all__:
        bundle = getattr(torchaudio.pipelines, name)
        if Path(getattr(bundle, "_path", "")).name in files:
            return bundle
    return None


def _does_normalize(folder: Path) -> bool:
    """Whether the model was trained on waveforms of zero mean and unit variance."""
    from transformers import Wav2Vec2FeatureExtractor

    extractor = Wav2Vec2FeatureExtractor.from_pretrained(str(folder), local_files_only=True)
    return bool(extractor.do_normalize)


def _calibration(folder: Path) -> Calibration:
    """The calibration beside the weights.

    Raises:
        ValueError, TypeError: The file is not a calibration.
    """
    found = Calibration.read(folder)
    for name, value in asdict(found).items():
        if type(value) not in (int, float) or not math.isfinite(value):
            raise ValueError(f"the calibration's {name} is no number")
    return found


def _is_whole(folder: Path) -> bool:
    """Whether a folder has all the files of a model; their content is not checked."""
    files = {path.name for path in folder.iterdir()}
    if "config.json" not in files:
        return bundle_in(folder) is not None
    has_weights = any(name.endswith((".safetensors", ".bin", ".index.json")) for name in files)
    return has_weights and files >= {"vocab.json", "preprocessor_config.json"}


def _name(language: str) -> str:
    return f"aligner for {language}"


def _fetch(language: str) -> str:
    return f"fetch it where the server runs: `wordlight volume pull --language {language}`"
