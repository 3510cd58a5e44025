"""A recording that is read from a file or a bucket."""

from __future__ import annotations

import tempfile
from pathlib import Path

from wordlight.audio import Clip, read_audio
from wordlight.contract import LONGEST_REFERENCE_S
from wordlight.errors import AudioUnreadable, InvalidInput, ReferenceUnusable, TooLong
from wordlight.storage import SCHEME, TimeLimits, connect, parse_place, storage_edge
from wordlight.voices._recordings import length_flaw

LARGEST_BYTES = 100_000_000
"""Far more than 15 s of any recording take."""


def read_recording(source: str, limits: TimeLimits | None = None) -> Clip:
    """The clip at a file's path or at ``s3://bucket/key``, in any format that ffmpeg decodes.

    Raises:
        AudioUnreadable, TooLong: There is no such file, it holds no sound, or it is too large.
        ReferenceUnusable: The recording is longer than a reference may be; none of it is kept in
            memory.
        StorageError: S3 did not give the object.
    """
    if not source.startswith(SCHEME):
        path = Path(source)
        if path.is_file():
            _check_size(path.name, path.stat().st_size)
        return _read(path)
    place = parse_place("FILE", source)
    if not place.key:
        raise InvalidInput("FILE", f"is {source!r}; it must look like s3://bucket/key")
    name = Path(place.key).name
    limits = limits or TimeLimits()
    with storage_edge(source, "GetObject", limits), tempfile.TemporaryDirectory() as folder:
        answer = connect(limits).get_object(Bucket=place.bucket, Key=place.key)
        _check_size(name, answer["ContentLength"])
        path = Path(folder) / "recording"
        with path.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(1 << 20):
                file.write(chunk)
        try:
            return _read(path)
        except AudioUnreadable as error:
            raise AudioUnreadable(Path(name), error.why) from None


def _read(path: Path) -> Clip:
    """The file's clip. Its length is limited to that of a reference, not to what a server takes."""
    try:
        return read_audio(path, longest_s=LONGEST_REFERENCE_S)
    except TooLong as error:
        raise ReferenceUnusable("FILE", length_flaw(error.got)) from None


def _check_size(name: str, n_bytes: int) -> None:
    if n_bytes > LARGEST_BYTES:
        raise TooLong(name, n_bytes, LARGEST_BYTES, "bytes")
