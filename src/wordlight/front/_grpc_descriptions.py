"""Health over gRPC, and what Triton says of itself and its models."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2
from tritonclient.grpc import service_pb2 as pb

from wordlight.errors import InvalidInput
from wordlight.front._descriptions import PRIVATE, VERSION, find_model
from wordlight.front._grpc_call import Call
from wordlight.front._grpc_codes import tritons_error
from wordlight.front._grpc_triton import GrpcTriton
from wordlight.front._hall import Hall
from wordlight.front._visit import Visit

HEALTH = "/grpc.health.v1.Health/"
LOOK_EVERY_S = 0.2
Status = health_pb2.HealthCheckResponse.ServingStatus


class GrpcHealth:
    """Answers what is asked of the server's health, from what its supervisor says.

    Nobody's message is read here, because no key is asked for: every service has one health.

    Args:
        hall: What all doors share.
        closing: Is set when the door closes.
    """

    def __init__(self, hall: Hall, closing: asyncio.Event) -> None:
        self._hall, self._closing = hall, closing

    async def live(self, call: Call, visit: Visit) -> None:
        """Whether the server is live: a first start, which may take long, is life too."""
        is_live = self._hall.condition.now().live is HTTPStatus.OK
        await send(call, visit, pb.ServerLiveResponse(live=is_live))

    async def ready(self, call: Call, visit: Visit) -> None:
        """Whether the server takes requests."""
        await send(call, visit, pb.ServerReadyResponse(ready=self._is_ready))

    async def check(self, call: Call, visit: Visit) -> None:
        """The standard health check of gRPC (https://grpc.io/docs/guides/health-checking)."""
        await send(call, visit, health_pb2.HealthCheckResponse(status=self._status))

    async def watch(self, call: Call, visit: Visit) -> None:
        """The same, whenever it changes."""
        told = None
        with self._hall.watches.hold():
            while not self._closing.is_set():
                if (status := self._status) != told:
                    told = status
                    await send(call, visit, health_pb2.HealthCheckResponse(status=status))
                await asyncio.sleep(LOOK_EVERY_S)

    @property
    def _is_ready(self) -> bool:
        return self._hall.condition.now().ready is HTTPStatus.OK

    @property
    def _status(self) -> int:
        return int(Status.SERVING if self._is_ready else Status.NOT_SERVING)


class GrpcDescriptions:
    """Answers questions about the server and its models, as Triton answers them.

    Args:
        hall: What all doors share.
        triton: The server behind it.
    """

    def __init__(self, hall: Hall, triton: GrpcTriton) -> None:
        self._hall, self._triton = hall, triton

    async def server(self, call: Call, visit: Visit) -> None:
        """Triton's name, version and extensions."""
        await self._pass(call, visit, "ServerMetadata", pb.ServerMetadataRequest())

    async def is_ready(self, call: Call, visit: Visit) -> None:
        """Whether a model is ready."""
        asked = await self._read_model(call, visit, pb.ModelReadyRequest)
        if self._hall.condition.now().ready is not HTTPStatus.OK:
            await send(call, visit, pb.ModelReadyResponse(ready=False))
        else:
            await self._pass(call, visit, "ModelReady", asked)

    async def metadata(self, call: Call, visit: Visit) -> None:
        """The tensors of a model."""
        asked = await self._read_model(call, visit, pb.ModelMetadataRequest)
        await self._pass(call, visit, "ModelMetadata", asked)

    async def statistics(self, call: Call, visit: Visit) -> None:
        """The statistics of a model, or of all, which perf_analyzer reads."""
        asked = await self._read_model(call, visit, pb.ModelStatisticsRequest, may_lack_name=True)
        await self._pass(call, visit, "ModelStatistics", asked)

    async def configuration(self, call: Call, visit: Visit) -> None:
        """A model's configuration, without what names places on the server."""
        asked = await self._read_model(call, visit, pb.ModelConfigRequest)
        answer = pb.ModelConfigResponse.FromString(await self._ask(visit, "ModelConfig", asked))
        for name in PRIVATE:
            answer.config.ClearField(name)
        await send(call, visit, answer)

    async def _read_model(
        self, call: Call, visit: Visit, kind: Any, *, may_lack_name: bool = False
    ) -> Any:
        with self._hall.reading.hold():
            asked = await _read(call, kind)
        if asked.name or not may_lack_name:
            find_model(visit, asked.name, asked.version or VERSION)
        return kind(name=asked.name, version=asked.version)

    async def _pass(self, call: Call, visit: Visit, method: str, asked: Any) -> None:
        answer = await self._ask(visit, method, asked)
        await send_bytes(call, visit, answer)

    async def _ask(self, visit: Visit, method: str, asked: Any) -> bytes:
        try:
            return await self._triton.ask(method, asked.SerializeToString())
        except grpc.aio.AioRpcError as error:
            message = error.details() or ""
            raise tritons_error(error.code(), message, visit.model, visit.request_id) from error


async def send(call: Call, visit: Visit, message: Any) -> None:
    """Sends a message."""
    await send_bytes(call, visit, message.SerializeToString())


async def send_bytes(call: Call, visit: Visit, message: bytes) -> None:
    """Sends an encoded message."""
    visit.status, visit.sent = HTTPStatus.OK, visit.sent + len(message)
    await call.write(message, visit.request_id)
    visit.is_complete = True


async def _read(call: Call, kind: Any) -> Any:
    """The only message of a call.

    Raises:
        InvalidInput: It is of another kind.
    """
    try:
        return kind.FromString(await call.read_soon())
    except DecodeError:
        raise InvalidInput("the request", f"is no {kind.DESCRIPTOR.name}") from None
