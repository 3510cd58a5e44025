"""A pull onto a volume that is full, fills up or is closed reports it and can be resumed."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import huggingface_hub
import pytest
from fake_hub import Hub
from recorded_entry import ENTRY
from s3_cases import FILES, SIZE, entry, pull, put, visible
from s3_wire import Wire
from small_disks import fill

from wordlight.errors import FileFailed, VolumeFull, VolumeReadOnly


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
    wire.then_at_bytes, wire.then = SIZE // 2, lambda: fill(film)

    with pytest.raises(VolumeFull, match="what has been fetched is kept") as caught:
        pull(entry(FILES), small_volume)
    assert f"{small_volume} is full: No space left on device, " in str(caught.value)
    assert visible(small_volume) == {}

    film.unlink()
    (moved,) = pull(entry(FILES), small_volume)
    assert 0 < moved.n_bytes < SIZE
    assert visible(small_volume) == FILES


def test_a_disk_that_fills_while_the_hub_gives_is_asked_what_it_has_free(
    hub: Hub, small_volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give(*_: object, **__: object) -> str:
        fill(small_volume / "film")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", give)

    with pytest.raises(VolumeFull, match="No space left on device, 0 bytes free"):
        pull(ENTRY, small_volume)


def test_a_quota_that_is_used_up_is_told_with_what_the_disk_has_free(
    hub: Hub, small_volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give(*_: object, **__: object) -> str:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", give)

    with pytest.raises(VolumeFull, match=r"Disk quota exceeded, 8,\d+,\d+ bytes free"):
        pull(ENTRY, small_volume)


def test_a_read_only_volume_is_told_before_anything_is_asked(
    wire: Wire, closed_volume: Path
) -> None:
    with pytest.raises(VolumeReadOnly) as caught:
        pull(entry(FILES), closed_volume)

    assert f"{closed_volume} cannot be written by user" in str(caught.value)
    assert "Read-only file system" in str(caught.value)
    assert wire.n_down_bytes == 0


def test_a_file_in_the_place_of_a_folder_is_not_taken_for_a_read_only_volume(
    wire: Wire, tmp_path: Path
) -> None:
    (tmp_path / "leases").touch()

    with pytest.raises(FileFailed, match=rf"{tmp_path}/leases/weights: Not a directory"):
        pull(entry(FILES), tmp_path)
