"""Counts what the house rules of CONTRIBUTING.md limit: `python build/house_rules.py [--check]`.

With ``--check`` it prints each place that breaks a rule, and ends with status 1 if there is any.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("src", "client", "build", "benchmarks", "model_repository")
LONGEST_MODULE = 300
"""Lines."""
LONGEST_FUNCTION = 40
"""Lines, from ``def`` to the last one, with the docstring."""
OURS = ("wordlight", "wordlight_client")
ROOMS = {"live": "serving", "render": "subtitles"}
"""For folders of tests named after how they test: the package that they test."""
MARKS = ("type: ignore", "noqa", "fmt: skip")


def modules(*folders: str) -> Iterator[Path]:
    """The Python files of these folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def long_modules() -> Iterator[str]:
    """Modules with too many lines."""
    for path in modules(*CODE, "tests"):
        n_lines = len(path.read_text(encoding="utf-8").splitlines())
        if n_lines > LONGEST_MODULE:
            yield f"{path.relative_to(ROOT)}: {n_lines} lines"


def long_functions() -> Iterator[str]:
    """Functions with too many lines."""
    for path in modules(*CODE):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if n_lines > LONGEST_FUNCTION:
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {n_lines} lines"


def ignored_imports() -> Iterator[str]:
    """Imports that the contracts of import-linter leave out."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        yield from contract.get("ignore_imports", ())


def private_imports(*folders: str) -> Iterator[str]:
    """Modules and names with an underscore that are imported outside their own package.

    A test may import the private names of the package after which its folder is named.
    """
    for path in modules(*folders):
        for line, name in _imported(_tree(path)):
            owner = _owner(name)
            if owner is not None and not _may_import(path, owner):
                yield f"{path.relative_to(ROOT)}:{line} {name}"


def unresolved_imports(*folders: str) -> Iterator[str]:
    """Modules and names of ours that are imported and do not exist; mypy does not see the tests."""
    ours = {_dotted(path): path for path in modules("src", "client")}
    for path in modules(*folders):
        for node in ast.walk(_tree(path)):
            if not isinstance(node, ast.ImportFrom) or node.level or not _is_ours(node.module):
                continue
            module = str(node.module)
            known = _names(ours[module], ours) if module in ours else set()
            for name in [alias.name for alias in node.names if alias.name != "*"]:
                if name not in known and f"{module}.{name}" not in ours:
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {module}.{name}"


def marked_lines(mark: str) -> Iterator[str]:
    """The lines on which a mark switches a tool off."""
    sign = re.compile(rf"#\s*{mark}")
    for path in modules(*CODE, "tests"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if sign.search(line):
                yield f"{path.relative_to(ROOT)}:{number}"


def main() -> int:
    """Counts or lists the broken rules, and returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a rule is broken")
    is_checking = parser.parse_args().check
    held = {
        f"modules over {LONGEST_MODULE} lines": list(long_modules()),
        f"functions over {LONGEST_FUNCTION} lines": list(long_functions()),
        "ignore_imports": list(ignored_imports()),
        "private imports across packages": list(private_imports(*CODE)),
        "private imports across packages, tests": list(private_imports("tests")),
        "imports that do not resolve": list(unresolved_imports(*CODE, "tests")),
    }
    for rule, places in held.items():
        if is_checking:
            print(*places, sep="\n", end="\n" if places else "")
        else:
            print(f"{len(places):5}  {rule}")
    if is_checking:
        return 1 if any(held.values()) else 0
    for mark in MARKS:
        print(f"{len(list(marked_lines(mark))):5}  {mark}")
    return 0


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if _owner(node.module) is not None:
                yield node.lineno, node.module
            else:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_ours(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in OURS


def _names(path: Path, ours: Mapping[str, Path]) -> set[str]:
    """The names that a module defines or imports."""
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*" and isinstance(node, ast.ImportFrom):
                    names |= _names(ours[str(node.module)], ours)
                names.add((alias.asname or alias.name).partition(".")[0])
    return names


def _owner(name: str) -> str | None:
    """The package that a private module or name belongs to, or None if the whole path is public."""
    parts = name.split(".")
    if parts[0] not in OURS:
        return None
    for index, part in enumerate(parts):
        if part.startswith("_") and not part.startswith("__"):
            return ".".join(parts[:index])
    return None


def _may_import(path: Path, owner: str) -> bool:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] in ("src", "client"):
        return (".".join(parts[1:]) + ".").startswith(owner + ".")
    if parts[0] != "tests":
        return False
    room = owner.split(".")[1] if owner.startswith("wordlight.") else "client"
    return room in {ROOMS.get(part, part) for part in parts}


if __name__ == "__main__":
    sys.exit(main())
