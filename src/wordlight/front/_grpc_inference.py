"""Inference over gRPC: a request is checked, let in and passed on; its answers are passed back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from typing import Any

import grpc
import grpc.aio
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import ModelSpec
from wordlight.errors import NoSuchRoute
from wordlight.front._attended import attended, catching
from wordlight.front._body import CallerGone
from wordlight.front._descriptions import BY_NAME, VERSION, find_model
from wordlight.front._grpc_call import Call
from wordlight.front._grpc_check import check_request, parsed
from wordlight.front._grpc_codes import status_of_code, tritons_error
from wordlight.front._grpc_triton import INFER, STREAM, GrpcTriton, Pairs
from wordlight.front._hall import Hall
from wordlight.front._ids import body_id
from wordlight.front._log import facts
from wordlight.front._refusals import code_of, in_our_words, is_ours
from wordlight.front._tensors import Model
from wordlight.front._tracing import CARRIED
from wordlight.front._visit import Visit
from wordlight.logs import working_for

logger = logging.getLogger(__name__)

AT_ONCE = 32
"""Requests of one stream in work. Further ones wait in the stream."""
ERROR_FIELD = b"\x0a"
"""A ModelStreamInferResponse that begins with its field 1 holds an error."""
LONGEST_LOGGED = 500
"""Characters of a message of Triton's."""
LONGEST_TRACE = 512
"""Characters of a value of a trace's metadata: those of ``tracestate`` by its standard."""
COPIES = 3
"""A message is in memory as it came, parsed, and as it goes to Triton."""


