"""`wordlight volume pull|push|verify|prune`, as typed."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from s3_cases import content, described, put, visible
from s3_wire import Wire
from small_disks import fill

from wordlight.commands.volume import volume as command
from wordlight.errors import FileFailed, LeaseHeld, SetupError, VolumeFull, VolumeReadOnly
from wordlight.manifest import load_manifest
from wordlight.storage import Lease

FILES = {"net/model.bin": content(1, 3_000_000), "config.json": b"{}"}
MINI = (Path(__file__).parents[2] / "models/mini/manifest.toml").read_text(encoding="utf-8")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a profile ``mine`` whose every entry is the same files in the bucket."""
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(tmp_path / "profiles"))
    monkeypatch.setenv("WORDLIGHT_S3_CACHE", "s3://weights/cache")
    monkeypatch.setenv("WORDLIGHT_VOLUME", str(tmp_path / "volume"))
    write(tmp_path / "profiles", "r1")
    return tmp_path / "profiles"


def write(models: Path, revision: str, path: str = "net/model.bin") -> None:
    (models / "mine").mkdir(parents=True, exist_ok=True)
    head = MINI.split("[weights.f5_tts]")[0].replace('"prosody"', '"tiny"')
    head = head.replace('"vocoder"', '"tiny"')
    head = head.replace('weights = "f5_tts"', 'weights = "tiny"')
    head = head.replace('whisper = "whisper"', 'whisper = "tiny"')
    head = head.replace('en = "aligner"', 'en = "tiny"')
    net, config = described("n", FILES["net/model.bin"]), described("c", FILES["config.json"])
    (models / "mine/manifest.toml").write_text(
        head
        + textwrap.dedent(f"""
        [weights.tiny]
        source = "s3://weights/models"
        revision = "{revision}"
        [weights.tiny.files]
        "{path}" = {{ bytes = {net.n_bytes}, sha256 = "{net.sha256}" }}
        "config.json" = {{ bytes = {config.n_bytes}, sha256 = "{config.sha256}" }}
        """)
    )


def run(*arguments: str, fails: bool = False) -> Result:
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code != 0) == fails, result.output
    return result


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


@pytest.fixture
def german(models: Path) -> bytes:
    """An aligner for German beside the rest, in the same bucket: its only file."""
    data, manifest = content(9, 500_000), models / "mine/manifest.toml"
    file = described("g", data)
    text = manifest.read_text().replace('en = "tiny"', 'en = "tiny", de = "german"')
    manifest.write_text(
        text
        + textwrap.dedent(f"""
        [weights.german]
        source = "s3://weights/german"
        files = {{ "model.safetensors" = {{ bytes = {file.n_bytes}, sha256 = "{file.sha256}" }} }}
        """)
    )
    return data


def test_another_languages_aligner_is_pulled_where_it_is_asked_for(
    bucket: Path, wire: Wire, german: bytes, tmp_path: Path
) -> None:
    put(bucket, FILES)
    put(bucket, {"model.safetensors": german}, "german")
    at = tmp_path / "volume/models/german/main/model.safetensors"

    without = run("pull", "--models", "mine").output
    assert "aligners that were not pulled: de; --language CODE brings one" in without
    assert not at.exists()
    said = run("pull", "--models", "mine", "--language", "de").output

    assert at.read_bytes() == german
    assert "german: 0.5 MB in" in said
    assert "not pulled" not in said
    assert "everything is here and right" in run("pull", "--models", "mine").output


def test_all_languages_are_pulled_at_once(
    bucket: Path, wire: Wire, german: bytes, tmp_path: Path
) -> None:
    put(bucket, FILES)
    put(bucket, {"model.safetensors": german}, "german")

    run("pull", "--models", "mine", "--language", "all")

    assert (tmp_path / "volume/models/german/main/model.safetensors").is_file()


def test_an_aligner_that_was_not_pulled_is_neither_pushed_nor_verified(
    bucket: Path, wire: Wire, german: bytes
) -> None:
    put(bucket, FILES)
    run("pull", "--models", "mine")

    assert "german" not in run("push", "--models", "mine").output
    said = run("verify", "--models", "mine").output

    assert "german" not in said
    assert "aligners that were not pulled: de" in said


def test_a_language_without_an_aligner_is_an_error(models: Path) -> None:
    result = run("pull", "--models", "mine", "--language", "xx", fails=True)

    assert isinstance(result.exception, SetupError)
    assert "have no aligner for 'xx'; there are: en" in str(result.exception)
