"""WAV files, read and written with the standard library alone."""

from __future__ import annotations

import math
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.audio._clip import PCM16_PEAK, Bound, Clip
from wordlight.audio._mix import WINDOW_S, mix, weights_of
from wordlight.errors import AudioUnreadable


def write_wav(path: Path, clip: Clip) -> None:
    """Writes the clip as 16-bit PCM. Samples outside [-1, 1] are clipped, and NaN is silence."""
    finite = np.nan_to_num(clip.samples, nan=0.0)
    pcm = np.rint(np.clip(finite, -1.0, 1.0) * PCM16_PEAK).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes(pcm.tobytes())


def read_wav(path: Path, longest_s: float = math.inf) -> Clip:
    """The clip of an integer PCM file of 8 to 32 bits, mixed as `read_audio` does.

    Raises:
        AudioUnreadable: There is no such file, or it is of another kind.
        TooLong: The sound is longer than ``longest_s``, or has more samples than a server takes.
    """
    try:
        with wave.open(str(path), "rb") as file:
            rate_hz, weights = file.getframerate(), weights_of(file.getnchannels())
            windows = mix(_windows(file), weights, rate_hz)
            samples = Bound(path.name, longest_s).join(windows, rate_hz)
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        raise AudioUnreadable(path, why) from None
    except (wave.Error, EOFError) as error:
        raise AudioUnreadable(path, str(error) or "it ends too early") from None
    return Clip(samples, rate_hz)


def _windows(file: wave.Wave_read) -> Iterator[NDArray[np.float32]]:
    n_channels, width_bytes = file.getnchannels(), file.getsampwidth()
    frame_bytes = n_channels * width_bytes
    while raw := file.readframes(int(WINDOW_S * file.getframerate())):
        whole = raw[: len(raw) // frame_bytes * frame_bytes]
        yield _pcm(whole, width_bytes).reshape(-1, n_channels)


def _pcm(raw: bytes, width_bytes: int) -> NDArray[np.float32]:
    """Interleaved samples in [-1, 1); 8-bit WAV is unsigned, all others are signed."""
    if width_bytes == 1:
        unsigned = np.frombuffer(raw, np.uint8).astype(np.float32)
        return (unsigned - np.float32(128)) / np.float32(128)
    if width_bytes == 3:  # numpy has no int24: put each sample into the upper bytes of an int32
        padded = np.zeros((len(raw) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return padded.view("<i4").reshape(-1).astype(np.float32) / np.float32(2**31)
    full_scale = np.float32(2 ** (8 * width_bytes - 1))
    return np.frombuffer(raw, f"<i{width_bytes}").astype(np.float32) / full_scale
