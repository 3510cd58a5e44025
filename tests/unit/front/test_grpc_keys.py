"""Who is let in over gRPC, and what a stranger can do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from grpc_front import grpc_front, narration, refused, voices
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.grpc import service_pb2 as pb

from wordlight.front import Key, Limits, hash_key

MIB = 1 << 20
Code = grpc.StatusCode


def test_only_callers_with_a_key_are_let_in(folder: Path) -> None:
    with grpc_front(folder, keys=(Key("anna", hash_key("secret")),)) as door:
        infer = door.stub.ModelInfer
        assert refused(infer, voices())[0] is Code.UNAUTHENTICATED
        wrong = (("x-api-key", "guess"),)
        assert refused(infer, voices(), metadata=wrong)[0] is Code.UNAUTHENTICATED
        stream = door.stub.ModelStreamInfer(iter([narration()]), metadata=wrong)
        assert refused(list, stream)[0] is Code.UNAUTHENTICATED
        assert not door.upstream.came
        for right in (("authorization", "Bearer secret"), ("x-api-key", "secret")):
            infer(voices(), metadata=(right,))
        assert door.stub.ServerReady(pb.ServerReadyRequest()).ready  # a load balancer has no key


def test_a_caller_without_a_key_is_refused_before_its_message_is_there(folder: Path) -> None:
    with grpc_front(folder, keys=(Key("anna", hash_key("secret")),)) as door:

        def slow() -> Iterator[Any]:
            time.sleep(5)
            yield narration()

        began_s = time.monotonic()
        assert refused(list, door.stub.ModelStreamInfer(slow()))[0] is Code.UNAUTHENTICATED
        assert time.monotonic() - began_s < 3


def test_health_asks_for_no_key_and_reads_no_message(folder: Path) -> None:
    with grpc_front(folder, keys=(Key("anna", hash_key("secret")),)) as door:
        check = door.channel.stream_unary("/grpc.health.v1.Health/Check")
        endless = iter(lambda: b"x" * MIB, None)

        assert check(endless, timeout=10) == b"\x08\x01"  # SERVING


def test_watches_of_the_health_leave_room_for_others(folder: Path) -> None:
    with grpc_front(folder, Limits(watches=2)) as door:
        health = health_pb2_grpc.HealthStub(door.channel)
        watches = [health.Watch(health_pb2.HealthCheckRequest()) for _ in range(2)]
        for watch in watches:
            next(watch)
        third = health.Watch(health_pb2.HealthCheckRequest())

        assert refused(next, third)[0] is Code.RESOURCE_EXHAUSTED
        assert door.stub.ModelInfer(voices())
        for watch in watches:
            watch.cancel()
