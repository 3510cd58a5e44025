"""How a model says that it has loaded or ended, or why it cannot load, in full."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from wordlight.errors import Refusal, WordlightError
from wordlight.logs import NOBODY, facts, working_for

logger = logging.getLogger(__name__)

_Model = TypeVar("_Model")


def says_why(
    initialize: Callable[[_Model, dict[str, str]], None],
) -> Callable[[_Model, dict[str, str]], None]:
    """A model's ``initialize`` whose problems reach Triton with code, sentence and remedy.

    Triton repeats only an exception's type and text, so the text must hold all of them.
    """

    @wraps(initialize)
    def told(model: _Model, args: dict[str, str]) -> None:
        began_s = time.monotonic()
        name = args.get("model_name", "")
        try:
            with working_for(NOBODY):
                initialize(model, args)
        except WordlightError as error:
            logger.error("it cannot load: %s", error, extra=facts(model=name, code=error.code))
            raise Refusal(error.wire) from error
        logger.info("loaded", extra=facts(model=name, seconds=_since(began_s)))

    return told


def says_it_ended(finalize: Callable[[_Model], None]) -> Callable[[_Model], None]:
    """A model's ``finalize`` that logs how long it took."""

    @wraps(finalize)
    def told(model: _Model) -> None:
        began_s = time.monotonic()
        finalize(model)
        logger.info("ended", extra=facts(seconds=_since(began_s)))

    return told


def _since(began_s: float) -> float:
    return round(time.monotonic() - began_s, 3)
