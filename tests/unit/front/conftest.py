"""A front door before a small upstream, for the tests of one module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front_server import Front, front
from grpc_front import GrpcFront, grpc_front

from wordlight.front import Condition, Phase


@pytest.fixture(scope="module")
def _front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("front")) as one:
        yield one


@pytest.fixture
def door(_front: Front) -> Front:
    """A front door that serves; its upstream answers anew."""
    upstream = _front.upstream
    upstream.release.set()
    upstream.__init__()  # type: ignore[misc]
    _front.say(Condition(Phase.SERVING))
    return _front


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def _grpc_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GrpcFront]:
    with grpc_front(tmp_path_factory.mktemp("front")) as one:
        yield one


@pytest.fixture
def grpc_door(_grpc_front: GrpcFront) -> GrpcFront:
    """A door that serves; what is behind it answers anew."""
    _grpc_front.upstream.__init__()  # type: ignore[misc]
    _grpc_front.say(Condition(Phase.SERVING))
    return _grpc_front
