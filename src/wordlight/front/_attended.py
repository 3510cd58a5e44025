"""What happens at every request's beginning and end, whatever it came over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from wordlight.errors import EngineFailed, KeyMissing, WordlightError
from wordlight.front._body import CallerGone
from wordlight.front._exchange import AnswerLost
from wordlight.front._hall import Hall
from wordlight.front._keys import owner_of, sent_key
from wordlight.front._log import facts
from wordlight.front._refusals import Refused
from wordlight.front._tracing import end
from wordlight.front._visit import Visit
from wordlight.logs import working_for

logger = logging.getLogger("wordlight.front")

CLIENT_CLOSED = 499
"""The status under which a caller is counted who left; nginx writes it so."""


@contextmanager
def attended(
    hall: Hall, visit: Visit, what: str, *, is_quiet: bool = False, is_inference: bool = False
) -> Iterator[None]:
    """Counts and logs a visit when it ends.

    Args:
        hall: What all doors share.
        visit: The visit.
        what: What it is for, without any word of the caller's.
        is_quiet: Whether it is logged and counted only if it is refused: load balancers ask every
            few seconds.
        is_inference: Whether it asks a model for work: then it has a span, and its time is told.
    """
    if is_inference:
        visit.span = hall.tracing.begin(what, visit.metadata)
    in_flight, n_counted = hall.meters.in_flight, 0 if is_quiet else 1
    in_flight.inc(n_counted)
    try:
        with working_for(visit.requests):
            yield
    except CallerGone:
        _left(hall, visit, is_quiet=is_quiet)
    except AnswerLost:  # uvicorn closes a connection whose answer is not complete
        pass
    except asyncio.CancelledError:
        _left(hall, visit, is_quiet=is_quiet)
        raise
    finally:
        in_flight.dec(n_counted)
        end(visit)
        if is_inference and visit.is_complete and not visit.code:
            hall.meters.seconds.labels(visit.model).observe(time.monotonic() - visit.came_s)
        _leave(hall, visit, what, is_quiet=is_quiet)


def check_key(hall: Hall, visit: Visit) -> None:
    """Notes whose key the visit carries.

    Raises:
        Refused: The hall knows keys, and this carries none of them.
    """
    if hall.config.keys:
        try:
            visit.owner = owner_of(sent_key(visit.metadata), hall.config.keys)
        except KeyMissing as problem:
            raise Refused(problem) from None


@dataclass(slots=True)
class Caught:
    """What ended some work; None if nothing did."""

    refused: Refused | None = None


@contextmanager
def catching(visit: Visit, *others: type[Exception]) -> Iterator[Caught]:
    """The one place where exceptions become answers: it keeps the refusal for whoever sends it.

    One that is not ours is a fault, and the log has it under the request's id. ``others`` pass, as
    do those of callers who left.
    """
    caught = Caught()
    try:
        yield caught
    except Refused as refused:
        caught.refused = refused
    except WordlightError as problem:
        caught.refused = Refused(problem)
    except Exception as error:
        if isinstance(error, (CallerGone, AnswerLost, *others)):
            raise
        logger.error("incident %s", visit.request_id, exc_info=error, extra=_named(visit))
        caught.refused = Refused(EngineFailed(visit.request_id))


def _left(hall: Hall, visit: Visit, *, is_quiet: bool) -> None:
    visit.status = visit.status or CLIENT_CLOSED
    if is_quiet:
        return
    hall.meters.gone.inc()
    logger.info("the caller left", extra=_named(visit))


def _leave(hall: Hall, visit: Visit, what: str, *, is_quiet: bool) -> None:
    took_s = time.monotonic() - visit.came_s
    meters = hall.meters
    if visit.code:
        meters.refusals.labels(visit.code).inc()
    if is_quiet and not visit.code:
        return
    meters.requests.labels(visit.model, str(int(visit.status))).inc()
    logger.info(what, extra=_named(visit, seconds=round(took_s, 4)))


def _named(visit: Visit, **more: Any) -> dict[str, Any]:
    expected_s = visit.expected_s
    return facts(
        request_id=visit.request_id,
        model=visit.model,
        status=int(visit.status) or None,
        code=visit.code,
        key=visit.owner,
        received=visit.received or None,
        sent=visit.sent or None,
        expected_s=None if expected_s is None else round(expected_s, 2),
        **more,
    )
