"""One S3 server for all tests of this folder, a clean bucket and a whole wire for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import BUCKET, Wire, environment, s3_server


@pytest.fixture(scope="session")
def s3_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Wire]]:
    folder = tmp_path_factory.mktemp("s3")
    with s3_server(folder) as port:
        wire = Wire(port)
        yield folder, wire
        wire.close()


@pytest.fixture
def wire(s3_root: tuple[Path, Wire], monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """The way to the server; boto3 of this process takes it."""
    _, wire = s3_root
    wire.mend()
    for name, value in environment(wire.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    yield wire
    wire.mend()


@pytest.fixture
def bucket(s3_root: tuple[Path, Wire]) -> Iterator[Path]:
    """The bucket as a folder, empty."""
    folder = s3_root[0] / BUCKET
    yield folder
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
