"""docs/troubleshooting.md, made of the complaints themselves so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from wordlight import errors
from wordlight.doctor import (
    _bucket,
    _clock,
    _gpu,
    _lexicons,
    _limits,
    _listening,
    _locale,
    _machine,
    _memory,
    _packages,
    _proxies,
    _state,
    _storage,
    _triton,
)
from wordlight.doctor import _weights as _weights_checks
from wordlight.doctor._finding import Complaint
from wordlight.errors import (
    BY_CODE,
    InvalidInput,
    SetupError,
    StorageError,
    UvFailed,
    WordlightError,
)

SECTIONS = {
    "Machine": (_clock, _locale, _memory, _machine, _limits, _state, _gpu),
    "Runtime": (_triton, _packages),
    "Volume": (_storage, _lexicons),
    "Weights": (_weights_checks,),
    "S3": (_proxies, _bucket),
    "Server": (_listening,),
}
"""The doctor's sections and the modules that complain in them."""

LATER = {
    "SERVER_FAILED": "Follow the first reason that it gives; run `wordlight doctor --deep`; "
    "`serve --log FILE` keeps the whole log.",
    "SELF_TEST_FAILED": "Run `wordlight doctor`: numpy and the stub's Python must fit the server.",
    "STORAGE_ERROR": "Check AWS_ENDPOINT_URL and the store's status page; `wordlight doctor` asks "
    "it too.",
    "SETUP_ERROR": "Do as the message says; if it names none of your files, reinstall Wordlight.",
    "SERVER_UNREACHABLE": "Check --url or WORDLIGHT_URL; on the server: `wordlight doctor`, "
    "section Server.",
    "SERVER_BUSY": "Try again in a moment, or serve more instances (docs/serving.md).",
    "DEADLINE_EXCEEDED": "Give it longer with --timeout, or a shorter text.",
    "BAD_ANSWER": "Install the same version of Wordlight on both ends.",
    "ENGINE_FAILED": "Look in the server's log for the incident that the message names.",
    "SILENT_SPEECH": "Try another --seed or --voice, or put more words around the piece.",
    "UNKNOWN_VOICE": "`wordlight voices` lists what there is; docs/serving.md says how to add one.",
    "UNKNOWN_LANGUAGE": "Name one of the languages in the message with --language, or add an "
    "aligner to the manifest.",
}
"""What to do about errors whose message alone does not say it."""
RAISED_THEMSELVES = (SetupError, StorageError, UvFailed)
"""Roots of the tree that are raised, not only caught."""

MESSAGE_SAYS = "The message itself says what to do, after the semicolon."
_HEAD = """\
# Troubleshooting

`wordlight doctor` looks at everything a server needs and says what is wrong and what to do;
`--json` says it to programs, `--deep` verifies weights by hash. It ends with status 1 if a server
could not start. `wordlight serve` looks at the same things first and refuses with the same words:
`CODE what is wrong; what to do`. A warning keeps nothing from starting.

Find your code below. Words in braces stand for names and numbers of your machine. (This page is
made of the program's own messages: `python build/troubleshooting.py`.)
"""


def complaints() -> Iterator[tuple[str, Complaint]]:
    """Every complaint with its section, in the order of the page."""
    for section, modules in SECTIONS.items():
        for module in modules:
            for value in vars(module).values():
                if isinstance(value, Complaint):
                    yield section, value


def later() -> Iterator[type[WordlightError]]:
    """Errors that neither the doctor sees nor a request asks for, in the tree's order."""
    seen_before = {complaint.code for _, complaint in complaints()}
    for code, kind in BY_CODE.items():
        is_ours = kind.__module__.startswith(errors.__name__)
        is_leaf = not kind.__subclasses__() or kind in RAISED_THEMSELVES
        if is_ours and is_leaf and code not in seen_before and not issubclass(kind, InvalidInput):
            yield kind


def troubleshooting() -> str:
    """The page."""
    parts, previous = [_HEAD], ""
    for section, complaint in complaints():
        if section != previous:
            parts.append(f"## {section}\n")
            previous = section
        parts.append(_entry(complaint))
    parts.append("## Later: met by a server or a client that runs\n")
    for kind in later():
        means = (kind.__doc__ or "").partition("\n")[0]
        parts.append(f"### {kind.code}\n\n{means}\n\n→ {LATER.get(kind.code, MESSAGE_SAYS)}\n")
    return "\n".join(parts)


def _entry(complaint: Complaint) -> str:
    seen, remedy = _plain(complaint.seen), _plain(complaint.remedy)
    # Where the words are all another program's, or another error's, there is nothing to quote.
    quoted = "" if seen.strip("{}").isidentifier() else f"> {seen}\n\n"
    todo = "" if remedy.strip("{}").isidentifier() else f"→ {remedy}\n"
    return f"### {complaint.code} ({complaint.state})\n\n{quoted}{complaint.means}\n\n{todo}"


def _plain(template: str) -> str:
    """The template without formatting: ``{name!r}`` becomes ``'{name}'``."""
    return "".join(
        text + (("'{%s}'" if how == "r" else "{%s}") % name if name else "")
        for text, name, _, how in Formatter().parse(template)
    )
