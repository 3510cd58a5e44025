"""Vocoders, which turn a log-mel into a waveform."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from wordlight.errors import ManifestUnreadable, WeightsMisfit
from wordlight.speech._cpu import multiplies_bfloat16
from wordlight.speech.networks._griffin_lim import GriffinLim, MelInverse
from wordlight.speech.networks._harmonics_and_noise import HarmonicsAndNoise, Speaking
from wordlight.speech.networks._hifi_gan import (
    FLOOR,
    N_BINS,
    N_MELS,
    RATE_HZ,
    HifiGan,
    Shape,
)
from wordlight.speech.networks._packing import unpacked

SILENT = math.log(FLOOR)


class Vocoder(Protocol):
    """Turns a log-mel (n_frames, n_mels) into a waveform (n_samples,) float32."""

    def __call__(self, mel: Tensor) -> Tensor:
        """The waveform of one utterance."""


def load_vocoder(
    name: str, folder: Path | None, mel: dict[str, Any], device: str, phase_steps: int = 0
) -> Vocoder:
    """The vocoder of that name; ``phase_steps`` are for a small Vocos.

    Raises:
        SetupError: There is no such vocoder, or a small Vocos has no phase steps.
    """
    if name == "vocos" and folder is not None:
        return VocosVocoder(folder, mel, device, phase_steps)
    if name == "hifi-gan" and folder is not None:
        return HifiGanVocoder(folder, mel, device)
    if name == "griffin-lim":
        return GriffinLimVocoder(mel, device)
    what = f"names the vocoder {name!r}; there are vocos, hifi-gan, griffin-lim"
    raise ManifestUnreadable("the manifest", what)


class VocosVocoder:
    """Vocos (arXiv 2306.00814), decoding one utterance at a time.

    Padded mels would be wrong in their last frames: the backbone's convolutions see the padding.

    A small Vocos has a head of ours, `HarmonicsAndNoise`. `Speaking` makes a wave of its result,
    with ``phase_steps`` of Griffin-Lim.
    """

    def __init__(self, folder: Path, mel: dict[str, Any], device: str, phase_steps: int) -> None:
        from safetensors.torch import load_file
        from vocos import Vocos

        model = Vocos.from_hparams(str(folder / "config.yaml"))
        safe = folder / "model.safetensors"
        state = (
            load_file(safe)
            if safe.is_file()
            else torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
        )
        model.load_state_dict(state)
        self._model = model.eval().to(device)
        self._device = device
        is_small = isinstance(model.head, HarmonicsAndNoise)
        if is_small and phase_steps < 1:
            raise ManifestUnreadable(
                "the manifest's speech.phase_steps",
                f"is {phase_steps}; the small Vocos needs 1 or more steps to find its phases (24 "
                "sound well)",
            )
        self._speak = Speaking(mel, device, phase_steps) if is_small else None

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        mel = mel.float().to(self._device)
        if self._speak is not None:
            return self._speak(mel, self._model.head(self._model.backbone(mel.T[None]))).cpu()
        decoded: Tensor = self._model.decode(mel.T[None])[0]
        return decoded.cpu()


class HifiGanVocoder:
    """HiFi-GAN on F5-TTS's mels, decoding one utterance at a time."""

    PIECE_FRAMES, STEP_FRAMES = 240, 40
    """A CPU's kernels are made anew for each length, which costs as much as running them. So speech
    is cut into pieces of the same length. The last one is filled up to a multiple of the step. Each
    has as many more frames on both sides as the network looks at."""

    def __init__(self, folder: Path, mel: dict[str, Any], device: str) -> None:
        self._model = load_hifi_gan(folder).eval().to(device)
        needed = {
            "target_sample_rate": RATE_HZ,
            "n_mel_channels": N_MELS,
            "n_fft": 2 * (N_BINS - 1),
            "hop_length": self._model.shape.hop_samples,
        }
        for name, number in needed.items():
            if mel[name] != number:
                raise WeightsMisfit(
                    "HiFi-GAN's weights",
                    f"need speech.mel's {name} = {number}, the manifest has {mel[name]}",
                )
        self._model.to(memory_format=torch.channels_last)
        if device == "cpu" and multiplies_bfloat16():
            self._model.stages.to(torch.bfloat16)
        if device == "cpu" and torch.backends.mkldnn.is_available():
            self._model.prepare(self.PIECE_FRAMES + 2 * self._model.shape.reach_frames(0))
        self._device = device

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        shape = self._model.shape
        n_frames, piece, reach, hop = (
            len(mel),
            self.PIECE_FRAMES,
            shape.reach_frames(0),
            shape.hop_samples,
        )
        edges = (reach, reach + -n_frames % self.STEP_FRAMES)
        filled = torch.nn.functional.pad(mel.T[None].to(self._device), edges, value=SILENT)
        waves = [
            self._model(filled[..., first : first + piece + 2 * reach], reach)[0]
            for first in range(0, n_frames, piece)
        ]
        early = hop // 2  # our first sample is the middle of its first frame
        return torch.cat(waves)[early : early + (n_frames - 1) * hop].cpu()


def load_hifi_gan(folder: Path) -> HifiGan:
    """The network in a folder: `config.json`, and `model.safetensors` `packed`.

    Raises:
        SetupError: The two files do not fit each other.
    """
    from safetensors.torch import load_file

    try:
        shape = Shape(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        name = f"{folder.name}/config.json"
        raise WeightsMisfit(name, f"is not HiFi-GAN's: {error}") from error
    model = HifiGan(shape)
    try:
        model.load_state_dict(unpacked(load_file(folder / "model.safetensors")))
    except RuntimeError as error:
        what = str(error).splitlines()[0]
        raise WeightsMisfit(
            f"{folder.name}: the weights", f"are not what config.json says: {what}"
        ) from error
    return model


class GriffinLimVocoder:
    """Inverts the mel by non-negative least squares, and finds phases by fast Griffin-Lim.

    This vocoder needs no weights.
    """

    MEL_STEPS, PHASE_STEPS = 30, 60

    def __init__(self, mel: dict[str, Any], device: str) -> None:
        self._inverse = MelInverse(mel, device)
        self._griffin_lim = GriffinLim(mel["n_fft"], mel["hop_length"], device)
        self._device = device

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        magnitudes = self._inverse(mel.to(self._device), self.MEL_STEPS)
        drawn = torch.rand(magnitudes.shape, generator=torch.Generator().manual_seed(0))
        phases = 2 * torch.pi * drawn.to(magnitudes)
        return self._griffin_lim(magnitudes, phases, self.PHASE_STEPS).cpu()
