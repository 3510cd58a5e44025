"""A door: one route over HTTP, as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from wordlight.errors import NoSuchRoute
from wordlight.front._attended import attended, catching, check_key
from wordlight.front._body import Receive
from wordlight.front._exchange import Exchange, Scope, Send
from wordlight.front._hall import Hall


class Door:
    """An ASGI application for one route.

    Args:
        hall: What all doors share.
        answer: Answers a request, or raises Refused or one of our errors.
        methods: The methods of HTTP that it takes.
        needs_key: Whether only callers with a key are let in.
        is_quiet: Whether requests are logged and counted only if they are refused: load balancers
            ask every few seconds.
        is_inference: Whether each request asks a model for work.
    """

    def __init__(
        self,
        hall: Hall,
        answer: Callable[[Exchange], Awaitable[None]],
        methods: tuple[str, ...] = ("GET", "HEAD"),
        *,
        needs_key: bool = True,
        is_quiet: bool = False,
        is_inference: bool = False,
    ) -> None:
        self._hall, self._answer, self._methods = hall, answer, methods
        self._needs_key, self._is_quiet, self._is_inference = needs_key, is_quiet, is_inference

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send, self._hall.config.limits.unread_s)
        what = f"{exchange.method} {_route(exchange)}"
        is_quiet, is_inference = self._is_quiet, self._is_inference
        with attended(self._hall, exchange, what, is_quiet=is_quiet, is_inference=is_inference):
            await self._enter(exchange)

    async def _enter(self, exchange: Exchange) -> None:
        """Answers, or sends the problem."""
        with catching(exchange) as caught:
            if exchange.method not in self._methods:
                raise NoSuchRoute(exchange.method, exchange.scope["path"])
            if self._needs_key:
                check_key(self._hall, exchange)
            await self._answer(exchange)
        if caught.refused is not None:
            await exchange.refuse(caught.refused)


def _route(exchange: Exchange) -> str:
    """The path as its route writes it, so that no line has a text of a caller's."""
    route = exchange.scope.get("route")
    return str(getattr(route, "path", "another address"))
