"""What all doors of the front share, and how each request enters and leaves."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from wordlight.condition import ConditionFile
from wordlight.errors import EngineFailed, KeyMissing, NoSuchRoute, WordlightError
from wordlight.front._admission import Admission, Room
from wordlight.front._body import CallerGone, Receive
from wordlight.front._config import FrontConfig
from wordlight.front._exchange import AnswerLost, Exchange, Scope, Send
from wordlight.front._ids import Cancelled
from wordlight.front._keys import owner_of, sent_key
from wordlight.front._log import facts
from wordlight.front._meters import Meters
from wordlight.front._refusals import Refused
from wordlight.front._tracing import Tracing, end
from wordlight.front._upstream import Triton

logger = logging.getLogger("wordlight.front")

CLIENT_CLOSED = 499
"""The status under which a caller is counted who left; nginx writes it so."""


@dataclass(slots=True)
class Hall:
    """What all doors share.

    Args:
        config: All that the front door was told.
        triton: The server behind it.
        condition: How the server is.
        admission: Which requests are let in.
        requests: Room for requests.
        held: Room for bytes.
        meters: What is counted.
        cancelled: The ids that were cancelled a moment ago.
        tracing: The traces of requests.
    """

    config: FrontConfig
    triton: Triton
    condition: ConditionFile
    admission: Admission
    requests: Room
    held: Room
    meters: Meters
    cancelled: Cancelled = field(default_factory=Cancelled)
    tracing: Tracing = field(default_factory=Tracing)
    _apart: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    def of(cls, config: FrontConfig) -> Hall:
        """The hall of a configuration."""
        admission = Admission(config.queued_s, config.rates)
        return cls(
            config,
            Triton(config.triton_address, config.triton_http, config.triton_metrics),
            ConditionFile(config.condition_file),
            admission,
            Room(config.limits.requests, "requests"),
            Room(config.limits.held_bytes, "bytes"),
            Meters(lambda: admission.waiting_s),
            tracing=Tracing(config.traces),
        )

    def apart(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something that no request waits for."""
        task = asyncio.create_task(work)
        self._apart.add(task)
        task.add_done_callback(self._apart.discard)

    async def close(self) -> None:
        """Finishes what was begun apart, and closes the connections to Triton."""
        await asyncio.gather(*self._apart, return_exceptions=True)
        self.triton.close()
        self.tracing.close()


class Door:
    """An ASGI application for one route.

    Args:
        hall: What all doors share.
        answer: Answers a request, or raises Refused or one of our errors.
        methods: The methods of HTTP that it takes.
        needs_key: Whether only callers with a key are let in.
        is_quiet: Whether requests are neither logged nor counted: load balancers ask every few
            seconds.
        is_traced: Whether each request has a span.
    """

    def __init__(
        self,
        hall: Hall,
        answer: Callable[[Exchange], Awaitable[None]],
        methods: tuple[str, ...] = ("GET", "HEAD"),
        *,
        needs_key: bool = True,
        is_quiet: bool = False,
        is_traced: bool = False,
    ) -> None:
        self._hall, self._answer, self._methods = hall, answer, methods
        self._needs_key, self._is_quiet, self._is_traced = needs_key, is_quiet, is_traced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send, self._hall.config.limits.unread_s)
        meters = self._hall.meters
        meters.in_flight.inc()
        if self._is_traced:
            name = f"{exchange.method} {_route(exchange)}"
            exchange.span = self._hall.tracing.begin(name, exchange.headers)
        try:
            await self._enter(exchange)
        except CallerGone:
            self._left(exchange)
        except AnswerLost:  # uvicorn closes a connection whose answer is not complete
            pass
        finally:
            meters.in_flight.dec()
            end(exchange)
            self._leave(exchange)

    async def _enter(self, exchange: Exchange) -> None:
        """Answers, or sends the problem: the one place where exceptions become answers."""
        try:
            if exchange.method not in self._methods:
                raise NoSuchRoute(exchange.method, exchange.scope["path"])
            self._check_key(exchange)
            await self._answer(exchange)
        except Refused as refused:
            await exchange.refuse(refused)
        except WordlightError as problem:
            await exchange.refuse(Refused(problem))
        except (CallerGone, AnswerLost):
            raise
        except Exception as error:
            logger.error("incident %s", exchange.request_id, exc_info=error, extra=_named(exchange))
            await exchange.refuse(Refused(EngineFailed(exchange.request_id)))

    def _check_key(self, exchange: Exchange) -> None:
        keys = self._hall.config.keys
        if not (keys and self._needs_key):
            return
        try:
            exchange.owner = owner_of(sent_key(exchange.headers), keys)
        except KeyMissing as problem:
            raise Refused(problem) from None

    def _left(self, exchange: Exchange) -> None:
        exchange.status = exchange.status or CLIENT_CLOSED
        self._hall.meters.gone.inc()
        logger.info("the caller left", extra=_named(exchange))

    def _leave(self, exchange: Exchange) -> None:
        took_s = time.monotonic() - exchange.came_s
        meters = self._hall.meters
        if exchange.code:
            meters.refusals.labels(exchange.code).inc()
        if self._is_quiet:
            return
        meters.requests.labels(exchange.model, str(exchange.status)).inc()
        if exchange.model and exchange.is_complete and not exchange.code:
            meters.seconds.labels(exchange.model).observe(took_s)
        told = _named(exchange, seconds=round(took_s, 4))
        logger.info("%s %s", exchange.method, _route(exchange), extra=told)


def _route(exchange: Exchange) -> str:
    """The path as its route writes it, so that no line has a text of a caller's."""
    route = exchange.scope.get("route")
    return str(getattr(route, "path", "another address"))


def _named(exchange: Exchange, **more: Any) -> dict[str, Any]:
    expected_s = exchange.expected_s
    return facts(
        request_id=exchange.request_id,
        model=exchange.model,
        status=exchange.status or None,
        code=exchange.code,
        key=exchange.owner,
        received=exchange.received or None,
        sent=exchange.sent or None,
        expected_s=None if expected_s is None else round(expected_s, 2),
        **more,
    )
