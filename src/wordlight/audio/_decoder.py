"""Any sound that ffmpeg can decode, on the clock of its file."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import IO

import numpy as np
from numpy.typing import NDArray

from wordlight.audio._clip import HIGHEST_RATE_HZ, Bound, Clip
from wordlight.audio._clock import Clock, Form
from wordlight.audio._mix import WINDOW_S, mix, weights_of
from wordlight.audio._tracks import LOOK, Contents, Track, executable, reason
from wordlight.errors import AudioUnreadable

SAMPLE = np.dtype("<f4")


def decode(path: Path, number: int | None, rate_hz: int | None, bound: Bound) -> Clip:
    """One track as a clip.

    The clip has ``rate_hz`` or, without it, the track's own rate up to `HIGHEST_RATE_HZ`.

    Raises:
        AudioUnreadable: There is no such file, no ffmpeg, or nothing to decode.
        NoSuchTrack: The file has no track of this number.
        TooLong: The clip is longer than the bound.
    """
    contents = Contents.of(path)
    track = contents.track(path, number)
    if rate_hz is None and track.rate_hz > HIGHEST_RATE_HZ:
        rate_hz = HIGHEST_RATE_HZ
    clock = Clock(contents.start_s, contents.can_restart)
    clip = _run(path, track, rate_hz, bound, clock)
    if clock.rate_changes:  # the unit of its timestamps changed, too
        clock = Clock(contents.start_s, contents.can_restart)
        clip = _run(path, track, clip.rate_hz, bound, clock)
    return Clip(clock.place(clip.samples, bound), clip.rate_hz)


def _run(path: Path, track: Track, rate_hz: int | None, bound: Bound, clock: Clock) -> Clip:
    """The samples that ffmpeg decodes, without gaps. ``clock`` records when each is heard."""
    with subprocess.Popen(
        _command(path, track.index, rate_hz), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        log = Thread(target=clock.read, args=(process.stderr,), daemon=True)
        log.start()
        try:
            clock.is_known.wait()
            form = clock.form or Form(1, 1, "")
            weights = weights_of(form.n_channels, form.layout)
            mono = mix(_windows(process.stdout, form), weights, form.rate_hz)
            samples = bound.join(mono, form.rate_hz)
            status = process.wait()
        finally:
            process.kill()
            log.join()
    if clock.form is None:
        raise AudioUnreadable(path, f"its audio track {track} holds no sound that can be decoded")
    if status:
        raise AudioUnreadable(path, reason(clock.last_error))
    return Clip(samples, form.rate_hz)


def _command(path: Path, index: int, rate_hz: int | None) -> list[str]:
    """The command for ffmpeg to write samples to standard output and timestamps to its log."""
    filters = "ashowinfo" if rate_hz is None else f"aresample={rate_hz},ashowinfo"
    return [
        executable(path), "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info",
        *LOOK, "-copyts", "-guess_layout_max", "0", "-i", f"file:{path}",
        "-map", f"0:{index}", "-af", filters, "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1",
    ]  # fmt: skip


def _windows(stream: IO[bytes], form: Form) -> Iterator[NDArray[np.float32]]:
    frame_bytes = SAMPLE.itemsize * form.n_channels
    while raw := stream.read(int(WINDOW_S * form.rate_hz) * frame_bytes):
        whole = raw[: len(raw) // frame_bytes * frame_bytes]
        yield np.frombuffer(whole, SAMPLE).astype(np.float32).reshape(-1, form.n_channels)
