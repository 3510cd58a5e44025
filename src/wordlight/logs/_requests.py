"""Which requests the present work is for: every line that is logged meanwhile has their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of some work.

    Args:
        ids: Their ids, without those that have none.
        texts: What their callers wrote: texts, or lists of texts. No line may repeat them.
        are_there: Whether there is anybody whose words might be repeated.
        are_known: Whether ``texts`` is all that they wrote. If not, no line has an exception's
            message.
    """

    ids: tuple[str, ...] = ()
    texts: tuple[Any, ...] = ()
    are_there: bool = True
    are_known: bool = True

    @property
    def facts(self) -> dict[str, Any]:
        """``request_id``, or ``request_ids`` of a batch; nothing if no id is known."""
        if len(self.ids) > 1:
            return {"request_ids": self.ids}
        return {"request_id": self.ids[0]} if self.ids else {}

    @classmethod
    def of(cls, several: Sequence[Requests]) -> Requests:
        """All of them together."""
        ids = dict.fromkeys(one for each in several for one in each.ids)
        texts = tuple(text for each in several for text in each.texts)
        return cls(tuple(ids), texts, are_known=all(each.are_known for each in several))


NOBODY = Requests(are_there=False)
"""While a model loads, nobody has written anything that a line could repeat."""
_UNKNOWN = Requests(are_known=False)
_NOW: ContextVar[Requests] = ContextVar("requests", default=_UNKNOWN)


def requests_now() -> Requests:
    """The requests of the present work."""
    return _NOW.get()


@contextmanager
def working_for(requests: Requests) -> Iterator[None]:
    """The work of this context is for these requests.

    A new thread does not know of it: it enters the context anew, or runs in a
    `contextvars.copy_context`.
    """
    before = _NOW.set(requests)
    try:
        yield
    finally:
        _NOW.reset(before)
