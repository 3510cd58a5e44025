"""A request with many answers: gRPC or HTTP, blocking or awaited.

Each stream has a connection of its own, which ends with the stream. The request is sent whole and
nothing follows it, so that the server ends the stream after its last answer.

Before a stream is closed, the server has been asked to end it (`_ending`). Over gRPC we then wait
for the server to end it. If we cancelled a call between the server's last answer and the end of the
call, Triton 2.51 would keep the call for ever, and the model with it, and would not shut down
within 30 s. (Ctrl-C and a time limit end a wait, so they cancel at once. The server is then rarely
at its last answer.)
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import queue
import ssl
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

from wordlight.contract import Dtype, Spec
from wordlight_client.transport._address import Address
from wordlight_client.transport._events import Events, answer, refusal, request_body
from wordlight_client.transport._failures import failure
from wordlight_client.transport._patience import Patience
from wordlight_client.transport._wire import (
    CONNECT_TIMEOUT_S,
    Headers,
    Tensors,
    edge,
    grpc_options,
    lower,
    outputs,
)

PIECE_BYTES = 1 << 16
THREAD = "wordlight-stream"
ENDS_WITHIN_S = 1.0
"""How long the closing of a stream waits for the server to end it."""
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a stream of answers, and its destination."""

    address: Address
    headers: Headers
    spec: Spec
    tensors: Tensors
    request_id: str

    @property
    def host(self) -> str:
        """The server's host and port."""
        return self.address.target.partition("/")[0]

    @property
    def path(self) -> str:
        """The path of the model's stream over HTTP."""
        _, slash, base = self.address.target.partition("/")
        return f"{slash}{base}/v2/models/{self.spec.name}/generate_stream"

    @property
    def url(self) -> str:
        """The URL of the model's stream over HTTP."""
        return f"http{'s' * self.address.is_secure}://{self.host}{self.path}"

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers over HTTP: the caller's, and the type of the body."""
        return {**JSON, **self.headers}

    @property
    def body(self) -> bytes:
        """The request as JSON."""
        return request_body(self.spec, self.tensors, self.request_id)

    def message(self) -> Any:
        """The request as a message of gRPC."""
        from tritonclient.grpc import service_pb2
        from tritonclient.utils import serialize_byte_tensor

        message = service_pb2.ModelInferRequest(model_name=self.spec.name, id=self.request_id)
        for name, array in self.tensors.items():
            dtype = self.spec.input(name).dtype
            message.inputs.add(name=name, datatype=dtype.wire, shape=array.shape)
            is_text = dtype is Dtype.STRING
            packed = serialize_byte_tensor(array).item() if is_text else array.tobytes()
            message.raw_input_contents.append(packed)
        return message

    def outputs(self, message: Any) -> Tensors:
        """The outputs in an answer over gRPC.

        Raises:
            WordlightError: The answer is an error.
        """
        from tritonclient.grpc import InferResult

        if message.error_message:
            raise failure(message.error_message, None, self.address)
        return outputs(self.spec, InferResult(message.infer_response))

    def answer(self, event: bytes) -> Tensors:
        """The outputs in an event over HTTP; raises what ``outputs`` raises."""
        return answer(self.spec, event, self.address)

    def wait_s(self, patience: Patience) -> float | None:
        """Seconds that the next answer may take.

        Raises:
            DeadlineExceeded: No time is left.
        """
        wait_s = patience.wait_s()
        if wait_s == 0:
            raise patience.error(self.address)
        return wait_s


def grpc_answers(request: Request, patience: Patience) -> Generator[Tensors]:
    """The answers over gRPC, as they come.

    gRPC's own iterator has no time limit for a single answer, so a thread waits for each answer.
    """
    import grpc

    arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with edge(request.address, patience.timeout_s), _channel(grpc, request.address) as channel:
        call = _begin(channel, request)
        waiting = threading.Thread(target=_forward, args=(call, arrived), name=THREAD, daemon=True)
        waiting.start()
        try:
            while (message := _arrived(arrived, request, patience)) is not None:
                yield request.outputs(message)
        except GeneratorExit:
            waiting.join(ENDS_WITHIN_S)
            raise
        finally:
            call.cancel()


