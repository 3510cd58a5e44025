"""How a model that cannot load says why, so that the server's log and `serve` have all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from wordlight.errors import Refused, WordlightError

_Model = TypeVar("_Model")


def says_why(
    initialize: Callable[[_Model, dict[str, str]], None],
) -> Callable[[_Model, dict[str, str]], None]:
    """A model's ``initialize`` whose problems reach Triton with code, sentence and remedy.

    Triton repeats an exception's type and text, and nothing else of it.
    """

    @wraps(initialize)
    def told(model: _Model, args: dict[str, str]) -> None:
        try:
            initialize(model, args)
        except WordlightError as error:
            raise Refused(error.wire) from error

    return told
