"""`wordlight volume pull|push|verify|prune`, as typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from s3_cases import put, visible
from s3_wire import Wire
from small_disks import fill
from typed_volume import FILES, run, write

from wordlight.errors import FileFailed, LeaseHeld, SetupError, VolumeFull, VolumeReadOnly
from wordlight.manifest import load_manifest
from wordlight.storage import Lease


def test_pull_brings_fills_the_bucket_and_tells_its_speed(
    bucket: Path, wire: Wire, models: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)

    said = run("pull", "--models", "mine").output
    again = run("pull", "--models", "mine").output

    assert visible(tmp_path / "volume") == FILES
    assert "tiny: 3.0 MB in" in said
    assert "from s3://weights/models" in said
    assert "to s3://weights/cache" in said
    assert "everything is here and right" in again
    assert (bucket / "cache/models/tiny/r1/ready.json").is_file()


def test_push_sends_nothing_twice(bucket: Path, wire: Wire, models: Path) -> None:
    put(bucket, FILES)
    run("pull", "--models", "mine")

    assert "tiny: 0.0 MB in" in run("push", "--models", "mine").output


def test_verify_names_what_is_wrong(bucket: Path, wire: Wire, models: Path, tmp_path: Path) -> None:
    put(bucket, FILES)
    run("pull", "--models", "mine")
    assert "tiny: 2 files, 3.0 MB, right" in run("verify", "--models", "mine").output

    (tmp_path / "volume/models/tiny/r1/net/model.bin").resolve().write_bytes(b"x")

    said = run("verify", "--models", "mine", fails=True).output
    assert "WEIGHTS_CORRUPT" in said
    assert "has bytes 1, the manifest says 3000000" in said
    assert "→ delete the file; `wordlight volume pull --models mine` fetches it anew\n" in said


def test_verify_says_which_pull_brings_what_is_missing(
    bucket: Path, wire: Wire, models: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)
    volume = str(tmp_path / "other")

    said = run("verify", "--models", "mine", "--volume", volume, fails=True).output
    pull = re.search("→ `wordlight volume (.*)` fetches it\n", said)

    assert "WEIGHTS_MISSING" in said
    assert pull is not None
    run(*pull[1].split())
    assert "right" in run("verify", "--models", "mine", "--volume", volume).output


def test_prune_frees_what_nothing_links_to_and_no_more(
    bucket: Path, wire: Wire, models: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)
    run("pull", "--models", "mine")
    volume = tmp_path / "volume"
    (volume / "blobs" / ("0" * 64)).write_bytes(b"x" * 2_000_000)
    (volume / "blobs/.unfinished/y.part").write_bytes(b"y" * 1_000_000)

    would = run("prune", "--dry-run").output
    assert "3.0 MB would be freed" in would
    assert "linked from nowhere" in would
    assert "unfinished" in would
    assert (volume / "blobs/.unfinished/y.part").exists()
    assert "3.0 MB freed" in run("prune").output

    assert visible(volume) == FILES
    assert "0.0 MB freed" in run("prune").output


def test_prune_drops_revisions_that_no_kept_profile_names(
    bucket: Path, wire: Wire, models: Path, tmp_path: Path
) -> None:
    put(bucket, FILES)
    run("pull", "--models", "mine")
    write(models, "r2")
    run("pull", "--models", "mine")
    volume = tmp_path / "volume"
    assert len(list((volume / "blobs").glob("[0-9a-f]*"))) == 2  # both revisions share them

    run("prune", "--keep", "mine")

    assert [path.name for path in (volume / "models/tiny").iterdir()] == ["r2"]
    assert len(list((volume / "blobs").glob("[0-9a-f]*"))) == 2


def test_prune_does_not_wait_for_a_pull_but_says_who_it_is(models: Path, tmp_path: Path) -> None:
    with Lease(tmp_path / "volume/leases/weights").held("pull f5_tts"):
        result = run("prune", fails=True)

    assert isinstance(result.exception, LeaseHeld)
    assert "(pull f5_tts, since" in str(result.exception)


def listed(volume: Path) -> dict[Path, int]:
    """All that lies on a volume, with the time of its last change."""
    return {path: path.lstat().st_mtime_ns for path in [volume, *volume.rglob("*")]}


def test_a_dry_run_writes_nothing_not_even_a_lease(tmp_path: Path) -> None:
    blob = tmp_path / "blobs" / ("0" * 64)
    blob.parent.mkdir()
    blob.write_bytes(b"x" * 2_000_000)
    before = listed(tmp_path)

    said = run("prune", "--dry-run", "--volume", str(tmp_path)).output

    assert "2.0 MB would be freed" in said
    assert listed(tmp_path) == before


def test_a_dry_run_does_not_list_what_a_pull_is_fetching(models: Path, tmp_path: Path) -> None:
    with Lease(tmp_path / "volume/leases/weights").held("pull f5_tts"):
        before = set(listed(tmp_path))
        result = run("prune", "--dry-run", fails=True)
        assert set(listed(tmp_path)) == before

    assert isinstance(result.exception, LeaseHeld)


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_prune_finds_that_a_volume_does_not_exist_and_makes_none(
    more: list[str], tmp_path: Path
) -> None:
    result = run("prune", *more, "--volume", str(tmp_path / "nowhere"), fails=True)

    assert isinstance(result.exception, FileFailed)
    assert str(result.exception) == f"{tmp_path}/nowhere: No such file or directory"
    assert not (tmp_path / "nowhere").exists()


def test_prune_frees_a_volume_on_which_no_lease_can_be_written(small_volume: Path) -> None:
    blobs = [small_volume / "blobs" / (digit * 64) for digit in "01"]
    blobs[0].parent.mkdir()
    blobs[0].write_bytes(b"x" * 3_000_000)
    fill(blobs[1])

    said = run("prune", "--volume", str(small_volume)).output

    assert list(blobs[0].parent.iterdir()) == []
    assert "8.4 MB freed" in said
    assert "0.0 MB freed" in run("prune", "--volume", str(small_volume)).output


def test_prune_of_a_full_volume_with_nothing_to_delete_is_told_so(full_volume: Path) -> None:
    result = run("prune", "--volume", str(full_volume), fails=True)

    assert isinstance(result.exception, VolumeFull)
    assert "No space left on device, 0 bytes free" in str(result.exception)
    assert (full_volume / "film").exists()


def test_prune_of_a_read_only_volume_is_refused_and_its_dry_run_is_not(
    closed_volume: Path,
) -> None:
    result = run("prune", "--volume", str(closed_volume), fails=True)

    assert isinstance(result.exception, VolumeReadOnly)
    assert f"{closed_volume} cannot be written by user" in str(result.exception)
    assert "0.0 MB would be freed" in run(
        "prune", "--dry-run", "--volume", str(closed_volume)
    ).output  # fmt: skip


@pytest.mark.parametrize("path", ["../escape", "/etc/passwd", "a//b", ".ready", "a\\\\b", "a b"])
def test_a_manifest_whose_paths_escape_is_refused(models: Path, path: str) -> None:
    write(models, "r1", path)

    with pytest.raises(SetupError, match="is not a plain relative path"):
        load_manifest("mine")


def test_a_revision_that_escapes_is_refused(models: Path) -> None:
    write(models, "../../r1")

    with pytest.raises(SetupError, match=r"revision '../../r1' is not a plain relative path"):
        load_manifest("mine")


def test_the_environment_names_the_profile(
    bucket: Path, wire: Wire, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, FILES)
    monkeypatch.setenv("WORDLIGHT_MODELS", "mine")

    assert "tiny: 3.0 MB in" in run("pull").output
