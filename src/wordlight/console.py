"""Output that all commands share: a problem in one form, and lines that show that work goes on.

UNKNOWN_VOICE VOICE 'hart' is not known here; there are: heart, sky
→ perhaps heart is meant; else choose one of these, or give a recording: --voice me.wav
"""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from wordlight.errors import (
    AlignerUnknown,
    CannotResume,
    DeadlineExceeded,
    InvalidInput,
    ModelsUnknown,
    S3Setting,
    ServerBusy,
    ServerUnreachable,
    Severity,
    UnknownLanguage,
    UnknownVoice,
    WordlightError,
    WrongUsage,
)

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_NO_SERVER = 1, 2, 3
BAD_INPUT = (
    InvalidInput, UnknownVoice, UnknownLanguage, CannotResume, ModelsUnknown, AlignerUnknown,
    S3Setting,
)  # fmt: skip
"""Problems that go away when the command line, a setting or the input changes."""
NO_SERVER = (ServerUnreachable, ServerBusy, DeadlineExceeded)

PAGES = {
    "--style": "docs/looks.md",
    "--look": "docs/looks.md",
    "--limits": "docs/segmentation.md",
    "--lexicon": "docs/lexicons.md",
    "--publish": "docs/publishing.md",
    "--cast": "docs/scripts.md",
    "--speakers": "docs/scripts.md",
    "--url": "docs/serving.md",
    "burn": "docs/burning.md",
    "lexicon": "docs/lexicons.md",
    "looks": "docs/looks.md",
    "voices": "docs/voices.md",
}
"""The page about an option, or else about a command."""
SAY_EVERY_S = 8.0
"""How often a log gets a line about something that takes long."""
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
REMEDY_COLOUR = "cyan"


def print_problem(
    problem: WordlightError, *, where: str = "", console: Console | None = None
) -> None:
    """Writes a problem to standard error: code and sentence, then the remedy on its own line.

    ``where`` names what has the problem, such as one file of many. ``console`` replaces standard
    error.
    """
    sentence = f"{where}: {problem}" if where else str(problem)
    print_told(problem.code, sentence, problem.remedy, problem.severity, console=console)


def print_told(
    code: str,
    sentence: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
    *,
    console: Console | None = None,
) -> None:
    """Writes a problem of which only the parts are known. Nothing in it is taken for markup."""
    told = Text.assemble((code, COLOURS[severity]), f" {sentence}")
    if remedy:
        told.append(f"\n→ {remedy}", style=REMEDY_COLOUR)
    (console or Console(stderr=True)).print(told, soft_wrap=True, highlight=False)


def exit_code(problem: WordlightError | type[WordlightError]) -> int:
    """2 if the caller can mend it, 3 if the server is missing or busy, else 1."""
    kind = problem if isinstance(problem, type) else type(problem)
    if issubclass(kind, BAD_INPUT):
        return EXIT_BAD_INPUT
    return EXIT_NO_SERVER if issubclass(kind, NO_SERVER) else EXIT_FAILED


def command_line(context: click.Context) -> str:
    """The command that runs, as it is typed: ``wordlight voices add``."""
    names = context.command_path.split()
    return " ".join(["wordlight", *(names[1:] if names[0] in ("main", "wordlight") else names)])


def flag_of(parameter: click.Parameter) -> str:
    """An option's long flag, or an argument's name as --help shows it."""
    if isinstance(parameter, click.Option):
        return next(flag for flag in parameter.opts if flag.startswith("--"))
    return (parameter.metavar or str(parameter.name).upper()).strip("[].")


def as_typed(problem: WordlightError, command: click.Command, typed: str) -> WordlightError:
    """The problem with the name of the option that was typed, and with where to look it up.

    ``typed`` is the command with its groups, as `command_line` has it.
    """
    if not isinstance(problem, InvalidInput):
        return problem
    sentence, remedy = str(problem), problem.remedy
    field = str(vars(problem).get("field", ""))
    flags = {str(parameter.name): flag_of(parameter) for parameter in command.params}
    flag = flags.get(field.lower())
    if flag and sentence.startswith(f"{field} "):
        sentence = flag + sentence.removeprefix(field)
    if remedy == InvalidInput.todo:
        own = type(problem).todo  # that of a script's or a look's file names the page about it
        is_known = own != InvalidInput.todo
        remedy = own if is_known else where_to_look(sentence, typed, flags.values())
    return problem.reworded(sentence, remedy)


def where_to_look(sentence: str, typed: str, flags: Iterable[str]) -> str:
    """What to do about a wrong value of which the sentence says all that is known."""
    words = sentence.replace(":", " ").split()
    named = next((word for word in words if word in flags), "")
    if named not in words[:4]:  # the first words say what is wrong, the later ones why
        named = ""
    _, _, group = typed.partition(" ")
    page = PAGES.get(named) or PAGES.get(group.partition(" ")[0], "")
    lookup = f"`{typed} --help` says what {named or 'it'} takes"
    return f"{lookup}; {page} says more" if page else lookup


def check_not_a_file(flag: str, text: str, todo: str = "") -> None:
    """Refuses ``@FILE`` for an option that takes the words themselves.

    Raises:
        WrongUsage: The text is @ and the path of a file.
    """
    path = Path(text[1:])
    if text.startswith("@") and path.is_file():
        words = f'give the words themselves: {flag} "$(cat {shlex.quote(str(path))})"'
        raise WrongUsage(f"{flag} is {text!r}, and takes no file", f"{words}{todo}")


class Ticker:
    """Decides when a log is due a line: every few seconds. Several threads may use it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._said_s = time.monotonic()

    def is_due(self) -> bool:
        """Whether the last line is old enough. If it is, the time counts anew from now."""
        with self._guard:
            now_s = time.monotonic()
            if now_s - self._said_s < SAY_EVERY_S:
                return False
            self._said_s = now_s
            return True

    def beats(self) -> Iterator[None]:
        """Yields whenever a line is due, until ``end`` is called."""
        while not self._over.wait(SAY_EVERY_S):
            yield

    def end(self) -> None:
        """Makes ``beats`` return."""
        self._over.set()
