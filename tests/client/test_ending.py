"""Calls that the client gives up are ended at the server too: once, by id, hiding no error."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_server import AsyncFakeServer, FakeServer, Tensors
from wordlight_client import AsyncClient, Client

from wordlight.contract import CANCEL, Spec
from wordlight.errors import (
    DeadlineExceeded,
    EmptyText,
    ServerBusy,
    ServerUnreachable,
)

pytest.importorskip("tritonclient.grpc")
pytest.importorskip("tritonclient.http")
from stream_server import Served, served


@pytest.fixture
def real() -> Iterator[Served]:
    with served() as running:
        yield running


def urls(real: Served) -> dict[str, str]:
    return {"grpc": real.grpc_url, "http": real.http_url}


@contextlib.contextmanager
def interrupt(after_s: float) -> Iterator[None]:
    """Sends this process a real SIGINT, unless the block has ended before."""
    timer = threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_every_request_has_an_id_of_its_own(real: Served, protocol: str) -> None:
    async def ask_twice() -> None:
        async with AsyncClient(urls(real)[protocol]) as client:
            await client.narrate("Hi.")
            await client.narrate("Hi.")

    with Client(urls(real)[protocol]) as client:
        client.narrate("Hi.")
        client.narrate("Hi.")
    asyncio.run(ask_twice())

    assert len(set(real.narrator.ids)) == 4
    assert all(len(request_id) == 32 for request_id in real.narrator.ids)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), DeadlineExceeded("late")])
def test_a_call_that_is_given_up_is_ended_once_by_its_id(
    server: FakeServer, error: BaseException
) -> None:
    server.error = error

    with pytest.raises(type(error)):
        Client(transport=server).narrate("Hi.")

    assert server.cancelled == server.ids
    assert len(server.ids) == 1


@pytest.mark.parametrize(
    "error", [ServerUnreachable("gone"), ServerBusy("full"), EmptyText("TEXT")]
)
def test_a_call_that_the_server_has_ended_or_never_got_is_not_ended_again(
    server: FakeServer, error: Exception
) -> None:
    server.error = error

    with pytest.raises(type(error)):
        Client(transport=server).narrate("Hi.")

    assert server.cancelled == []


def test_a_call_that_costs_nothing_is_not_ended(server: FakeServer) -> None:
    server.error = DeadlineExceeded("late")

    with pytest.raises(DeadlineExceeded):
        Client(transport=server).voices()
    with pytest.raises(DeadlineExceeded):
        Client(transport=server).wait_until_ready(0.1, poll_s=0.05)

    assert server.cancelled == []


class Unwilling(FakeServer):
    """Raises when it is told to end something."""

    def __init__(self, how: BaseException) -> None:
        super().__init__(error=KeyboardInterrupt("the first"))
        self.how = how

    def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        if spec.name == CANCEL.name:
            assert timeout_s == 2.0
            raise self.how
        return super().infer(spec, tensors, timeout_s, request_id)


@pytest.mark.parametrize("how", [ServerUnreachable("gone"), RuntimeError("a bug")])
def test_what_goes_wrong_while_the_server_is_told_hides_nothing(how: Exception) -> None:
    with pytest.raises(KeyboardInterrupt, match="the first"):
        Client(transport=Unwilling(how)).narrate("Hi.")


def test_a_second_interrupt_goes_through_at_once() -> None:
    with pytest.raises(KeyboardInterrupt, match="the second"):
        Client(transport=Unwilling(KeyboardInterrupt("the second"))).narrate("Hi.")


def test_a_cancelled_task_ends_its_call(
    make_async: Callable[[FakeServer], AsyncFakeServer], server: FakeServer
) -> None:
    class Slow(AsyncFakeServer):
        async def infer(
            self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
        ) -> Tensors:
            answer = await super().infer(spec, tensors, timeout_s, request_id)
            await asyncio.sleep(0 if spec.name == CANCEL.name else 60)
            return answer

    async def go() -> None:
        task = asyncio.create_task(AsyncClient(transport=Slow(server)).narrate("Hi."))
        await asyncio.sleep(0.1)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(go())

    assert server.cancelled == server.ids != []


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_a_time_limit_ends_a_real_call_at_the_server(real: Served, protocol: str) -> None:
    with Client(urls(real)[protocol]) as client, pytest.raises(DeadlineExceeded):
        client.narrate("stuck", timeout_s=0.3)

    assert real.narrator.wait_until_cancelled() == real.narrator.ids


@pytest.mark.parametrize("protocol", ["grpc", "http"])
@pytest.mark.alone
def test_a_real_interrupt_ends_a_real_call_at_the_server(real: Served, protocol: str) -> None:
    began_s = time.monotonic()

    with Client(urls(real)[protocol]) as client, pytest.raises(KeyboardInterrupt), interrupt(0.5):
        client.narrate("stuck")

    assert time.monotonic() - began_s < 3
    assert real.narrator.wait_until_cancelled() == real.narrator.ids


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_a_real_interrupt_ends_a_real_stream_at_the_server(real: Served, protocol: str) -> None:
    parts: list[Any] = []

    with Client(urls(real)[protocol]) as client:
        stream = client.narrate_stream("One two three four stuck.")
        with pytest.raises(KeyboardInterrupt), interrupt(0.5):
            parts.extend(iter(lambda: next(stream), None))

    assert real.narrator.wait_until_cancelled() == [stream.id]
    assert len(stream.parts) == 2
