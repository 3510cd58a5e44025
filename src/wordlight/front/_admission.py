"""Which requests are let in: as many seconds of estimated work as the server finishes in time.

The server shares itself among the requests in work. So each request is charged the time that passes
divided by the number of those that share it, and what it was charged at its end, divided by its
size, is the model's rate. The rate follows the machine: on a GPU that computes sixteen requests at
once, each is charged a sixteenth.

The models let short requests pass long ones: who has received least comes next. So a request waits
for each other one only as long as that one needs, or it itself needs, whichever is less. With its
own need, that sum is what it is expected to take.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from wordlight.contract import (
    CAPTION,
    F5_TTS,
    NARRATE,
    NARRATE_PUBLISH,
    NARRATE_STREAM,
    SUBTITLES,
    WHISPERX,
)
from wordlight.errors import ServerBusy
from wordlight.front._refusals import Refused

RATES: Mapping[str, float] = {
    F5_TTS.name: 0.015,
    NARRATE.name: 0.02,
    NARRATE_PUBLISH.name: 0.02,
    NARRATE_STREAM.name: 0.02,
    WHISPERX.name: 5e-6,
    CAPTION.name: 5e-6,
    SUBTITLES.name: 2e-4,
}
"""Seconds for a byte of text, a sample of audio or a word, until requests have shown better: about
those of the models `mini` on two CPU cores. Requests to other models are never refused."""
MEASURED_BY = ("TEXT", "AUDIO", "WORDS")
"""The input whose size a request's work follows, the first that it has."""
SMALLEST = {"TEXT": 20, "AUDIO": 16_000, "WORDS": 10}
"""Below this size, work hardly shrinks any more."""
LEARNING = 0.2
"""The weight of the newest request in a model's rate; the first ones weigh more."""
UNFINISHED = 0.5
"""The part of its estimate that an unfinished request is expected to need at least."""
LONGEST_WAIT_S = 600
BUSY_SAYS = "this would take about {expected:.0f} s now, and at most {most:.0f} s are taken"


@dataclass(slots=True, eq=False)
class Ticket:
    """A request that was let in.

    Args:
        model: The model's name.
        size: The size that its work follows; 0 for a request that is not counted.
        estimate_s: How long the server needs for it, if it does nothing else.
        expected_s: How long it should take beside all that is in work, if nothing more is let in.
    """

    model: str
    size: int
    estimate_s: float
    expected_s: float
    _from_s: float = field(default=0.0)


class Admission:
    """The requests in work, and what they should take.

    Args:
        queued_s: The most seconds that a request may be expected to take.
        rates: Rates that replace those in `RATES`.
        clock: A monotonic clock.
    """

    def __init__(
        self,
        queued_s: float,
        rates: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queued_s, self._clock = queued_s, clock
        self.rates = {**RATES, **rates}
        self._in_work: set[Ticket] = set()
        self._n_seen: Counter[str] = Counter()
        self._charged_s, self._seen_s = 0.0, clock()

    @property
    def waiting_s(self) -> float:
        """The seconds of work that are left of all requests in flight."""
        self._advance()
        return sum(self._left_s(ticket) for ticket in self._in_work)

    def look(self, model: str) -> None:
        """Checks that there is room for any more work on this model.

        Raises:
            Refused: There is none, not even for the smallest request.
        """
        if model in self.rates and self._in_work:
            self._advance()
            self._expected_s(min(SMALLEST.values()) * self._rate(model))

    def admit(self, model: str, sizes: Mapping[str, int]) -> Ticket:
        """Lets a request in. Whoever gets a ticket gives it back with `done`.

        A server that has nothing to do takes any request, however long it is.

        Raises:
            Refused: It would take too long.
        """
        size = self._size(model, sizes)
        if not size:
            return Ticket(model, 0, 0.0, 0.0)
        self._advance()
        estimate_s = size * self._rate(model)
        expected_s = self._expected_s(estimate_s) if self._in_work else estimate_s
        ticket = Ticket(model, size, estimate_s, expected_s, self._charged_s)
        self._in_work.add(ticket)
        return ticket

    def done(self, ticket: Ticket, *, is_answered: bool) -> None:
        """Takes a ticket back. What was answered in full teaches the model's rate."""
        if ticket not in self._in_work:
            return
        self._advance()
        self._in_work.remove(ticket)
        if is_answered:
            seen, rate = self._seen(ticket), self.rates[ticket.model]
            self._n_seen[ticket.model] += 1
            weight = max(LEARNING, 1 / self._n_seen[ticket.model])
            self.rates[ticket.model] = rate + weight * (seen - rate)

    def _size(self, model: str, sizes: Mapping[str, int]) -> int:
        if model not in self.rates:
            return 0
        for name in MEASURED_BY:
            if name in sizes:
                return max(sizes[name], SMALLEST[name])
        return 0

    def _advance(self) -> None:
        now_s = self._clock()
        if self._in_work:
            self._charged_s += (now_s - self._seen_s) / len(self._in_work)
        self._seen_s = now_s

    def _rate(self, model: str) -> float:
        """The model's rate; one that has been charged more already, and is not done, raises it."""
        shown = (self._seen(one) for one in self._in_work if one.model == model)
        return max(self.rates[model], *shown, 0.0)

    def _seen(self, ticket: Ticket) -> float:
        return (self._charged_s - ticket._from_s) / ticket.size

    def _left_s(self, ticket: Ticket) -> float:
        """What is left of a request."""
        rate = max(self.rates[ticket.model], self._seen(ticket))
        return ticket.size * max(rate - self._seen(ticket), UNFINISHED * rate)

    def _expected_s(self, estimate_s: float) -> float:
        """How long a request should take beside those in work.

        Raises:
            Refused: Too long.
        """
        others = (min(self._left_s(one), estimate_s) for one in self._in_work)
        expected_s = estimate_s + sum(others)
        if expected_s <= self._queued_s:
            return expected_s
        wait_s = min(max(math.ceil(expected_s - self._queued_s), 1), LONGEST_WAIT_S)
        raise too_many(BUSY_SAYS.format(expected=expected_s, most=self._queued_s), wait_s)


class Room:
    """A number of requests, or of bytes, that are held at once.

    Args:
        most: How many there may be.
        says: What they are, for the refusal.
    """

    def __init__(self, most: int, says: str) -> None:
        self._most, self._says = most, says
        self.taken = 0

    @contextmanager
    def hold(self, n: int = 1) -> Iterator[None]:
        """Holds some of the room.

        Raises:
            Refused: So much is not left.
        """
        if self.taken + n > self._most:
            raise too_many(f"it holds as many {self._says} as it can", 1)
        self.taken += n
        try:
            yield
        finally:
            self.taken -= n


def too_many(said: str, wait_s: int) -> Refused:
    """The refusal of a request that may come again."""
    return Refused(
        ServerBusy(said),
        HTTPStatus.TOO_MANY_REQUESTS,
        ((b"retry-after", str(wait_s).encode()),),
    )
