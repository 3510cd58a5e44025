"""Log-mel → waveform."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from wordlight.errors import SetupError
from wordlight.speech._cpu import multiplies_bfloat16
from wordlight.speech._hifi_gan import (
    FLOOR,
    N_BINS,
    N_MELS,
    RATE_HZ,
    HifiGan,
    Shape,
    unpacked,
)

SILENT = math.log(FLOOR)


class Vocoder(Protocol):
    """A way from a log-mel (n_frames, n_mels) to a waveform (n_samples,) float32."""

    def __call__(self, mel: Tensor) -> Tensor:
        """The waveform of one utterance."""


def load_vocoder(name: str, folder: Path | None, mel: dict[str, Any], device: str) -> Vocoder:
    """The vocoder of that name.

    Raises:
        SetupError: There is no such vocoder.
    """
    if name == "vocos" and folder is not None:
        return VocosVocoder(folder, device)
    if name == "hifi-gan" and folder is not None:
        return HifiGanVocoder(folder, mel, device)
    if name == "griffin-lim":
        return GriffinLim(mel, device)
    raise SetupError(
        f"the manifest names the vocoder {name!r}; there are vocos, hifi-gan, griffin-lim"
    )


class VocosVocoder:
    """Vocos (arXiv 2306.00814), decoding one utterance at a time.

    Padded mels would be wrong in their last frames: the backbone's convolutions see the padding.
    """

    def __init__(self, folder: Path, device: str) -> None:
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

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        wave: Tensor = self._model.decode(mel.T[None].float().to(self._device))[0]
        return wave.cpu()


class HifiGanVocoder:
    """HiFi-GAN on F5-TTS's mels, decoding one utterance at a time."""

    PIECE_FRAMES, STEP_FRAMES = 240, 40
    """A CPU's kernels are made for one length, which costs as much again: speech goes through in
    pieces, the last one filled up to a multiple of the step, with as many frames on both sides as
    the network looks at."""

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
                raise SetupError(
                    f"HiFi-GAN's weights need speech.mel's {name} = {number}, "
                    f"the manifest has {mel[name]}"
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
            len(mel), self.PIECE_FRAMES, shape.reach_frames(0), shape.hop_samples
        )  # fmt: skip
        edges = (reach, reach + -n_frames % self.STEP_FRAMES)
        filled = torch.nn.functional.pad(mel.T[None].to(self._device), edges, value=SILENT)
        waves = [
            self._model(filled[..., first : first + piece + 2 * reach], reach)[0]
            for first in range(0, n_frames, piece)
        ]
        early = hop // 2  # the middle of its first frame is the first sample here
        return torch.cat(waves)[early : early + (n_frames - 1) * hop].cpu()


def load_hifi_gan(folder: Path) -> HifiGan:
    """The network in a folder: `config.json`, and `model.safetensors` as `packed` makes them.

    Raises:
        SetupError: They do not fit each other.
    """
    from safetensors.torch import load_file

    try:
        shape = Shape(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise SetupError(f"{folder.name}/config.json is not HiFi-GAN's: {error}") from error
    model = HifiGan(shape)
    try:
        model.load_state_dict(unpacked(load_file(folder / "model.safetensors")))
    except RuntimeError as error:
        what = str(error).splitlines()[0]
        raise SetupError(
            f"{folder.name}: the weights are not what config.json says: {what}"
        ) from error
    return model


class GriffinLim:
    """The mel inverted by non-negative least squares, its phase by fast Griffin-Lim.

    Needs no weights. Source: Perraudin et al. 2013.
    """

    PHASE_STEPS = 60
    MOMENTUM = 0.99

    def __init__(self, mel: dict[str, Any], device: str) -> None:
        self._n_fft, self._hop = mel["n_fft"], mel["hop_length"]
        self._inverse = _MelInverse(mel, device)
        self._window = torch.hann_window(self._n_fft, device=device)

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        from torchaudio.functional import griffinlim

        device = self._window.device
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            torch.manual_seed(0)  # griffinlim draws its first phase from the global generator
            wave: Tensor = griffinlim(
                self._inverse(mel.to(device)), self._window, self._n_fft, self._hop,
                self._n_fft, 1.0, self.PHASE_STEPS, self.MOMENTUM, None, True,
            )  # fmt: skip
        return wave.cpu()


class _MelInverse:
    """Log-mel (n_frames, n_mels) → the magnitudes (n_bins, n_frames) whose mel is nearest to it.

    Multiplicative non-negative least squares. Source: Lee and Seung 2001.
    """

    STEPS = 30

    def __init__(self, mel: dict[str, Any], device: str) -> None:
        from torchaudio.functional import melscale_fbanks

        rate_hz = mel["target_sample_rate"]
        self._basis = melscale_fbanks(
            mel["n_fft"] // 2 + 1, 0.0, rate_hz / 2, mel["n_mel_channels"], rate_hz
        ).T.to(device)  # (n_mels, n_bins)
        self._inverse = torch.linalg.pinv(self._basis)

    def __call__(self, mel: Tensor) -> Tensor:
        target = mel.float().exp().T
        spectrum = (self._inverse @ target).clamp(min=1e-8)
        numerator = self._basis.T @ target
        for _ in range(self.STEPS):
            spectrum = spectrum * (numerator / (self._basis.T @ (self._basis @ spectrum) + 1e-9))
        return spectrum
