"""The models next door, as a stream asks them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from wordlight.contract import ModelSpec, Value
from wordlight.errors import ServerBusy

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 4.0
"""How long one waits before a full queue is asked again, at first and at most."""

Fields = Mapping[str, Any]
"""Decoded outputs, by ``TensorSpec.field``."""


class Models(Protocol):
    """Asks a model of the same server."""

    def ask(self, model: ModelSpec, values: Mapping[str, Value], job: str, rank: int) -> Fields:
        """The model's outputs.

        Args:
            model: Which.
            values: Its inputs by name.
            job: The id that the request carries.
            rank: Of calls that wait for each other, the least goes first.

        Raises:
            WordlightError: What it answers instead; ServerBusy where its queue is full.
        """

    def cancel(self, job: str) -> None:
        """Ends all that was asked for that job."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks for one job, again and again where a queue is full.

    ``look`` raises once nobody waits for the answer any more.
    """

    models: Models
    job: str
    look: Callable[[], None]
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, model: ModelSpec, values: Mapping[str, Value], rank: int = 0) -> Fields:
        """The model's outputs.

        Raises:
            WordlightError: What the model answers instead.
            Exception: What ``look`` raises.
        """
        wait_s = FIRST_WAIT_S
        while True:
            self.look()
            try:
                return self.models.ask(model, values, self.job, rank)
            except ServerBusy:
                self.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
