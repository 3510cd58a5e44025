"""A real S3 server, an empty bucket and a faultless wire for each test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import environment, s3_server
from s3_wire import BUCKET, Wire

from wordlight.manifest import Manifest, load_manifest


@pytest.fixture
def s3_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Wire]]:
    folder = tmp_path_factory.mktemp("s3")
    (folder / BUCKET).mkdir()
    with s3_server(folder) as server:
        wire = Wire(server.port)
        yield folder, wire
        wire.close()


@pytest.fixture
def wire(s3_root: tuple[Path, Wire], monkeypatch: pytest.MonkeyPatch) -> Wire:
    """A wire to the server, which boto3 in this process uses."""
    _, wire = s3_root
    for name, value in environment(wire.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return wire


@pytest.fixture
def bucket(s3_root: tuple[Path, Wire]) -> Path:
    """The bucket as a folder, empty."""
    return s3_root[0] / BUCKET


@pytest.fixture
def profile() -> Manifest:
    """The profile ``mini`` whose own voices are on the shelf too."""
    return load_manifest("mini")
