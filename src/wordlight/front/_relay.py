"""Triton's answer on its way to the caller: bytes as they come, errors in our words."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus

from prometheus_client import Histogram

from wordlight.errors import NotServing
from wordlight.front._events import Events
from wordlight.front._exchange import AnswerLost, Exchange
from wordlight.front._log import facts
from wordlight.front._peer import Lost, Peer
from wordlight.front._refusals import (
    GONE,
    JSON_TYPE,
    Headers,
    Refused,
    body_of,
    code_of,
    in_our_words,
    is_ours,
    message_in,
)
from wordlight.front._upstream import read

logger = logging.getLogger(__name__)

PASSED = (b"content-type", b"content-length", b"inference-header-content-length")
EVENTS = b"text/event-stream"
EVENT = b"data: %s\n\n"
LONGEST_LOGGED = 500
"""Characters of a message of Triton's."""


async def relay(answer: Peer, exchange: Exchange, first_part: Histogram) -> bool:
    """Passes an answer on. Returns whether it was whole and no error.

    Raises:
        Refused: It is an error of Triton's own.
        Lost: It breaks off before its first part.
        AnswerLost: It breaks off later. But a stream that breaks off after a whole event ends with
            an error.
    """
    headers = answer.headers
    if answer.status != HTTPStatus.OK:
        await _pass_error(answer, exchange)
        return False
    passed = tuple((name, headers[name]) for name in PASSED if name in headers)
    if headers.get(b"content-type", b"").startswith(EVENTS):
        return await _pass_events(answer, exchange, passed, first_part)
    return await _pass_whole(answer, exchange, passed)


async def _pass_whole(answer: Peer, exchange: Exchange, passed: Headers) -> bool:
    await exchange.start(answer.status, passed)
    try:
        async for part in answer.parts():
            await exchange.send(part)
    except Lost as error:
        raise _broken_off(exchange) from error
    await exchange.send(b"", is_last=True)
    return True


async def _pass_events(
    answer: Peer, exchange: Exchange, passed: Headers, first_part: Histogram
) -> bool:
    events = Events(lambda event: _event_in_our_words(event, exchange))
    try:
        async for part in answer.parts():
            if not exchange.status:  # nothing is promised before Triton has something to send
                await exchange.start(answer.status, passed)
                took_s = time.monotonic() - exchange.came_s
                first_part.labels(exchange.model).observe(took_s)
            if ready := events.feed(part):
                await exchange.send(ready)
    except Lost as error:
        if not exchange.status:
            raise
        broken_off = _broken_off(exchange)
        if not events.is_between:
            raise broken_off from error
        await exchange.send(EVENT % body_of(NotServing(GONE).wire), is_last=True)
        return False
    if not exchange.status:
        await exchange.start(answer.status, passed)
    await exchange.send(events.end(), is_last=True)
    return not exchange.code


async def _pass_error(answer: Peer, exchange: Exchange) -> None:
    """Passes an error of one of our models on as it is.

    Raises:
        Refused: It is Triton's own, and has other words now.
    """
    message = message_in(await read(answer))
    if not is_ours(message):
        raise _in_our_words(answer.status, message, exchange)
    exchange.code = code_of(message)
    body = body_of(message)
    length = (b"content-length", str(len(body)).encode())
    await exchange.start(answer.status, (JSON_TYPE, length))
    await exchange.send(body, is_last=True)


def _broken_off(exchange: Exchange) -> AnswerLost:
    exchange.code = NotServing.code
    logger.warning("Triton's answer broke off", extra=facts(request_id=exchange.request_id))
    return AnswerLost()


def _event_in_our_words(event: bytes, exchange: Exchange) -> bytes:
    message = message_in(event)
    if is_ours(message):
        exchange.code = code_of(message)
    else:
        problem = _in_our_words(500, message, exchange).problem
        exchange.code, message = problem.code, problem.wire
    return EVENT % body_of(message)


def _in_our_words(status: int, message: str, exchange: Exchange) -> Refused:
    logger.warning(
        "Triton says: %s",
        repr(message[:LONGEST_LOGGED]),
        extra=facts(request_id=exchange.request_id, model=exchange.model, status=status),
    )
    return in_our_words(status, message, exchange.model, exchange.request_id)
