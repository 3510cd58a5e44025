"""Finds the speech in a recording: the sound that rises above the recording's own noise.

A speech detector reports roughly where somebody speaks. The noise just outside is measured on each
side. The first and the last sound of the speech are then searched above that noise, band by band,
so that a soft consonant is found even in a loud hum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.speech._detector import Frames, detect
from wordlight.speech._hum import without_hum
from wordlight.speech._levels import (
    BANDS_HZ,
    FRAMES_HZ,
    HEARING_HZ,
    NOTHING_DB,
    Levels,
    band_levels,
    mean_db,
    total_db,
)
from wordlight.speech._loudness import MARGIN_S, QUIET_DB, sounding

RUMBLE_HZ = (52.0, 64.0)
"""The first frequency and all below are removed. Frequencies above the second, the lowest pitch
that is tracked, are kept."""
ABOVE_NOISE_DB = 6.0
"""A band has sound if its level is at least this far above its noise. Steady noise varies by at
most 1.5 dB."""
NEAR_S, LONGEST_CLOSURE_S = 0.4, 0.08
"""How far outside a detected stretch speech is searched, and the longest silence within that
speech. The closure before a last "t" is shorter."""
NOISE_S, LEAST_NOISE_S, APART_S = 0.5, 0.1, 0.1
"""The longest and the shortest stretch in which noise is measured, and its distance from the
speech."""
FAR_BELOW_DB, STEADY_DB = 30.0, 10.0
"""Silence counts as noise if it is at least the first figure below the speech, or if its quiet and
its loud tenth differ by less than the second figure. Steady noise varies by 4 dB, noise that fades
in by 6, speech by 25."""
LEAST_SOUND_S = 0.05
"""The least time above the noise for a stretch that was detected as speech."""
MASKED_MARGIN_S = 0.06
"""The margin, instead of `MARGIN_S`, around speech whose soft sounds the noise masks."""
MASKING_DB = QUIET_DB - 6.0
"""Noise masks soft sounds if each of its bands is louder than this, relative to the loudest of the
speech. One of the four bands has a quarter of the power, 6 dB less than all of them."""
LONGEST_PAUSE_S, SHORTENED_S = 0.8, 0.04
"""A silence longer than the first figure is not a reader's pause (a paragraph's is 0.7 s). It is
shortened to the second figure, plus the margins: 0.10 to 0.16 s in all, as at a short comma."""
MOMENT_FRAMES = 3
"""If no speech is detected, a shorter sound counts as a click."""
LEAST_COMPARED_S = 0.2
"""The least silence that is needed to measure how far the noise is below the speech."""


@dataclass(frozen=True, slots=True)
class Speech:
    """(n_samples,) float32 from the first sound to the last, with long silences shortened.

    ``seconds``: the length of speech and pauses, without margins. ``above_noise_db``: None if there
    is no noise to compare the speech with. ``is_detected``: whether the detector found speech.
    """

    wave: NDArray[np.float32]
    seconds: float
    above_noise_db: float | None
    is_detected: bool

    @property
    def rms(self) -> float:
        """Root mean square, pauses included."""
        return float(np.sqrt(np.mean(np.square(self.wave, dtype=np.float64))))


def find_speech(recording: NDArray[np.float32], rate_hz: int) -> Speech:
    """The speech in a (n_samples,) recording; the whole recording if no speech is found.

    The hum of the mains and a constant offset are removed.
    """
    clear = _without_rumble(recording, rate_hz)
    heard = _at_hearing_rate(clear, rate_hz)
    levels = band_levels(heard)
    detected = _standing_out(levels, detect(heard))
    silences = _silences(detected, len(levels) - 1)
    pieces = list(_shortened(_refine(levels, detected) if detected else _loud(levels)))
    samples = [slice(a * rate_hz // FRAMES_HZ, b * rate_hz // FRAMES_HZ) for a, b in silences]
    wave = without_hum(recording - recording.mean(), rate_hz, samples)
    span = sounding(_cut(clear, pieces, rate_hz), rate_hz)
    spoken = _cut(wave, pieces, rate_hz)[span]
    spoken -= spoken.mean()
    margins_s = 2 * MARGIN_S if len(spoken) < len(recording) else 0.0
    above_noise_db = _above_noise_db(wave, rate_hz, detected, silences)
    return Speech(spoken, len(spoken) / rate_hz - margins_s, above_noise_db, bool(detected))


def _without_rumble(wave: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The wave without frequencies below a voice, such as footsteps and a drifting offset."""
    spectrum = np.fft.rfft(wave)
    hz = np.fft.rfftfreq(len(wave), 1 / rate_hz)
    low, high = RUMBLE_HZ
    spectrum *= np.clip((hz - low) / (high - low), 0.0, 1.0)
    return np.fft.irfft(spectrum, len(wave)).astype(np.float32)


