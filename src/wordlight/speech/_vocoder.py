"""Log-mel → waveform."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from wordlight.errors import SetupError


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
    if name == "griffin-lim":
        return GriffinLim(mel, device)
    raise SetupError(f"the manifest names the vocoder {name!r}; there are vocos, griffin-lim")


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


class GriffinLim:
    """The mel inverted by non-negative least squares, its phase by fast Griffin-Lim.

    Needs no weights. Source: Perraudin et al. 2013; multiplicative updates of Lee and Seung 2001.
    """

    LEAST_SQUARES_STEPS = 30
    PHASE_STEPS = 60
    MOMENTUM = 0.99

    def __init__(self, mel: dict[str, Any], device: str) -> None:
        from torchaudio.functional import melscale_fbanks

        self._n_fft, self._hop = mel["n_fft"], mel["hop_length"]
        rate_hz = mel["target_sample_rate"]
        self._basis = melscale_fbanks(
            self._n_fft // 2 + 1, 0.0, rate_hz / 2, mel["n_mel_channels"], rate_hz
        ).T.to(device)  # (n_mels, n_bins)
        self._inverse = torch.linalg.pinv(self._basis)
        self._window = torch.hann_window(self._n_fft, device=device)

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        from torchaudio.functional import griffinlim

        device = self._basis.device
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            torch.manual_seed(0)  # griffinlim draws its first phase from the global generator
            wave: Tensor = griffinlim(
                self._spectrum(mel.to(self._basis)), self._window, self._n_fft, self._hop,
                self._n_fft, 1.0, self.PHASE_STEPS, self.MOMENTUM, None, True,
            )  # fmt: skip
        return wave.cpu()

    def _spectrum(self, mel: Tensor) -> Tensor:
        """Magnitudes (n_bins, n_frames) whose mel is nearest to the given one."""
        target = mel.float().exp().T
        spectrum = (self._inverse @ target).clamp(min=1e-8)
        numerator = self._basis.T @ target
        for _ in range(self.LEAST_SQUARES_STEPS):
            spectrum = spectrum * (numerator / (self._basis.T @ (self._basis @ spectrum) + 1e-9))
        return spectrum
