"""A recording in memory, and how it comes from a file and goes to one."""

from __future__ import annotations

import struct
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import InvalidInput

PCM16_PEAK = 32_767
AU_HEADER = struct.Struct(">4s5I")
"""Magic, offset of the data, its size, encoding, rate, channels.

Source: ffmpeg, libavformat/auenc.c
"""


class AudioUnreadable(InvalidInput):
    """A file that holds no sound that could be read."""

    code = "AUDIO_UNREADABLE"

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(path.name, f"cannot be read as audio: {why}")


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A mono recording: ``samples`` is (n_samples,) float32 in [-1, 1]."""

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the end.

        >>> Clip(np.zeros(12_000, np.float32), 24_000).duration_s
        0.5
        """
        return len(self.samples) / self.rate_hz


def write_wav(path: Path, clip: Clip) -> None:
    """A 16-bit PCM file of the clip; what lies outside [-1, 1] is clipped, and NaN is silence."""
    finite = np.nan_to_num(clip.samples, nan=0.0)
    pcm = np.rint(np.clip(finite, -1.0, 1.0) * PCM16_PEAK).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes(pcm.tobytes())


def read_wav(path: Path) -> Clip:
    """The clip of an integer PCM file of 8 to 32 bits, channels averaged; needs no library.

    Raises:
        AudioUnreadable: There is no such file, or it is of another kind.
    """
    try:
        with wave.open(str(path), "rb") as file:
            n_channels, width_bytes = file.getnchannels(), file.getsampwidth()
            rate_hz, raw = file.getframerate(), file.readframes(file.getnframes())
    except OSError as error:
        raise _not_opened(path, error) from None
    except (wave.Error, EOFError) as error:
        raise AudioUnreadable(path, str(error) or "it ends too early") from None
    frame_bytes = n_channels * width_bytes
    whole = raw[: len(raw) // frame_bytes * frame_bytes]
    return Clip(_mono(_pcm(whole, width_bytes).reshape(-1, n_channels)), rate_hz)


def read_audio(path: Path) -> Clip:
    """The clip of any audio or video file, at its own rate, channels mixed to one.

    libsndfile reads what it knows; ffmpeg takes the first sound track of all else. Either may be
    absent: then the standard library still reads WAV.

    Raises:
        AudioUnreadable: There is no such file, or nothing here can read it.
    """
    if not path.is_file():
        raise AudioUnreadable(path, "there is no such file")
    clip = _read_with_libsndfile(path)
    return _read_with_ffmpeg(path) if clip is None else clip


def _read_with_libsndfile(path: Path) -> Clip | None:
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: the package is there without its C library
        return _read_as_wav(path)
    try:
        samples, rate_hz = soundfile.read(str(path), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    return Clip(_mono(samples), int(rate_hz))


def _read_as_wav(path: Path) -> Clip | None:
    try:
        return read_wav(path)
    except AudioUnreadable:
        return None


def _read_with_ffmpeg(path: Path) -> Clip:
    try:
        import imageio_ffmpeg
    except ImportError:
        raise AudioUnreadable(
            path, "only WAV is read without ffmpeg; install 'wordlight[client]'"
        ) from None
    # Sun's AU is the one container that a pipe can carry with its rate and without its length.
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-i", f"file:{path}",
        "-map", "0:a:0", "-ac", "1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode or len(done.stdout) < AU_HEADER.size:
        raise AudioUnreadable(path, _reason(done.stderr))
    return _parse_au(done.stdout)


def _parse_au(stream: bytes) -> Clip:
    _, offset, _, _, rate_hz, _ = AU_HEADER.unpack_from(stream)
    return Clip(np.frombuffer(stream, ">f4", offset=offset).astype(np.float32), rate_hz)


def _reason(log: bytes) -> str:
    text = log.decode(errors="replace")
    if "matches no streams" in text:
        return "it has no sound track"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rsplit(": ", 1)[-1] if lines else "ffmpeg found no sound in it"


def _not_opened(path: Path, error: OSError) -> AudioUnreadable:
    return AudioUnreadable(path, (error.strerror or "it cannot be opened").lower())


def _pcm(raw: bytes, width_bytes: int) -> NDArray[np.float32]:
    """Interleaved samples in [-1, 1); 8-bit WAV is unsigned, wider is signed little-endian."""
    if width_bytes == 1:
        unsigned = np.frombuffer(raw, np.uint8).astype(np.float32)
        return (unsigned - np.float32(128)) / np.float32(128)
    if width_bytes == 3:  # no such dtype: put each sample into the upper bytes of an int32
        padded = np.zeros((len(raw) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return padded.view("<i4").reshape(-1).astype(np.float32) / np.float32(2**31)
    full_scale = np.float32(2 ** (8 * width_bytes - 1))
    return np.frombuffer(raw, f"<i{width_bytes}").astype(np.float32) / full_scale


def _mono(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n_samples,) from (n_samples, n_channels)."""
    if frames.shape[1] == 1:
        return np.ascontiguousarray(frames[:, 0])
    mono: NDArray[np.float32] = frames.mean(axis=1, dtype=np.float32)
    return mono
