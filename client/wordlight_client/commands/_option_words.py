"""Names the command's option instead of its tensor in error messages on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from wordlight.console import flag_of
from wordlight.errors import WordlightError
from wordlight_client._words import ARGUMENTS, REFUSALS, in_tensors, said

PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "size": {"width": "the width of {}", "height": "the height of {}"},
    "publish": {"destination": "{}"},
    "scripts": {"text": "{}"},
    "script": {"text": "{}", "transcript": "{}"},
    "name": {"voice": "{}"},
    "cast": {"speakers": "{}"},
}
"""Parameters of commands whose arguments have other names → these arguments, and how a message
phrases each."""
EXAMPLES = {"--voice": "me.wav"}


def in_options(error: WordlightError, command: click.Command | None = None) -> WordlightError:
    """The error with names of a command's options; by default of the command that runs."""
    if not isinstance(error, REFUSALS):
        return error
    return error.reworded(*(said_in_options(words, command) for words in in_tensors(error)))


def said_in_options(sentence: str, command: click.Command | None = None) -> str:
    """A server's sentence with names of a command's options; by default of the one that runs."""
    if command is None and (context := click.get_current_context(silent=True)):
        command = context.command
    return said(sentence, options_of(command) if command else ARGUMENTS, _values_of(command))


def options_of(command: click.Command) -> Mapping[str, str]:
    """Each tensor → the option of a command that sets it, or else its argument in Python."""
    flags = {
        argument: phrase.format(flag_of(parameter))
        for parameter in command.params
        for argument, phrase in _arguments_of(str(parameter.name))
    }
    return {tensor: flags.get(argument, argument) for tensor, argument in ARGUMENTS.items()}


def _arguments_of(parameter: str) -> Iterable[tuple[str, str]]:
    return PARAMETERS.get(parameter, {parameter: "{}"}).items()


def _values_of(command: click.Command | None) -> Mapping[str, str]:
    """The value to show after each option: an example, or its placeholder in --help."""
    parameters = command.params if command else ()
    shown = {flag_of(p): p.metavar for p in parameters if p.metavar and isinstance(p, click.Option)}
    return shown | EXAMPLES
