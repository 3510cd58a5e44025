"""The ``wordlight`` command: a group that loads its subcommands when they are called."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

import click

from wordlight import __version__
from wordlight.console import EXIT_FAILED, as_typed, command_line, exit_code, print_problem
from wordlight.errors import WordlightError
from wordlight_client.commands._console import file_failure
from wordlight_client.commands._flags import ARGUMENTS
from wordlight_client.commands._lacking import lacking, what_to_install
from wordlight_client.commands._option_words import in_options
from wordlight_client.commands._usage import usage_problem

ENTRY_POINTS = "wordlight.commands"
CALLED = "wordlight.called"
"""The key in click's meta under which a group keeps the command that it calls."""


class LazyGroup(click.Group):
    """Subcommands from entry points, each imported only when it is called or described.

    A subcommand whose packages are not installed stays in the list and names what to install.
    Errors of ``wordlight.errors`` end a subcommand with one sentence and an exit code, never with a
    traceback.
    """

    def entries(self) -> Mapping[str, EntryPoint]:
        """The subcommands by name."""
        return _entry_points()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the arguments, and keeps them as they were typed for messages that repeat them."""
        ctx.meta.setdefault(ARGUMENTS, tuple(args))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(self.entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, or one that only reports which package is missing."""
        entry = self.entries().get(cmd_name)
        if entry is None:
            return None
        try:
            command = entry.load()
        except ModuleNotFoundError as error:
            return lacking(cmd_name, error.name or "a package")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand, which is kept for messages that name it."""
        name, command, rest = super().resolve_command(ctx, args)
        ctx.meta[CALLED] = (f"{command_line(ctx)} {name}", command, rest)
        return name, command, rest

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command line. A wrong one is told in the form of all problems."""
        try:
            status: Any = super().main(
                args, prog_name, complete_var, standalone_mode=False, **extra
            )
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = error.exit_code
        except click.ClickException as error:
            print_problem(usage_problem(error, "wordlight"))
            status = error.exit_code
        except click.Abort:
            if not standalone_mode:
                raise
            click.echo("Aborted!", err=True)
            status = EXIT_FAILED
        if standalone_mode:
            sys.exit(status if isinstance(status, int) else 0)
        return status

    def invoke(self, ctx: click.Context) -> object:
        """Runs the subcommand; its errors become a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.ClickException as error:
            print_problem(usage_problem(error, self._called(ctx)[0]))
            ctx.exit(error.exit_code)
        except WordlightError as error:
            typed, command = self._called(ctx)
            print_problem(as_typed(in_options(error, command), command, typed))
            ctx.exit(exit_code(error))
        except ModuleNotFoundError as error:
            print_problem(what_to_install(error.name or "a package"))
            ctx.exit(EXIT_FAILED)
        except OSError as error:
            print_problem(file_failure(error))
            ctx.exit(EXIT_FAILED)

    def _called(self, ctx: click.Context) -> tuple[str, click.Command]:
        """The command that was typed, inside any number of groups: its words, and itself."""
        typed, command, words = ctx.meta.get(CALLED, (command_line(ctx), self, []))
        for word in words:
            inner = command.get_command(ctx, word) if isinstance(command, click.Group) else None
            if inner is None:
                break
            typed, command = f"{typed} {word}", inner
        return typed, command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wordlight")
def main() -> None:
    """Narration whose subtitles light up word by word.

    \b
    wordlight serve                          start a server on this machine
    wordlight top                            watch a server in the terminal
    wordlight narrate script.txt -o out      speak a script and subtitle it
    wordlight caption talk.mp4 -o out        subtitle a recording
    wordlight burn out/subtitles.ass --onto talk.mp4    burn them in
    wordlight looks                          show how subtitles can look
    wordlight read script.txt                show how a script is read aloud

    The server is found with --url or WORDLIGHT_URL, else at localhost:8001. Exit codes: 2 means
    that the command line, a setting or the input must change, 3 that the server is not there or
    busy, 1 anything else.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # gRPC's own log lines tell a user nothing


def _entry_points() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)}
