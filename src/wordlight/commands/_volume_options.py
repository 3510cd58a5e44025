"""Options of every command that looks at the volume."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from wordlight.manifest import FOLDER_VARIABLE, is_old_folder

MODELS_VARIABLE, OLD_VARIABLE = "WORDLIGHT_MODELS", "WORDLIGHT_PROFILE"
_OLD = "wordlight.profile"
"""The key under which click's meta keeps the value of ``--profile``."""

volume_option = click.option(
    "--volume",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WORDLIGHT_VOLUME",
    default="~/.cache/wordlight",
    show_default=True,
    show_envvar=True,
    help="Folder for runtime, weights and voices; a network volume in production.",
)


def models_option(
    default: str, *, takes_variable: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--models``; with ``takes_variable``, an environment variable can replace the default.

    Its names until 0.1, ``--profile`` and ``WORDLIGHT_PROFILE``, still work, with a warning.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option(
            "--models",
            envvar=MODELS_VARIABLE if takes_variable else None,
            default=default,
            show_default=True,
            show_envvar=True,
            callback=_chosen,
            metavar="NAME",
            help="Which weights: mini, full, or the folder's name of your own manifest.",
        )(command)
        return click.option(
            "--profile", hidden=True, expose_value=False, is_eager=True, callback=_keep_old
        )(command)

    return decorate


def _keep_old(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        _warn("--profile is called --models now")
        context.meta[_OLD] = value


def _chosen(context: click.Context, option: click.Parameter, value: str) -> str:
    """The models' name, from the option or variable that gives it, new or old."""
    source = context.get_parameter_source("models")
    if source is ParameterSource.COMMANDLINE:
        return value
    if _OLD in context.meta:
        return str(context.meta[_OLD])
    if option.envvar and (old := os.environ.get(OLD_VARIABLE)):
        _warn(f"{OLD_VARIABLE} is called {MODELS_VARIABLE} now; it names the models {old!r}")
        return old
    if source is ParameterSource.ENVIRONMENT and is_old_folder(value):
        _warn(
            f"{MODELS_VARIABLE} names the models now; the folder of manifests is {FOLDER_VARIABLE}"
        )
        return str(option.default)
    return value


def _warn(sentence: str) -> None:
    click.echo(f"Warning: {sentence}", err=True)
