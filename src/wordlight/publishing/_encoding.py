"""A waveform → the bytes of an audio file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ANY_RATE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """An audio format: libsndfile's names for it, its file suffix and its MIME type.

    ``rates_hz`` are the rates that the format can hold; ``ANY_RATE`` means all that we use.
    """

    container: str
    coding: str
    suffix: str
    content_type: str
    rates_hz: frozenset[int] = ANY_RATE


FORMATS = {
    "flac": AudioFormat("FLAC", "PCM_16", ".flac", "audio/flac"),
    "wav": AudioFormat("WAV", "PCM_16", ".wav", "audio/wav"),
    "mp3": AudioFormat(
        "MP3", "MPEG_LAYER_III", ".mp3", "audio/mpeg",
        frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000}),
    ),
    "opus": AudioFormat(
        "OGG", "OPUS", ".opus", "audio/ogg; codecs=opus",
        frozenset({8_000, 12_000, 16_000, 24_000, 48_000}),
    ),
}  # fmt: skip
"""Each choice of ``AUDIO_FORMAT``.

Decoders drop the padding that MP3 and Opus put in front, so that subtitles stay in time.
Sources: RFC 6716 and ISO 13818-3 for the rates, RFC 7845 and 9639 for the types.
"""
FALLBACK_RATE_HZ = 48_000


def encode(samples: NDArray[np.float32], rate_hz: int, format_: AudioFormat) -> bytes:
    """The bytes of the file: 16 bits if it is lossless, else in the encoder's default quality.

    ``samples``: (n_samples,) float32; samples outside [-1, 1] are clipped. A rate that the format
    cannot hold becomes 48 kHz.
    """
    import soundfile  # not at the top: importing the package must work without its C library

    if format_.rates_hz and rate_hz not in format_.rates_hz:
        import soxr

        samples = soxr.resample(samples, rate_hz, FALLBACK_RATE_HZ).astype(np.float32)
        rate_hz = FALLBACK_RATE_HZ
    clipped = np.clip(samples, -1.0, 1.0)
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", rate_hz, 1, subtype=format_.coding, format=format_.container
    ) as file:
        for start in range(0, len(clipped), rate_hz):  # a second at a time: encoders use the stack
            file.write(clipped[start : start + rate_hz])
    return buffer.getvalue()