def http_answers(request: Request, patience: Patience) -> Generator[Tensors]:
    """The answers over HTTP, as they come."""
    with edge(request.address, patience.timeout_s):
        connection = _connection(request, patience)
        try:
            connection.connect()
            connection.sock.settimeout(request.wait_s(patience))
            connection.request("POST", request.path, request.body, request.all_headers)
            for event in _events(connection, request, patience):
                yield request.answer(event)
        finally:
            connection.close()


async def grpc_answers_async(request: Request, patience: Patience) -> AsyncGenerator[Tensors]:
    """The answers over gRPC, awaited."""
    import grpc.aio

    with edge(request.address, patience.timeout_s):
        async with _channel(grpc.aio, request.address) as channel:
            call = _begin(channel, request)
            try:
                while True:
                    message = await _awaited(call.read, request, patience)
                    if message is grpc.aio.EOF:
                        return
                    yield request.outputs(message)
            except GeneratorExit:
                with contextlib.suppress(TimeoutError, grpc.RpcError):
                    async with asyncio.timeout(ENDS_WITHIN_S):
                        while await call.read() is not grpc.aio.EOF:
                            pass
                raise
            finally:
                call.cancel()


async def http_answers_async(request: Request, patience: Patience) -> AsyncGenerator[Tensors]:
    """The answers over HTTP, awaited."""
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S)
    events = Events()
    with edge(request.address, patience.timeout_s):
        async with aiohttp.ClientSession(timeout=limits) as session:
            post = partial(
                session.post, request.url, data=request.body, headers=request.all_headers
            )
            response = await _awaited(post, request, patience)
            try:
                if response.status != http.client.OK:
                    raise refusal(response.status, await response.read(), request.address)
                while piece := await _awaited(response.content.readany, request, patience):
                    for event in events.feed(piece):
                        yield request.answer(event)
            finally:
                response.close()


def _channel(grpc: Any, address: Address) -> Any:
    """A channel of ``grpc`` or ``grpc.aio``."""
    options = grpc_options(address)
    if not address.is_secure:
        return grpc.insecure_channel(address.target, options=options)
    from grpc import ssl_channel_credentials

    return grpc.secure_channel(address.target, ssl_channel_credentials(), options=options)


def _begin(channel: Any, request: Request) -> Any:
    """Starts the call; its messages are the answers."""
    from tritonclient.grpc import service_pb2_grpc

    metadata = list(lower(request.headers).items())
    stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
    return stub.ModelStreamInfer(iter([request.message()]), metadata=metadata)


def _forward(call: Any, arrived: queue.SimpleQueue[Any]) -> None:
    """Puts every message of the call into the queue, and at the end its error or None."""
    try:
        for message in call:
            arrived.put(message)
    except Exception as error:  # noqa: BLE001 - it is raised where the messages are read
        arrived.put(error)
    else:
        arrived.put(None)


def _arrived(arrived: queue.SimpleQueue[Any], request: Request, patience: Patience) -> Any:
    """The next message, or None after the last."""
    try:
        message = arrived.get(timeout=request.wait_s(patience))
    except queue.Empty:
        raise patience.error(request.address) from None
    if isinstance(message, Exception):
        raise message
    return message


def _connection(request: Request, patience: Patience) -> http.client.HTTPConnection:
    wait_s = request.wait_s(patience)
    within_s = CONNECT_TIMEOUT_S if wait_s is None else min(CONNECT_TIMEOUT_S, wait_s)
    if not request.address.is_secure:
        return http.client.HTTPConnection(request.host, timeout=within_s)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(request.host, timeout=within_s, context=context)


def _events(
    connection: http.client.HTTPConnection, request: Request, patience: Patience
) -> Generator[bytes]:
    """The events of the answer; the wait for each is limited by a timeout of the socket."""
    socket, events = connection.sock, Events()
    try:
        socket.settimeout(request.wait_s(patience))
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise refusal(response.status, response.read(), request.address)
            while True:
                socket.settimeout(request.wait_s(patience))
                piece = response.read1(PIECE_BYTES)
                if not piece:
                    return
                yield from events.feed(piece)
    except TimeoutError:
        raise patience.error(request.address) from None


async def _awaited(begin: Callable[[], Any], request: Request, patience: Patience) -> Any:
    """The result of what ``begin`` starts, awaited no longer than patience allows."""
    try:
        async with asyncio.timeout(request.wait_s(patience)):
            return await begin()
    except TimeoutError:
        raise patience.error(request.address) from None
