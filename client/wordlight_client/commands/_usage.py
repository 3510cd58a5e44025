"""A command line that click does not accept → a problem in the form of all others."""

from __future__ import annotations

import click

from wordlight.console import command_line, flag_of, where_to_look
from wordlight.errors import FileFailed, WordlightError, WrongUsage


def usage_problem(error: click.ClickException, typed: str) -> WordlightError:
    """The problem that click has found.

    ``typed`` is the command, for errors that do not know theirs.
    """
    if not isinstance(error, click.UsageError):
        return FileFailed("", error.format_message())
    typed = command_line(error.ctx) if error.ctx else typed
    if isinstance(error, click.NoSuchOption):
        lists = f"`{typed} --help` lists the options"
        return WrongUsage(f"there is no option {error.option_name}", _perhaps(error) + lists)
    if isinstance(error, click.BadParameter):
        sentence = _of_parameter(error)
        flags = [flag_of(error.param)] if error.param else []
        return WrongUsage(sentence, where_to_look(sentence, typed, flags))
    is_group = error.ctx is not None and isinstance(error.ctx.command, click.Group)
    looked_up = "lists the commands" if is_group else "says what it takes"
    return WrongUsage(_clause(error.message), f"`{typed} --help` {looked_up}")


def _perhaps(error: click.NoSuchOption) -> str:
    """What was probably meant."""
    *others, last = sorted(error.possibilities or ()) or [""]
    named = f"{', '.join(others)} or {last}" if others else last
    return f"perhaps {named} is meant; " if named else ""


def _of_parameter(error: click.BadParameter) -> str:
    """The option or argument, and what is wrong with its value."""
    name = flag_of(error.param) if error.param else str(error.param_hint or "")
    if isinstance(error, click.MissingParameter):
        return f"{name} is missing"
    return f"{name}: {error.message.strip().removesuffix('.')}"


def _clause(message: str) -> str:
    """Click's sentence without its capital and full stop."""
    message = message.strip().removesuffix(".")
    return message[:1].lower() + message[1:] if message[1:2].islower() else message
