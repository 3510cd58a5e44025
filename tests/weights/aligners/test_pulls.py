"""A pull brings the aligners of the languages that it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_hub import Hub
from s3_cases import QUICK
from web_server import WebServer

from aligners.cases import FRENCH_FILE
from wordlight.adapter import alignment_weights
from wordlight.errors import SetupError, WeightsCorrupt, WeightsMissing
from wordlight.manifest import Manifest
from wordlight.weights import BlobStore, bring


def test_a_pull_brings_the_profiles_own_aligner_and_no_other(
    trilingual: Manifest, web: WebServer, hub: Hub, tmp_path: Path
) -> None:
    assert bring(trilingual, tmp_path) == []

    assert (web.asked, hub.asked) == ([], [])
    assert not (tmp_path / "models").exists()


def test_a_pull_brings_the_languages_that_it_is_asked_for(
    trilingual: Manifest, hub: Hub, tmp_path: Path
) -> None:
    moved = bring(trilingual, tmp_path, QUICK, languages=["fr"])

    assert [figures.name for figures in moved] == ["aligner_fr"]
    assert (tmp_path / "models/aligner_fr/main" / FRENCH_FILE).is_file()
    assert hub.asked == []


def test_a_language_that_was_asked_for_and_cannot_be_had_is_an_error(
    trilingual: Manifest, web: WebServer, tmp_path: Path
) -> None:
    web.files.clear()

    with pytest.raises(WeightsMissing, match="'aligner_fr'"):
        bring(trilingual, tmp_path, QUICK, languages=["fr"])


def test_a_language_that_the_profile_does_not_know_is_named(
    trilingual: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match=r"no aligner for 'xx'; there are: en, fr, nl"):
        bring(trilingual, tmp_path, languages=["xx"])


def test_a_pulled_aligner_is_looked_after_at_every_start(
    trilingual: Manifest, web: WebServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bring(trilingual, tmp_path, QUICK, languages=["fr"])
    blob = (tmp_path / "models/aligner_fr/main" / FRENCH_FILE).resolve()
    blob.write_bytes(b"\0" * blob.stat().st_size)

    assert [figures.name for figures in bring(trilingual, tmp_path, QUICK)] == ["aligner_fr"]

    blob.write_bytes(b"\0" * blob.stat().st_size)
    web.files.clear()
    with caplog.at_level("INFO"):
        bring(trilingual, tmp_path, QUICK)
        left = alignment_weights(trilingual, tmp_path).aligners
    assert "no aligner for fr: weights 'aligner_fr'" in caplog.text
    assert sorted(left) == ["en", "nl"]


def test_a_pinned_aligner_with_other_bytes_is_refused(
    trilingual: Manifest, web: WebServer, small_french: bytes, tmp_path: Path
) -> None:
    web.files[FRENCH_FILE] = small_french[::-1]

    with pytest.raises(WeightsCorrupt, match="the manifest says"):
        bring(trilingual, tmp_path, QUICK, languages=["fr"])

    assert not BlobStore(tmp_path).holds(trilingual.weights["aligner_fr"])