class GrpcInference:
    """Answers ModelInfer and ModelStreamInfer.

    Args:
        hall: What all doors share.
        triton: The server behind it.
    """

    def __init__(self, hall: Hall, triton: GrpcTriton) -> None:
        self._hall, self._triton = hall, triton

    async def infer(self, call: Call, visit: Visit) -> None:
        """One answer, for models that answer once."""
        with self._hall.reading.hold():
            message = await call.read_soon()
        with self._let_in(visit, message, INFER) as request:
            del message
            try:
                answer = await self._triton.infer(request, _trace(visit), call.left_s)
            except grpc.aio.AioRpcError as error:
                await self._pass_error(call, visit, error)
                return
            visit.status, visit.sent, visit.is_complete = HTTPStatus.OK, len(answer), True
        # A caller who does not read holds no place that others need.
        await call.write(answer, visit.request_id)

    async def stream(self, call: Call, visit: Visit) -> None:
        """Answers to any number of requests, as they come; each names its request by its id."""
        tasks: set[asyncio.Task[None]] = set()
        room = asyncio.Semaphore(AT_ONCE)
        visits = self._visits_of(visit)
        try:
            while True:
                await room.acquire()
                message = await call.read()
                if message is None:
                    break
                task = asyncio.create_task(self._answer_one(call, next(visits), message))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                task.add_done_callback(lambda _: room.release())
            await asyncio.gather(*tasks)
            call.check_open()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _visits_of(self, stream: Visit) -> Iterator[Visit]:
        """A visit for each request of a stream. The first has the id that the metadata hold."""
        metadata = stream.metadata
        while True:
            visit = Visit(metadata)
            visit.owner = stream.owner
            yield visit
            metadata = tuple(pair for pair in metadata if pair[0].decode() in CARRIED)

    async def _answer_one(self, call: Call, visit: Visit, message: bytes) -> None:
        """The answers to one request of a stream. Its problem is an answer too."""
        with attended(self._hall, visit, f"gRPC {STREAM}", is_inference=True):
            with catching(visit) as caught, self._let_in(visit, message, STREAM) as request:
                await self._pass_stream(call, visit, request)
            if (refused := caught.refused) is not None:
                visit.note_refusal(refused)
                await call.write(_error(refused.problem.wire, visit), visit.request_id)

    async def _pass_stream(self, call: Call, visit: Visit, request: bytes) -> None:
        answers = self._triton.stream(request, _trace(visit), call.left_s)
        try:
            async with aclosing(answers):
                async for part in answers:
                    told = self._in_our_words(part, visit)
                    if not visit.sent and not visit.code and is_decoupled(visit.model):
                        took_s = time.monotonic() - visit.came_s
                        self._hall.meters.first_part.labels(visit.model).observe(took_s)
                    visit.sent += len(told)
                    await call.write(told, visit.request_id)
        except grpc.aio.AioRpcError as error:
            raise self._tritons(error, visit) from error
        visit.status = visit.status or HTTPStatus.OK
        visit.is_complete = True

    def _check_serving(self) -> None:
        if (problem := self._hall.condition.now().refusal()) is not None:
            raise problem

    @contextmanager
    def _let_in(self, visit: Visit, message: bytes, method: str) -> Iterator[bytes]:
        """The request for Triton, while there is room for it.

        Raises:
            InvalidInput: It breaks the contract.
            WordlightError: The server does not serve now.
            Refused: There is no room, or no time.
        """
        hall = self._hall
        visit.received = len(message)
        request = parsed(message)
        visit.request_id = body_id(request.id) or hall.cancelled.fresh(visit.request_id)
        self._check_serving()
        with hall.requests.hold(), hall.messages.hold(COPIES * len(message)):
            model = find_model(visit, request.model_name, request.model_version or VERSION)
            if method == INFER:
                _refuse_parts(model)
            hall.admission.look(model.name)
            asked = check_request(model, request, hall.config.limits)
            request.id = visit.request_id
            ticket = hall.admission.admit(model.name, asked.sizes)
            visit.expected_s = ticket.expected_s or None
            try:
                with working_for(visit.requests):
                    yield request.SerializeToString()
            except (CallerGone, asyncio.CancelledError):
                hall.end_work(visit.model, visit.request_id)
                raise
            finally:
                is_answered = visit.is_complete and not visit.code
                hall.admission.done(ticket, is_answered=is_answered)

    async def _pass_error(self, call: Call, visit: Visit, error: grpc.aio.AioRpcError) -> None:
        """Passes an error of one of our models on as it is.

        Raises:
            Refused: It is Triton's own, and has other words now.
        """
        message = error.details() or ""
        if not is_ours(message):
            raise self._tritons(error, visit)
        visit.status, visit.code = status_of_code(error.code()), code_of(message)
        await call.end_with(error.code(), message, visit.request_id)

    def _tritons(self, error: grpc.aio.AioRpcError, visit: Visit) -> Exception:
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:  # it is the caller's own
            return CallerGone()
        message = error.details() or ""
        _log(message, visit)
        return tritons_error(error.code(), message, visit.model, visit.request_id)

    def _in_our_words(self, part: bytes, visit: Visit) -> bytes:
        """A part of a stream, whose error has no word of Triton's."""
        if not part.startswith(ERROR_FIELD):
            return part
        message = pb.ModelStreamInferResponse.FromString(part).error_message
        if is_ours(message):
            visit.code = code_of(message)
        else:
            _log(message, visit)
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            problem = in_our_words(status, message, visit.model, visit.request_id).problem
            visit.code, message = problem.code, problem.wire
        return _error(message, visit)


def _trace(visit: Visit) -> Pairs:
    """The metadata that make Triton's spans part of the visit's trace."""
    return tuple((name, value) for name, value in visit.span.carried().items() if _is_plain(value))


def _is_plain(value: str) -> bool:
    """Whether gRPC takes a value in metadata."""
    return value.isascii() and value.isprintable() and len(value) <= LONGEST_TRACE


def is_decoupled(model: str) -> bool:
    """Whether a model answers in parts."""
    spec = BY_NAME[model]
    return isinstance(spec, ModelSpec) and spec.is_decoupled


def _refuse_parts(model: Model) -> None:
    if is_decoupled(model.name):
        raise NoSuchRoute("gRPC", INFER).reworded(
            f"{model.name} answers in parts, which {INFER} cannot carry", f"call {STREAM}"
        )


def _error(message: str, visit: Visit) -> bytes:
    """An error as an answer of a stream, with the id of its request."""
    named = pb.ModelInferResponse(id=visit.request_id)
    error: Any = pb.ModelStreamInferResponse(error_message=message, infer_response=named)
    encoded: bytes = error.SerializeToString()
    return encoded


def _log(message: str, visit: Visit) -> None:
    told = facts(request_id=visit.request_id, model=visit.model)
    logger.warning("Triton says: %s", repr(message[:LONGEST_LOGGED]), extra=told)
