"""Inference: a request is checked, let in and passed on; its answer is passed back as it comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from wordlight.contract import ModelSpec
from wordlight.errors import InvalidInput, NoSuchRoute
from wordlight.front import _ids as ids
from wordlight.front._binary_check import BinaryCheck
from wordlight.front._body import Body, CallerGone, too_large
from wordlight.front._descriptions import model_of
from wordlight.front._exchange import Exchange
from wordlight.front._generate_check import check_generate
from wordlight.front._hall import Hall
from wordlight.front._infer_check import check_infer
from wordlight.front._json import FIELD, load
from wordlight.front._refusals import Refused
from wordlight.front._relay import relay
from wordlight.front._tensors import Asked, Model
from wordlight.front._upstream import path_of
from wordlight.logs import working_for
from wordlight.tracing import Carrier

logger = logging.getLogger(__name__)

JSON_LENGTH = b"inference-header-content-length"
CONTENT_LENGTH = b"content-length"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A request as Triton gets it: what was read already, and how much follows."""

    path: str
    text: bytes
    n_following: int
    binary: BinaryCheck
    has_json_length: bool
    trace: Carrier

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The headers for Triton, which never gets a body of unknown length."""
        length = str(len(self.text) + self.n_following).encode()
        headers = {CONTENT_LENGTH: length, b"content-type": b"application/octet-stream"}
        if self.has_json_length:
            headers[JSON_LENGTH] = str(len(self.text)).encode()
        headers |= {name.encode(): value.encode() for name, value in self.trace.items()}
        return headers

    async def content(self, body: Body) -> AsyncIterator[bytes]:
        """The body for Triton. What the caller sends is checked as it passes."""
        yield self.text
        async for part in body.rest():
            self.binary.feed(part)
            yield part


class Inference:
    """Answers ``infer``, ``generate`` and ``generate_stream``.

    Args:
        hall: What all doors share.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def infer(self, exchange: Exchange) -> None:
        """An answer of tensors, for models that answer once."""
        model = self._enter(exchange)
        if isinstance(model, ModelSpec) and model.is_decoupled:
            raise NoSuchRoute(exchange.method, f"infer for {model.name}").reworded(
                f"{model.name} answers in parts, which infer cannot carry",
                f"call /v2/models/{model.name}/generate_stream",
            )
        limits = self._hall.config.limits
        await self._run(
            exchange, "infer", lambda request, n: check_infer(model, request, n, limits)
        )

    async def generate(self, exchange: Exchange) -> None:
        """One answer as flat JSON."""
        await self._generate(exchange, "generate")

    async def generate_stream(self, exchange: Exchange) -> None:
        """Answers as server-sent events, each sent on as it comes."""
        await self._generate(exchange, "generate_stream")

    async def _generate(self, exchange: Exchange, what: str) -> None:
        model = self._enter(exchange)
        if exchange.header(JSON_LENGTH) is not None:
            raise InvalidInput(JSON_LENGTH.decode(), f"has no meaning for {what}")
        limits = self._hall.config.limits
        await self._run(exchange, what, lambda request, _: check_generate(model, request, limits))

    def _enter(self, exchange: Exchange) -> Model:
        """The model, if the server takes requests for it now."""
        model = model_of(exchange)
        if (problem := self._hall.condition.now().refusal()) is not None:
            raise problem
        self._hall.admission.look(model.name)
        encoding = exchange.header(b"content-encoding")
        if encoding not in (None, b"identity"):
            problem = InvalidInput("content-encoding", "is not served", "send it uncompressed")
            raise Refused(problem, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return model

    async def _run(
        self, exchange: Exchange, what: str, check: Callable[[dict[str, Any], int], Asked]
    ) -> None:
        hall = self._hall
        body = Body(exchange.receive, exchange.count(CONTENT_LENGTH), hall.config.limits)
        async with AsyncExitStack() as held:
            held.enter_context(hall.requests.hold())
            text, n_following = await self._read(exchange, body, held)
            asked = check(load(text, hall.config.limits), n_following)
            ticket = hall.admission.admit(exchange.model, asked.sizes)
            exchange.expected_s = ticket.expected_s or None
            forwarded = self._forwarded(exchange, what, text, n_following, asked)
            is_answered = False
            try:
                with working_for(exchange.requests):
                    is_answered = await self._forward(exchange, body, forwarded)
            finally:
                hall.admission.done(ticket, is_answered=is_answered)
                exchange.received = body.got

    async def _read(
        self, exchange: Exchange, body: Body, held: AsyncExitStack
    ) -> tuple[bytes, int]:
        """The JSON part, and how many bytes follow it. Nothing that is too large is read."""
        limits, room = self._hall.config.limits, self._hall.held
        n_json = exchange.count(JSON_LENGTH)
        if body.length is None:
            held.enter_context(room.hold(limits.unsized_bytes))
            whole = await body.take_all()
            n_json = len(whole) if n_json is None else n_json
            body.put_back(whole)
            length = len(whole)
        else:
            length = body.length
            if length > limits.body_bytes:
                raise too_large(length, limits.body_bytes)
            n_json = length if n_json is None else n_json
            held.enter_context(room.hold(min(n_json, limits.json_bytes)))
        if n_json > limits.json_bytes:
            raise too_large(n_json, limits.json_bytes, FIELD)
        if not 0 < n_json <= length:
            raise InvalidInput(FIELD, f"is {n_json:,} bytes long in a body of {length:,}")
        return await body.take(n_json), length - n_json

    def _forwarded(
        self, exchange: Exchange, what: str, text: bytes, n_following: int, asked: Asked
    ) -> Forwarded:
        """The request for Triton: with an id, if the caller's body has none."""
        if asked.id is None:
            exchange.request_id = self._hall.cancelled.fresh(exchange.request_id)
            text = ids.with_id(text, exchange.request_id)
        else:
            exchange.request_id = asked.id
        path = path_of(exchange.model, what)
        has_json_length = exchange.header(JSON_LENGTH) is not None
        binary, trace = BinaryCheck(asked.binary), exchange.span.carried()
        return Forwarded(path, text, n_following, binary, has_json_length, trace)

    async def _forward(self, exchange: Exchange, body: Body, forwarded: Forwarded) -> bool:
        """Whether Triton has answered in full. A caller who leaves ends the work for it."""
        try:
            return await unless_gone(self._call(exchange, body, forwarded), body)
        except (CallerGone, asyncio.CancelledError):
            if body.is_complete:
                self._hall.end_work(exchange.model, exchange.request_id)
            raise

    async def _call(self, exchange: Exchange, body: Body, forwarded: Forwarded) -> bool:
        content = forwarded.content(body)
        call = self._hall.triton.call("POST", forwarded.path, forwarded.headers, content)
        async with call as answer:
            return await relay(answer, exchange, self._hall.meters.first_part)


async def unless_gone(work: Coroutine[Any, Any, bool], body: Body) -> bool:
    """The outcome of the work, which is cancelled if the caller leaves.

    Raises:
        CallerGone: The caller left.
    """
    worker = asyncio.create_task(work)
    watcher = asyncio.create_task(body.until_gone())
    try:
        await asyncio.wait({worker, watcher}, return_when=asyncio.FIRST_COMPLETED)
        if worker.done():
            return worker.result()
        raise CallerGone
    finally:
        for task in (worker, watcher):
            task.cancel()
        await asyncio.gather(worker, watcher, return_exceptions=True)