def _at_hearing_rate(wave: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    import soxr

    resampled: NDArray[np.float32] = soxr.resample(wave, rate_hz, HEARING_HZ).astype(np.float32)
    return resampled


def _standing_out(levels: Levels, detected: Sequence[Frames]) -> list[Frames]:
    """The stretches, without any that is only the onset of neighbouring noise."""
    kept: list[Frames] = []
    for (start, end), beside in zip(detected, _noises(levels, detected), strict=True):
        floors = [noise for noise in beside if noise is not None]
        above = [(levels[start:end] > noise + ABOVE_NOISE_DB).any(axis=1) for noise in floors]
        if np.count_nonzero(np.all(above, axis=0)) >= LEAST_SOUND_S * FRAMES_HZ or not floors:
            kept.append((start, end))
    return kept or list(detected)


def _refine(levels: Levels, detected: Sequence[Frames]) -> list[tuple[float, float]]:
    """Start and end in s of each stretch of speech, margins included."""
    stretches = _stretches(detected)
    noises = _noises(levels, stretches)
    known = [noise for beside in noises for noise in beside if noise is not None]
    quietest = min(known, key=np.sum, default=np.full(len(BANDS_HZ), NOTHING_DB, np.float32))
    last_s = (len(levels) - 1) / FRAMES_HZ
    pieces = []
    for (start, end), beside in zip(stretches, noises, strict=True):
        lead, tail = (quietest if noise is None else noise for noise in beside)
        from_end = len(levels) - end, len(levels) - start
        end_s = last_s - _onset_s(levels[::-1], *from_end, tail)
        pieces.append((_onset_s(levels, start, end, lead), end_s))
    return pieces


def _noises(
    levels: Levels, stretches: Sequence[Frames]
) -> list[tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]]:
    """The noise before and after each stretch; None if it cannot be measured."""
    if not stretches:
        return []
    starts, ends = (list(edges) for edges in zip(*stretches, strict=True))
    speech_db = mean_db(total_db(levels[starts[0] : ends[-1]]))
    near, far = round(APART_S * FRAMES_HZ), round((APART_S + NOISE_S) * FRAMES_HZ)
    before = [
        _noise(levels[max(silent + near, start - far) : max(0, start - near)], speech_db)
        for silent, start in zip([-near, *ends[:-1]], starts, strict=True)
    ]
    after = [
        _noise(levels[end + near : max(0, min(sounds - near, end + far))], speech_db)
        for end, sounds in zip(ends, [*starts[1:], len(levels) + near], strict=True)
    ]
    return list(zip(before, after, strict=True))


def _stretches(detected: Sequence[Frames]) -> list[Frames]:
    """The detected stretches, joined unless a long silence lies between them."""
    stretches = [detected[0]]
    for start, end in detected[1:]:
        if start - stretches[-1][1] > LONGEST_PAUSE_S * FRAMES_HZ:
            stretches.append((start, end))
        else:
            stretches[-1] = stretches[-1][0], end
    return stretches


def _noise(levels: Levels, speech_db: float) -> NDArray[np.float32] | None:
    """The usual level of a silence, (n_bands,) dB; None if it is too short or not silent."""
    if len(levels) < LEAST_NOISE_S * FRAMES_HZ or not _is_noise(total_db(levels), speech_db):
        return None
    usual: NDArray[np.float32] = np.median(levels, axis=0)
    return usual


