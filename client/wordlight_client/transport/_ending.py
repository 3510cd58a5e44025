"""Asks the server to stop working on a call that the client has given up.

Otherwise the server would go on for minutes. Every request has an id of its own, and the model
``cancel`` ends the request with that id.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncGenerator, Generator

from wordlight.contract import CANCEL, ONLY_AT_THE_END, VOICES, Spec
from wordlight.errors import DeadlineExceeded, ServerError
from wordlight_client.transport._patience import Patience
from wordlight_client.transport._transports import AsyncTransport, Transport
from wordlight_client.transport._wire import Tensors

CANCEL_TIMEOUT_S = 2.0
"""How long an exception is held back, at most, until the server has received the cancellation."""
CHEAP = frozenset({CANCEL.name, VOICES.name})
"""Models whose work is done too soon to be cancelled."""


def new_id() -> str:
    """An id that no other request has."""
    return uuid.uuid4().hex


def is_last(answer: Tensors) -> bool:
    """Whether this is the last answer; only the last has certain outputs."""
    return not ONLY_AT_THE_END.isdisjoint(answer)


def infer(transport: Transport, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
    """The answer to one request; if the request is given up, it ends at the server too."""
    request_id = new_id()
    try:
        return transport.infer(spec, tensors, timeout_s, request_id)
    except BaseException as error:
        if _goes_on(spec, error):
            cancel(transport, request_id)
        raise


async def infer_async(
    transport: AsyncTransport, spec: Spec, tensors: Tensors, timeout_s: float | None
) -> Tensors:
    """``infer``, awaited."""
    request_id = new_id()
    try:
        return await transport.infer(spec, tensors, timeout_s, request_id)
    except BaseException as error:
        if _goes_on(spec, error):
            await cancel_async(transport, request_id)
        raise


def stream(
    transport: Transport, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
) -> Generator[Tensors]:
    """The answers to one request; if it is closed before the last, it ends at the server too."""
    is_done = False
    answers = transport.stream(spec, tensors, patience, request_id)
    try:
        for answer in answers:
            is_done = is_last(answer)
            yield answer
    except BaseException as error:
        if is_done and isinstance(error, ServerError):
            return  # everything has come; the connection broke afterwards
        if not is_done and _goes_on(spec, error):
            cancel(transport, request_id)
        raise
    finally:
        answers.close()


async def stream_async(
    transport: AsyncTransport, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
) -> AsyncGenerator[Tensors]:
    """``stream``, awaited."""
    is_done = False
    answers = transport.stream(spec, tensors, patience, request_id)
    try:
        async for answer in answers:
            is_done = is_last(answer)
            yield answer
    except BaseException as error:
        if is_done and isinstance(error, ServerError):
            return
        if not is_done and _goes_on(spec, error):
            await cancel_async(transport, request_id)
        raise
    finally:
        await answers.aclose()


def _goes_on(spec: Spec, error: BaseException) -> bool:
    """Whether the server may still be at work because we stopped waiting for its answer."""
    if spec.name in CHEAP:
        return False
    return isinstance(error, DeadlineExceeded) or not isinstance(error, Exception)


def cancel(transport: Transport, request_id: str) -> None:
    """Asks the server to end the request.

    If that fails, nothing is raised, because the caller has an error already. A second Ctrl-C is
    not an ``Exception``, and is passed on.
    """
    with contextlib.suppress(Exception):
        transport.infer(CANCEL, _named(request_id), CANCEL_TIMEOUT_S, new_id())


async def cancel_async(transport: AsyncTransport, request_id: str) -> None:
    """``cancel``, awaited."""
    with contextlib.suppress(Exception):
        await transport.infer(CANCEL, _named(request_id), CANCEL_TIMEOUT_S, new_id())


def _named(request_id: str) -> Tensors:
    (tensor,) = CANCEL.inputs
    return {tensor.name: tensor.encode(request_id)}
