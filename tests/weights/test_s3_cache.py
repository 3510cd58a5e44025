"""The bucket is asked before the hub, and filled in the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_hub import Hub, asked_by_this_process
from s3_cases import CACHED, content, entry, pull, visible
from s3_wire import Wire, refusal

from wordlight.errors import WeightsCorrupt
from wordlight.manifest import Manifest, load_manifest
from wordlight.weights import BlobStore, Transfer, Watch, bring, push_behind, push_pending
from wordlight.weights._blobs import PUSH

FILES = {"net/model.bin": content(1, 2_000_000), "config.json": b"{}"}
HUB = "hf://owner/name"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with asked_by_this_process(Hub({"r1": FILES}), monkeypatch) as running:
        yield running


def profile(folder: Path) -> Manifest:
    return replace(load_manifest("mini"), folder=folder, weights={"tiny": entry(FILES, HUB)})


def test_the_hub_is_asked_once_then_the_bucket(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path
) -> None:
    (first,) = bring(profile(tmp_path), tmp_path / "one", CACHED)
    work = push_behind(profile(tmp_path), tmp_path / "one", CACHED)
    assert work is not None
    work.join(60)
    n_requests = len(hub.asked)

    (second,) = bring(profile(tmp_path), tmp_path / "two", CACHED)

    assert first.where == f"from {HUB}"
    assert second.where == "from s3://weights/cache"
    assert len(hub.asked) == n_requests
    assert visible(tmp_path / "one") == visible(tmp_path / "two") == FILES
    assert push_behind(profile(tmp_path), tmp_path / "one", CACHED) is None


def test_a_bucket_that_takes_nothing_stands_in_nobodys_way(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wire.always = refusal(403, "AccessDenied")

    with caplog.at_level("INFO"):
        bring(profile(tmp_path), tmp_path, CACHED)
        push_pending(profile(tmp_path), BlobStore(tmp_path), CACHED, Watch())

    assert visible(tmp_path) == FILES
    assert "tiny: not pushed to s3://weights/cache" in caplog.text
    assert "access denied (403)" in caplog.text
    assert (tmp_path / "models/tiny/r1" / PUSH).exists()  # tried again at the next start


def test_without_a_bucket_nothing_waits_to_be_pushed(wire: Wire, hub: Hub, tmp_path: Path) -> None:
    bring(profile(tmp_path), tmp_path)

    assert visible(tmp_path) == FILES
    assert push_behind(profile(tmp_path), tmp_path, Transfer()) is None
    assert wire.n_connections == 0


def test_a_corrupt_file_of_the_hub_is_fetched_anew(wire: Wire, hub: Hub, tmp_path: Path) -> None:
    hub.commits["r1"]["net/model.bin"] = b"\0" * 2_000_000
    hub.etags["net/model.bin"] = "1234"  # a mirror's that tells nothing
    with pytest.raises(WeightsCorrupt, match=r"hf://owner/name/net/model.bin has sha256"):
        pull(entry(FILES, HUB), tmp_path)
    assert visible(tmp_path) == {}

    hub.commits["r1"] = dict(FILES)
    pull(entry(FILES, HUB), tmp_path)

    assert visible(tmp_path) == FILES
