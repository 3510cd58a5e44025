"""Log-mel → waveform."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from wordlight.errors import SetupError
from wordlight.speech._cpu import multiplies_bfloat16


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
        return HifiGan(folder, mel, device)
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


class HifiGan:
    """HiFi-GAN V1 (arXiv 2010.05646), whose weights know 80 mels of 22.05 kHz.

    24 kHz are played to it slowly, as if they were at 22.05: the hop is the same, so what comes out
    is 24 kHz again, with nothing above 8.7 kHz. The file is the authors' own, with weight norm.
    """

    FILE = "generator_universal.pth.tar"
    RATE_HZ, N_MELS, HIGHEST_HZ = 22_050, 80, 8_000.0
    FLOOR = 1e-5
    PIECE_FRAMES, STEP_FRAMES, REACH_FRAMES = 160, 40, 16
    """A CPU's kernels are made for one length, which costs as much again: speech goes through in
    pieces, the last one filled up to a multiple of the step, with as many frames on both sides as
    the network looks at."""

    def __init__(self, folder: Path, mel: dict[str, Any], device: str) -> None:
        from torchaudio.functional import melscale_fbanks

        if (mel["n_fft"], mel["hop_length"]) != (1024, 256):
            raise SetupError("HiFi-GAN's weights need mels of 1024 samples, 256 apart")
        self._inverse = _MelInverse(mel, device)
        self._basis = melscale_fbanks(
            mel["n_fft"] // 2 + 1,
            0.0,
            self.HIGHEST_HZ,
            self.N_MELS,
            self.RATE_HZ,
            norm="slaney",
            mel_scale="slaney",
        ).T.to(device)  # (80, n_bins)
        is_cpu = device == "cpu"
        self._dtype = torch.bfloat16 if is_cpu and multiplies_bfloat16() else torch.float32
        self._model = _hifi_gan(folder / self.FILE, self._dtype, is_cpu).to(device)
        self._device = device
        self._hop = mel["hop_length"]

    @torch.inference_mode()
    def __call__(self, mel: Tensor) -> Tensor:
        spectrum = self._inverse(mel.to(self._device))
        n_frames, piece, reach = spectrum.shape[1], self.PIECE_FRAMES, self.REACH_FRAMES
        filled = torch.nn.functional.pad(spectrum, (reach, reach + -n_frames % self.STEP_FRAMES))
        log_mel = (self._basis @ filled).clamp(min=self.FLOOR).log().T.to(self._dtype)
        margin = reach * self._hop
        waves = [
            self._model(log_mel[None, first : first + piece + 2 * reach])[0, margin:-margin]
            for first in range(0, n_frames, piece)
        ]
        early = self._hop // 2  # the middle of its first frame is the first sample here
        return torch.cat(waves)[early : early + (n_frames - 1) * self._hop].cpu()


def _hifi_gan(path: Path, dtype: torch.dtype, is_cpu: bool) -> torch.nn.Module:
    """The generator in transformers' form, its weight norm worked in.

    On a CPU it runs with its channels last, as oneDNN's kernels want them: 2.4 times as fast.
    """
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    state = torch.load(path, map_location="cpu", weights_only=True)["generator"]
    weights = {}
    for name, value in state.items():
        plain = name.replace("ups.", "upsampler.")
        if name.endswith(".weight_g"):
            direction = state[name.removesuffix("g") + "v"]
            weights[plain.removesuffix("_g")] = torch._weight_norm(direction, value, 0)
        elif not name.endswith(".weight_v"):
            weights[plain] = value
    config = SpeechT5HifiGanConfig(
        model_in_dim=HifiGan.N_MELS, upsample_rates=[8, 8, 2, 2],
        upsample_kernel_sizes=[16, 16, 4, 4], normalize_before=False,
    )  # fmt: skip
    model = SpeechT5HifiGan(config)
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or set(missing) - {"mean", "scale"}:
        raise SetupError(f"{path.name} is not HiFi-GAN V1: {[*missing, *unexpected][:3]}")
    last = model.conv_post.float()
    model = model.to(dtype)
    if is_cpu:
        for owner in list(model.modules()):
            for name, layer in list(owner.named_children()):
                if isinstance(layer, torch.nn.Conv1d | torch.nn.ConvTranspose1d):
                    setattr(owner, name, _channels_last(layer))
        model.conv_pre = torch.nn.Sequential(_Lift(), model.conv_pre)
    model.conv_post = _InFloat32(last)
    return model.eval()


def _channels_last(
    layer: torch.nn.Conv1d | torch.nn.ConvTranspose1d,
) -> torch.nn.Conv2d | torch.nn.ConvTranspose2d:
    """The same layer for (B, C, 1, n), since only two dimensions have that layout in torch."""
    kind = torch.nn.Conv2d if isinstance(layer, torch.nn.Conv1d) else torch.nn.ConvTranspose2d
    flat = kind(
        layer.in_channels, layer.out_channels, (1, layer.kernel_size[0]),
        stride=(1, layer.stride[0]), padding=(0, int(layer.padding[0])),
        dilation=(1, layer.dilation[0]),
    )  # fmt: skip
    weight = layer.weight.detach().unsqueeze(2)
    flat.weight = torch.nn.Parameter(weight.contiguous(memory_format=torch.channels_last))
    flat.bias = layer.bias
    return flat


class _Lift(torch.nn.Module):
    """(B, C, n) → (B, C, 1, n), channels last."""

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden.unsqueeze(2).contiguous(memory_format=torch.channels_last)


class _InFloat32(torch.nn.Module):
    """The last layer, on (B, C, n) or (B, C, 1, n): samples in bfloat16 would hiss."""

    def __init__(self, layer: torch.nn.Module) -> None:
        super().__init__()
        self._layer = layer.float()

    def forward(self, hidden: Tensor) -> Tensor:
        found: Tensor = self._layer(hidden.flatten(2).float())
        return found


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
