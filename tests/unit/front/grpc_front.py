"""A small gRPC server in Triton's place, and the front door's gRPC before it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc

from wordlight.contract import NARRATE_STREAM, VOICES
from wordlight.front import Condition, FrontConfig, Limits, Phase
from wordlight.front._grpc_door import grpc_door
from wordlight.front._hall import Hall

BEGINS_WITHIN_S = 20.0
Stub = service_pb2_grpc.GRPCInferenceServiceStub
Answer = Callable[[Any, grpc.ServicerContext], Any]


def voices(**changes: Any) -> Any:
    """A good request to the model `voices`."""
    request = pb.ModelInferRequest(model_name=VOICES.name, **changes)
    language = pb.InferTensorContents(bytes_contents=[b"en"])
    request.inputs.add(name="LANGUAGE", datatype="BYTES", shape=[1, 1], contents=language)
    return request


def narration(**changes: Any) -> Any:
    """A good request to a model that answers in parts."""
    request = pb.ModelInferRequest(model_name=NARRATE_STREAM.name, **changes)
    text = pb.InferTensorContents(bytes_contents=[b"Hello."])
    request.inputs.add(name="TEXT", datatype="BYTES", shape=[1, 1], contents=text)
    return request


def echo(request: Any, _: grpc.ServicerContext) -> Any:
    """An answer with the request's id."""
    return pb.ModelInferResponse(model_name=request.model_name, id=request.id)


def parts(request: Any, context: grpc.ServicerContext) -> Any:
    """Two parts of an answer."""
    for _ in range(2):
        yield pb.ModelStreamInferResponse(infer_response=echo(request, context))


@dataclass
class GrpcUpstream(service_pb2_grpc.GRPCInferenceServiceServicer):
    """What came, and what is answered."""

    answer: Answer = echo
    answers: Answer = parts
    config: Any = field(default_factory=pb.ModelConfigResponse)
    came: list[Any] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    def _comes(self, request: Any, context: grpc.ServicerContext) -> None:
        self.came.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        context.add_callback(self.gone.set)

    def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802 - as gRPC names it
        self._comes(request, context)
        return self.answer(request, context)

    def ModelStreamInfer(self, request_iterator: Any, context: Any) -> Any:  # noqa: N802
        for request in request_iterator:
            self._comes(request, context)
            yield from self.answers(request, context)

    def ModelConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self.config


@dataclass
class GrpcFront:
    """The door that runs, its channel, and what is behind it."""

    upstream: GrpcUpstream
    address: str
    channel: grpc.Channel
    stub: Any
    hall: Hall
    condition: Path
    close: Callable[[], None]

    def say(self, condition: Condition) -> None:
        condition.write(self.condition)


@contextmanager
def upstream_at(upstream: GrpcUpstream, port: int = 0) -> Iterator[int]:
    """The port of a server in Triton's place."""
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(upstream, server)
    found = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield found
    finally:
        server.stop(0).wait()


@contextmanager
def grpc_front(
    folder: Path, limits: Limits | None = None, triton: int | None = None, **settings: Any
) -> Iterator[GrpcFront]:
    """A door of these limits and settings, which serves, before a server in Triton's place."""
    condition, upstream = folder / "condition.json", GrpcUpstream()
    Condition(Phase.SERVING).write(condition)
    with upstream_at(upstream) as behind:
        config = FrontConfig(
            1, 1, condition, limits=limits or Limits(), grpc_port=0,
            triton_grpc=triton or behind, **settings,
        )  # fmt: skip
        hall = Hall.of(config)
        with running(hall) as (port, close):
            address = f"127.0.0.1:{port}"
            with grpc.insecure_channel(address) as channel:
                yield GrpcFront(upstream, address, channel, Stub(channel), hall, condition, close)


@contextmanager
def running(hall: Hall) -> Iterator[tuple[int, Callable[[], None]]]:
    """The port of a door whose loop runs in a thread, and what closes it."""
    began, loop = threading.Event(), asyncio.new_event_loop()
    ports: list[int] = []
    ending = asyncio.Event()

    async def serve() -> None:
        async with grpc_door(hall) as server:
            assert server is not None
            ports.append(server.port)
            began.set()
            await ending.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert began.wait(BEGINS_WITHIN_S)

    def close() -> None:
        loop.call_soon_threadsafe(ending.set)
        thread.join(BEGINS_WITHIN_S)
        assert not thread.is_alive()

    try:
        yield ports[0], close
    finally:
        if thread.is_alive():
            close()
        loop.close()


def refused(call: Any, *given: Any, **named: Any) -> tuple[grpc.StatusCode, str]:
    """Code and message of a call that is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*given, **named)
    return caught.value.code(), caught.value.details()
