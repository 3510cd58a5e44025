"""A pull onto a volume that is full, or fills up, reports it and can be resumed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_cases import FILES, SIZE, entry, pull, put, visible
from s3_wire import Wire

from wordlight.errors import VolumeFull


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    at = tmp_path / "small"
    at.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size=8m,uid={os.geteuid()}"
    mounted = subprocess.run(
        [*sudo, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.decode()}")
    yield at
    subprocess.run([*sudo, "umount", "-l", str(at)], check=True)


def test_a_volume_without_room_is_told_before_a_byte_is_fetched(
    bucket: Path, wire: Wire, small_volume: Path
) -> None:
    put(bucket, FILES)
    (small_volume / "film").write_bytes(b"x" * (4 << 20))

    with pytest.raises(VolumeFull) as caught:
        pull(entry(FILES), small_volume)

    assert re.fullmatch(
        rf"volume {small_volume} has 4\.\d MB free and 4\.6 MB are needed", str(caught.value)
    )
    assert "`wordlight volume prune`" in caught.value.remedy
    assert caught.value.remedy.endswith("try again: what has been fetched is kept")
    assert wire.n_down_bytes < 10_000


def test_a_disk_that_fills_up_midway_keeps_what_can_be_resumed(
    bucket: Path, wire: Wire, small_volume: Path
) -> None:
    put(bucket, FILES)
    film = small_volume / "film"
    wire.rate_bytes_s = 8e6
    wire.then_at_bytes, wire.then = SIZE // 2, lambda: _fill(film)

    with pytest.raises(VolumeFull, match="what has been fetched is kept"):
        pull(entry(FILES), small_volume)
    assert visible(small_volume) == {}

    film.unlink()
    (moved,) = pull(entry(FILES), small_volume)
    assert 0 < moved.n_bytes < SIZE
    assert visible(small_volume) == FILES


def _fill(film: Path) -> None:
    """Fills the rest of the file system."""
    try:
        with film.open("wb", buffering=0) as stream:
            while True:
                stream.write(b"x" * 65536)
    except OSError:
        return
