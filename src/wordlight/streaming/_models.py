"""The models next door, as a stream asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
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


class Over(Exception):
    """The stream that a chunk was made for has ended."""


@dataclass(slots=True)
class Asking:
    """Asks for one job, again and again where a queue is full, until the job is over.

    ``look`` raises once nobody waits for the answer any more. ``is_begun``: its speech has.
    """

    models: Models
    job: str
    look: Callable[[], None]
    is_over: Event = field(default_factory=Event)
    is_begun: bool = False
    _n_open: int = 0
    _counting: Lock = field(default_factory=Lock)

    @property
    def is_open(self) -> bool:
        """Whether a model has yet to answer."""
        return self._n_open > 0

    def __call__(self, model: ModelSpec, values: Mapping[str, Value], rank: int = 0) -> Fields:
        """The model's outputs.

        Raises:
            WordlightError: What the model answers instead.
            Over: The job is.
            Exception: What ``look`` raises.
        """
        wait_s = FIRST_WAIT_S
        while True:
            self.look()
            try:
                with self._counted():
                    if self.is_over.is_set():  # looked at once we are counted: see `narrate`
                        raise Over
                    return self.models.ask(model, values, self.job, rank)
            except ServerBusy:
                self.is_over.wait(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._n_open += 1
        try:
            yield
        finally:
            with self._counting:
                self._n_open -= 1
