"""Options of every command that looks at the volume."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

volume_option = click.option(
    "--volume",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WORDLIGHT_VOLUME",
    default="~/.cache/wordlight",
    show_default=True,
    show_envvar=True,
    help="Folder for runtime, weights and voices; a network volume in production.",
)


def profile_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--profile``; what the environment names comes before the default."""
    return click.option(
        "--profile",
        envvar="WORDLIGHT_PROFILE",
        default=default,
        show_default=True,
        show_envvar=True,
        help="Which weights: mini or full.",
    )
