"""How a model that cannot load reports why, in full, to the server's log and to `serve`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from wordlight.errors import Refusal, WordlightError

_Model = TypeVar("_Model")


def says_why(
    initialize: Callable[[_Model, dict[str, str]], None],
) -> Callable[[_Model, dict[str, str]], None]:
    """A model's ``initialize`` whose problems reach Triton with code, sentence and remedy.

    Triton repeats only an exception's type and text, so the text must hold all of them.
    """

    @wraps(initialize)
    def told(model: _Model, args: dict[str, str]) -> None:
        try:
            initialize(model, args)
        except WordlightError as error:
            raise Refusal(error.wire) from error

    return told
