"""Aligners of other languages, brought by `wordlight volume pull --language`."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from s3_cases import content, described, put
from s3_wire import Wire
from typed_volume import FILES, run

from wordlight.errors import SetupError


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
