"""Whether a dotted name stands in the sources. It reads files and imports nothing."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = {"wordlight": ROOT / "src", "wordlight_client": ROOT / "client"}


def is_defined(name: str) -> bool:
    """Whether a name like ``wordlight.errors.TooLong.limit`` is a module, or defined in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        if file := _module(".".join(parts[:cut])):
            return cut == len(parts) or _has(file, parts[cut:])
    return False


def _module(name: str) -> Path | None:
    """The file of a module or package; None if there is none."""
    path = SOURCES.get(name.partition(".")[0], ROOT).joinpath(*name.split("."))
    return next(
        (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None
    )


def _has(file: Path, parts: list[str]) -> bool:
    """Whether a module has a name, and the name's class the attribute behind it."""
    found = _names(file)
    if parts[0] not in found:
        return False
    node = found[parts[0]]
    if isinstance(node, str):
        return is_defined(".".join([node, *parts[1:]]))
    if len(parts) == 1 or not isinstance(node, ast.ClassDef):
        return True
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    own = {name for child in ast.walk(node) for name in _bound(child)}
    return parts[1] in own or any(_has(file, [base, *parts[1:]]) for base in bases)


@cache
def _names(file: Path) -> dict[str, ast.AST | str]:
    """What a module binds: the node that defines a name, or whence our own name comes."""
    found: dict[str, ast.AST | str] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ImportFrom):
            found |= dict.fromkeys(_bound(node), node)
        elif (node.module or "").partition(".")[0] in SOURCES:
            for alias in node.names:
                if alias.name == "*" and (star := _module(str(node.module))):
                    found |= {name: f"{node.module}.{name}" for name in _names(star)}
                else:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def _bound(node: ast.AST) -> list[str]:
    """The names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if isinstance(node, ast.Assign):
        return [
            name.id
            for target in node.targets
            for name in ast.walk(target)
            if isinstance(name, ast.Name)
        ]
    return []
