"""Subcommands whose packages are not installed, and what to install for them."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wordlight.console import EXIT_FAILED, print_problem
from wordlight.errors import PackageMissing


def lacking(name: str, module: str) -> click.Command:
    """A subcommand that only reports which package is missing, whatever its arguments."""
    missing = what_to_install(module, name)

    def report() -> None:
        print_problem(missing)
        sys.exit(EXIT_FAILED)

    return click.Command(
        name,
        callback=report,
        short_help=f"(not installed: {module})",
        help=f"{missing}. Run: {missing.remedy}",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


def what_to_install(module: str, command: str = "") -> PackageMissing:
    """The error that names a missing package of a command, and how to install it."""
    package = module.partition(".")[0]
    extra = extra_of(package)
    wanted = f"'wordlight[{extra}]'" if extra else package
    return PackageMissing(package, wanted, command)


def extra_of(
    package: str, requires: Callable[[str], list[str] | None] = importlib.metadata.requires
) -> str | None:
    """The extra of ``wordlight`` that brings this package; None if no extra does."""
    try:
        requirements = [Requirement(line) for line in requires("wordlight") or []]
        extras = importlib.metadata.metadata("wordlight").get_all("Provides-Extra") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    name = canonicalize_name(package)
    markers = [each.marker for each in requirements if canonicalize_name(each.name) == name]
    return next(
        (e for marker in markers if marker for e in extras if marker.evaluate({"extra": e})), None
    )
