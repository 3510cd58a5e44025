"""An index of small packages, a project that is locked to it, and a plan for its runtime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from package_index import PackageIndex, real_uv

from wordlight.runtimes import PackageLock, Plan, Uv, runtime_root


@pytest.fixture(scope="package")
def index() -> Iterator[PackageIndex]:
    served = PackageIndex()
    yield served
    served.close()


@pytest.fixture(scope="package")
def project(index: PackageIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    index.lock(folder, real_uv())
    return folder


@pytest.fixture
def plan(tmp_path: Path, project: Path) -> Plan:
    return Plan(tmp_path / "volume", PackageLock(project), ("engines",), ("lamp", "torch"), None)


@pytest.fixture
def uv(plan: Plan) -> Uv:
    return Uv(real_uv(), runtime_root(plan.volume) / ".uv-cache")