def _is_noise(silence_db: NDArray[np.float32], speech_db: float) -> bool:
    """Whether a stretch is far below the speech, or steady. Otherwise it has undetected speech."""
    low, usual, high = np.percentile(silence_db, [10, 50, 90])
    return bool(usual < speech_db - FAR_BELOW_DB or high - low < STEADY_DB)


def _onset_s(levels: Levels, start: int, end: int, noise: NDArray[np.float32]) -> float:
    """The beginning of speech that was detected from ``start`` to ``end``, less a margin."""
    sounds = (levels > noise + ABOVE_NOISE_DB).any(axis=1)
    inside = np.flatnonzero(sounds[start:end])
    first = start + (int(inside[0]) if len(inside) else 0)
    earliest = max(0, start - round(NEAR_S * FRAMES_HZ))
    for frame in range(first - 1, earliest - 1, -1):
        if sounds[frame]:
            first = frame
        elif first - frame > LONGEST_CLOSURE_S * FRAMES_HZ:
            break
    loudest_db = float(total_db(levels[start:end]).max())
    is_masked = bool((noise + ABOVE_NOISE_DB > loudest_db + MASKING_DB).all())
    return first / FRAMES_HZ - (MASKED_MARGIN_S if is_masked else MARGIN_S)


def _shortened(pieces: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The pieces, each extended by half of the shortened silence on either side."""
    start_s, end_s = pieces[0]
    for next_s, last_s in pieces[1:]:
        if next_s - end_s > LONGEST_PAUSE_S:
            yield start_s, end_s + SHORTENED_S / 2
            start_s = next_s - SHORTENED_S / 2
        end_s = last_s
    yield start_s, end_s


def _cut(
    wave: NDArray[np.float32], pieces: Sequence[tuple[float, float]], rate_hz: int
) -> NDArray[np.float32]:
    """The pieces of the wave, one after another."""
    spans = [(max(0, round(a * rate_hz)), round(b * rate_hz)) for a, b in pieces]
    return np.concatenate([wave[start:end] for start, end in spans])


def _loud(levels: Levels) -> list[tuple[float, float]]:
    """The span from the first to the last sound above the usual level, or the whole recording."""
    sounds = (levels > np.median(levels, axis=0) + ABOVE_NOISE_DB).any(axis=1)
    lasting = np.flatnonzero(np.convolve(sounds, np.ones(MOMENT_FRAMES), "valid") == MOMENT_FRAMES)
    if not len(lasting):
        return [(0.0, len(levels) / FRAMES_HZ)]
    last = int(lasting[-1]) + MOMENT_FRAMES - 1
    return [(int(lasting[0]) / FRAMES_HZ - MARGIN_S, last / FRAMES_HZ + MARGIN_S)]


def _silences(detected: Sequence[Frames], n_frames: int) -> list[Frames]:
    """The silences around the detected stretches, at a distance from them; none without any."""
    apart = round(APART_S * FRAMES_HZ)
    ends = [0, *(end + apart for _, end in detected)]
    starts = [*(start - apart for start, _ in detected), n_frames]
    gaps = [(end, start) for end, start in zip(ends, starts, strict=True) if start > end]
    return gaps if detected else []


def _above_noise_db(
    wave: NDArray[np.float32], rate_hz: int, detected: Sequence[Frames], silences: Sequence[Frames]
) -> float | None:
    """How far the speech is above the usual level of the silences."""
    if sum(end - start for start, end in silences) < LEAST_COMPARED_S * FRAMES_HZ:
        return None
    levels_db = total_db(band_levels(_at_hearing_rate(wave, rate_hz)))
    speech, noise = (
        np.concatenate([levels_db[start:end] for start, end in stretches])
        for stretches in (detected, silences)
    )
    speech_db = mean_db(speech)
    return speech_db - float(np.median(noise)) if _is_noise(noise, speech_db) else None
