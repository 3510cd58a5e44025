"""Griffin-Lim finds magnitudes for a mel, and phases that fit them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torchaudio.functional import griffinlim, melscale_fbanks

from wordlight.audio import read_wav
from wordlight.errors import SetupError
from wordlight.speech.networks import GriffinLim, MelInverse

HEART = Path(__file__).parents[4] / "models/mini/voices/heart/reference.wav"
N_FFT, HOP = 1024, 256
MEL: dict[str, Any] = {"n_fft": N_FFT, "n_mel_channels": 100, "target_sample_rate": 24_000}
WINDOW = torch.hann_window(N_FFT)


@pytest.fixture(scope="module")
def spoken() -> Tensor:
    """(n_frames, n_bins) complex, of the mini profile's voice."""
    wave = torch.from_numpy(read_wav(HEART).samples)[: 200 * HOP]
    return spectrum_of(wave)


def spectrum_of(wave: Tensor) -> Tensor:
    return torch.stft(wave, N_FFT, HOP, window=WINDOW, return_complex=True).T


def inconsistency(wave: Tensor, magnitudes: Tensor) -> float:
    """How far the wave's own magnitudes are from those asked for, the edges aside."""
    away = (spectrum_of(wave).abs() - magnitudes)[4:-4]
    return float(away.norm() / magnitudes.norm())


def test_a_mel_s_magnitudes_have_that_mel(spoken: Tensor) -> None:
    basis = melscale_fbanks(N_FFT // 2 + 1, 0.0, 12_000, 100, 24_000)
    mel = (spoken.abs() @ basis).clamp(min=1e-5).log()

    magnitudes = MelInverse(MEL, "cpu")(mel, steps=30)

    assert (magnitudes >= 0).all()
    assert ((magnitudes @ basis).log() - mel).abs().mean() < 0.001  # no step: 0.004


def test_what_is_known_of_magnitudes_is_kept_where_the_mel_does_not_tell(spoken: Tensor) -> None:
    basis = melscale_fbanks(N_FFT // 2 + 1, 0.0, 12_000, 100, 24_000)
    true = spoken.abs().clamp(min=1e-5)
    inverse, mel = MelInverse(MEL, "cpu"), (true @ basis).log()

    half_as_loud = inverse(mel, 10, begin=true / 2)

    def away(found: Tensor) -> float:
        filtered = slice(1, -3)  # no filter hears the outer bins
        return float((found.log() - true.log())[:, filtered].abs().mean())

    assert away(half_as_loud) < 1e-3
    assert away(inverse(mel, 10)) > 0.2


def test_griffin_lim_comes_as_near_as_torchaudio_s(spoken: Tensor) -> None:
    magnitudes = spoken.abs()
    phases = 2 * torch.pi * torch.rand(spoken.shape, generator=torch.Generator().manual_seed(0))

    wave = GriffinLim(N_FFT, HOP, "cpu")(magnitudes, phases, 60)

    torch.manual_seed(0)
    other = griffinlim(magnitudes.T, WINDOW, N_FFT, HOP, N_FFT, 1.0, 60, 0.99, None, True)
    assert wave.shape == other.shape
    assert inconsistency(wave, magnitudes) < 1.1 * inconsistency(other, magnitudes)


def test_known_phases_give_the_wave_at_once(spoken: Tensor) -> None:
    wave = GriffinLim(N_FFT, HOP, "cpu")(spoken.abs(), spoken.angle(), 0)

    known = torch.istft(spoken.T, N_FFT, HOP, window=WINDOW)
    assert len(wave) == (len(spoken) - 1) * HOP
    assert (wave - known)[HOP:-HOP].abs().max() < 1e-5 * known.abs().max()


def test_silence_stays_silent() -> None:
    wave = GriffinLim(N_FFT, HOP, "cpu")(torch.zeros(20, 513), torch.zeros(20, 513), 8)

    assert torch.equal(wave, torch.zeros(19 * HOP))


def test_a_hop_that_does_not_divide_the_window_is_refused() -> None:
    with pytest.raises(SetupError, match="window of 1024 samples and a hop of 300"):
        GriffinLim(N_FFT, 300, "cpu")
