"""Volumes that are closed, read-only, full, broken or slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken import Within

from wordlight.doctor import State, _storage
from wordlight.doctor._storage import check_access, check_cache, check_log, check_place, check_speed


def test_a_good_volume_is_told_with_place_space_and_speed(tmp_path: Path) -> None:
    findings = [check_place(tmp_path, False), check_access(tmp_path), check_speed(tmp_path)]

    assert [finding.state for finding in findings] == [State.OK] * 3
    assert str(tmp_path) in findings[0].seen
    assert "writable, " in findings[1].seen
    assert "reads" in findings[2].seen
    assert not list(tmp_path.iterdir())


def test_a_volume_that_is_not_there_yet_is_looked_at_where_it_will_be(tmp_path: Path) -> None:
    volume = tmp_path / "not/yet"

    assert "not there yet" in check_place(volume, False).seen
    assert check_access(volume).state is State.OK
    assert not volume.exists()


def test_a_volume_mounted_read_only(within: Within, point: Path) -> None:
    found = within(f"mount -t tmpfs -o ro tmpfs {point}", f"_storage.check_access(Path('{point}'))")

    assert (found.code, found.state) == ("VOLUME_READ_ONLY", State.ERROR)
    assert "Read-only file system" in found.seen
    assert "mount it writable" in found.remedy


def test_a_volume_that_belongs_to_another_user(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o mode=555 tmpfs {point}", f"_storage.check_access(Path('{point}'))",
        as_nobody=True,
    )  # fmt: skip

    assert found.code == "VOLUME_READ_ONLY"
    assert "Permission denied" in found.seen
    assert f"chown {found.seen.split('user ')[1].split(':')[0]} {point}" in found.remedy


@pytest.mark.parametrize("check", ["check_access({})", "check_place({}, False)"])
def test_a_volume_in_a_closed_folder(within: Within, point: Path, check: str) -> None:
    call = check.format(f"Path('{point}/closed/volume')")

    found = within(
        f"mount -t tmpfs -o mode=755 tmpfs {point}; mkdir -p {point}/closed/volume; "
        f"chmod 000 {point}/closed",
        f"_storage.{call}",
        as_nobody=True,
    )

    assert (found.code, found.state) == ("VOLUME_UNREADABLE", State.ERROR)
    assert "Permission denied" in found.seen


@pytest.mark.parametrize("check", ["check_access", "check_speed"])
def test_a_full_volume(within: Within, point: Path, check: str) -> None:
    found = within(
        f"mount -t tmpfs -o size=2m tmpfs {point}; head -c 2M /dev/zero > {point}/weights",
        f"_storage.{check}(Path('{point}'))",
    )

    assert (found.code, found.state) == ("VOLUME_FULL", State.ERROR)
    assert "No space left on device, 0 bytes free" in found.seen
    assert "make room" in found.remedy


def test_a_volume_without_inodes_is_full_too(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o nr_inodes=2 tmpfs {point}; touch {point}/last",
        f"_storage.check_access(Path('{point}'))",
    )

    assert found.code == "VOLUME_FULL"


def test_a_volume_with_little_room(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o size=50m tmpfs {point}", f"_storage.check_access(Path('{point}'))"
    )

    assert (found.code, found.state) == ("VOLUME_NEARLY_FULL", State.WARNING)
    assert "52.4 MB free" in found.seen


@pytest.mark.parametrize("check", [check_access, check_speed])
def test_a_file_where_the_volume_should_be(tmp_path: Path, check: object) -> None:
    (tmp_path / "volume").touch()

    found = check(tmp_path / "volume")  # type: ignore[operator]

    assert (found.code, found.state) == ("VOLUME_FAILS", State.ERROR)
    assert "Not a directory" in found.seen


def test_a_slow_volume_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_storage, "SLOW_BYTES_PER_S", 1e15)

    found = check_speed(tmp_path)

    assert (found.code, found.state) == ("VOLUME_SLOW", State.WARNING)


def test_a_container_without_a_mount_is_warned_of_its_loss(within: Within, point: Path) -> None:
    mounted = within(
        f"mount -t tmpfs tmpfs {point}", f"_storage.check_place(Path('{point}'), True)"
    )
    on_root = check_place(Path("/wordlight/volume"), True)

    assert mounted.state is State.OK
    assert f"on the mount {point}" in mounted.seen
    assert (on_root.code, on_root.state) == ("VOLUME_NOT_MOUNTED", State.WARNING)


def test_measuring_ends_in_time_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_storage, "PROBE_WITHIN_S", 0.05)
    monkeypatch.setattr(_storage, "PROBE_BYTES", 2**40)

    check_speed(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_cache_of_another_user_is_a_warning(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o mode=777 tmpfs {point}; mkdir -m 755 {point}/cache",
        f"_storage.check_cache(Path('{point}/cache'))",
        as_nobody=True,
    )

    assert (found.code, found.state) == ("CACHE_CLOSED", State.WARNING)
    assert f"{point}/cache cannot be written by user " in found.seen
    assert "Permission denied" in found.seen


def test_a_cache_that_is_not_there_yet_will_be_made(tmp_path: Path) -> None:
    assert check_cache(tmp_path / "cache").state is State.OK
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("log", "reason"),
    [("gone/log", "No such file or directory"), (".", "Is a directory")],
)
def test_a_log_that_cannot_be_kept(tmp_path: Path, log: str, reason: str) -> None:
    found = check_log(tmp_path / log)

    assert (found.code, found.state) == ("LOG_UNWRITABLE", State.ERROR)
    assert found.seen.endswith(reason)


def test_a_log_on_a_full_disk(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o size=1m tmpfs {point}; head -c 1M /dev/zero > {point}/full",
        f"_storage.check_log(Path('{point}/log'))",
    )

    assert found.code == "LOG_UNWRITABLE"
    assert "No space left on device" in found.seen


def test_a_log_that_can_be_kept_is_not_touched(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of the last time")

    assert check_log(log).state is State.OK
    assert log.read_text() == "of the last time"


def test_where_files_may_not_grow_the_volume_is_not_blamed(within: Within, point: Path) -> None:
    found = within("ulimit -f 1000", f"_storage.check_access(Path('{point}'))")

    assert (found.state, found.code) == (State.ABSENT, "")
    assert "ulimit -f" in found.seen
