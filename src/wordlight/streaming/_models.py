"""How a stream asks the other models of its server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Protocol

from wordlight.contract import ModelSpec, Value
from wordlight.errors import ServerBusy

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 4.0
"""The wait before a model whose queue was full is asked again: the first wait, and the longest."""

Fields = Mapping[str, Any]
"""A model's decoded outputs, by ``TensorSpec.field``."""


class Models(Protocol):
    """Asks the models of the same server."""

    def ask(self, model: ModelSpec, values: Mapping[str, Value], job: str, rank: int) -> Fields:
        """The model's outputs.

        Args:
            model: The model to ask.
            values: The model's inputs, by name.
            job: The id that the request carries.
            rank: Of the calls that wait, the one with the lowest rank goes first.

        Raises:
            WordlightError: The error that the model answers with. It is ServerBusy if the model's
                queue is full.
        """

    def cancel(self, job: str) -> None:
        """Ends all requests of that job."""


class Over(Exception):
    """The stream that the chunk was meant for has ended."""


@dataclass(slots=True)
class Asking:
    """Asks models on behalf of one job. It asks again while a queue is full, until the job ends.

    ``look`` raises once nobody waits for the answer any more. ``is_begun`` is set once chunks are
    being made.
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
        """Whether a request is still without its answer."""
        return self._n_open > 0

    def __call__(self, model: ModelSpec, values: Mapping[str, Value], rank: int = 0) -> Fields:
        """The model's outputs.

        Raises:
            WordlightError: The error that the model answers with.
            Over: The job has ended.
            Exception: Whatever ``look`` raises.
        """
        wait_s = FIRST_WAIT_S
        while True:
            self.look()
            try:
                with self._counted():
                    if self.is_over.is_set():  # read after the call is counted; see `narrate`
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
