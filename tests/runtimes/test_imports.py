"""A module that fails to import is reported in its own words, and the others are tried."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest
from package_index import MODULES, SYMBOL

from wordlight.runtimes import NEEDED, try_imports

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment whose one package fails in every way."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    package = folder / f"lib/{PYTHON}/site-packages/lamp"
    package.mkdir()
    for name, source in MODULES["lamp"].items():
        (package / f"{name}.py").write_text(source, encoding="utf-8")
    return folder / "bin/python"


def test_every_module_is_tried_whatever_happens_to_the_others(python: Path) -> None:
    names = ["lamp.dies", "lamp", "lamp.exits", "lamp.noisy", "no_such", "lamp.broken", "json"]

    trials = try_imports(python, names)

    assert [str(trial) for trial in trials] == [
        "lamp.dies: the process died of SIGSEGV",
        "lamp: imports",
        "lamp.exits: SystemExit: 3",
        "lamp.noisy: imports",
        "no_such: ModuleNotFoundError: No module named 'no_such'",
        f"lamp.broken: ImportError: lamp.so: undefined symbol: {SYMBOL}",
        "json: imports",
    ]


def test_an_undefined_symbol_behind_another_error_is_found(python: Path) -> None:
    (trial,) = try_imports(python, ["lamp.wrapped"])

    assert trial.symbol == SYMBOL
    assert str(trial) == (
        f"lamp.wrapped: RuntimeError: lamp is not for this machine (undefined symbol {SYMBOL})"
    )


def test_a_module_that_hangs_is_ended_and_the_next_is_tried(python: Path) -> None:
    trials = try_imports(python, ["lamp.hangs", "lamp"], limit_s=1.0)

    assert [str(trial) for trial in trials] == [
        "lamp.hangs: did not finish within 1 s", "lamp: imports",
    ]  # fmt: skip


def test_an_interpreter_that_is_not_there_is_no_import(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        try_imports(tmp_path / "python", ["json"])


def test_our_own_code_is_found_behind_the_environments(python: Path) -> None:
    (trial,) = try_imports(python, ["wordlight.errors"])

    assert trial.error is None


def test_every_third_party_package_that_our_code_imports_is_tried() -> None:
    import ast

    ours = Path(__file__).parents[2] / "src/wordlight"
    server_side = {"click", "rich", "tritonclient", "pytriton", "google"}
    imported = set()
    for folder in ("speech", "alignment", "subtitles", "publishing", "contract"):
        for path in (ours / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    imported.add(node.module.split(".")[0])
    third_party = imported - set(sys.stdlib_module_names) - server_side - {"wordlight"}

    assert third_party <= {name.split(".")[0] for name in NEEDED}
