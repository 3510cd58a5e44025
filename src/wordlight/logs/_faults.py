"""What the log says of an exception: where it was raised and why, without what a caller wrote."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable
from typing import Any

from wordlight.errors import WordlightError

CAUSED = "which caused"
MOST_IN_CHAIN = 8
HIDDEN = "…"
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")


def trace_of(error: BaseException, texts: Iterable[Any] | None, are_all: bool = True) -> str:
    """The exception and those that caused it, first causes first, with the lines of code.

    Args:
        error: What was raised.
        texts: What the callers wrote, or None; see `without`.
        are_all: Whether they wrote nothing else. If they did, no message is told.
    """
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(chain) < MOST_IN_CHAIN and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    known = None if texts is None else list(texts)
    return f"\n{CAUSED}\n".join(_trace_of(each, known, are_all) for each in reversed(chain))


def _trace_of(error: BaseException, texts: list[Any] | None, are_all: bool) -> str:
    frames, kind = "".join(traceback.format_tb(error.__traceback__)), type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    name = f"{module}{kind.__qualname__}"
    if texts is not None and isinstance(error, WordlightError):  # its sentence has callers' words
        return f"{frames}{name}: {error.code}"
    is_told = are_all or texts is None
    return f"{frames}{name}: {without(texts, str(error)) if is_told else HIDDEN}"


def without(texts: Iterable[Any] | None, message: str) -> str:
    """The message without anything in quotes, and without any word of these texts.

    A library puts into its messages what it was given. So this may hide too much, never too little.

    Args:
        texts: Texts, and lists of them. None: nobody has written anything yet, nothing is hidden.
        message: Was written by code that is not ours.

    >>> without(["a dark word"], "KeyError: 'x', no such Word in 3 tables")
    "KeyError: '…', no such … in 3 tables"
    """
    if texts is None:
        return message
    unquoted = _QUOTED.sub(lambda found: f"{found[0][0]}{HIDDEN}{found[0][-1]}", message)
    words = {word.casefold() for text in _flat(texts) for word in _WORD.findall(text)}
    if not words:
        return unquoted
    return _WORD.sub(lambda found: HIDDEN if found[0].casefold() in words else found[0], unquoted)


def _flat(texts: Iterable[Any]) -> Iterable[str]:
    for text in texts:
        if isinstance(text, str):
            yield text
        elif isinstance(text, list | tuple):
            yield from _flat(text)
