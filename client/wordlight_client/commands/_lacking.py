"""A subcommand whose packages are not installed, and what to install for it."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Callable

import click

from wordlight.console import print_problem
from wordlight.errors import PackageMissing
from wordlight_client.commands._console import EXIT_FAILED

_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")


def lacking(name: str, module: str) -> click.Command:
    """A subcommand that names the package it lacks, whatever its arguments."""
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
    """What is missing, for that command of ``wordlight``, and how to get it."""
    package = module.partition(".")[0]
    extra = extra_of(package)
    wanted = f"'wordlight[{extra}]'" if extra else package
    return PackageMissing(package, wanted, command)


def extra_of(
    package: str, requires: Callable[[str], list[str] | None] = importlib.metadata.requires
) -> str | None:
    """The extra of ``wordlight`` that brings this package; None if no extra does."""
    try:
        requirements = requires("wordlight") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for requirement in requirements:
        name, extra = re.match(r"[\w.-]+", requirement), _EXTRA.search(requirement)
        if name and extra and _plain(name[0]) == _plain(package):
            return extra[1]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
