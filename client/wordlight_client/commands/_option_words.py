"""What a refusal calls a tensor on the command line: the option that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

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
"""Parameters of commands → the arguments that they become, where these are called otherwise, and
what to say of each."""
EXAMPLES = {"--voice": "me.wav"}


def in_options(error: WordlightError, command: click.Command | None = None) -> WordlightError:
    """The problem in the options of a command; of the one that runs, unless it is given."""
    if not isinstance(error, REFUSALS):
        return error
    return error.reworded(*(said_in_options(words, command) for words in in_tensors(error)))


def said_in_options(sentence: str, command: click.Command | None = None) -> str:
    """A server's sentence with the options of a command; the one that runs, unless it is given."""
    if command is None and (context := click.get_current_context(silent=True)):
        command = context.command
    return said(sentence, options_of(command) if command else ARGUMENTS, _values_of(command))


def options_of(command: click.Command) -> Mapping[str, str]:
    """Each tensor → the option or argument of a command that sets it, else Python's word for it."""
    flags = {
        argument: phrase.format(_flag(parameter))
        for parameter in command.params
        for argument, phrase in _arguments_of(str(parameter.name))
    }
    return {tensor: flags.get(argument, argument) for tensor, argument in ARGUMENTS.items()}


def _arguments_of(parameter: str) -> Iterable[tuple[str, str]]:
    return PARAMETERS.get(parameter, {parameter: "{}"}).items()


def _values_of(command: click.Command | None) -> Mapping[str, str]:
    """What stands behind an option, as an example or as --help calls it."""
    parameters = command.params if command else ()
    shown = {_flag(p): p.metavar for p in parameters if p.metavar and isinstance(p, click.Option)}
    return shown | EXAMPLES


def _flag(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return next(flag for flag in parameter.opts if flag.startswith("--"))
    return (parameter.metavar or str(parameter.name).upper()).strip("[].")
