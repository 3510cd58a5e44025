"""How calls over gRPC end: a caller leaves, time runs out, Triton is lost, the door closes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import grpc
import pytest
from front_server import until
from grpc_front import GrpcFront, GrpcUpstream, grpc_front, narration, refused, upstream_at, voices
from hostile_grpc import INFER, send_path
from tritonclient.grpc import service_pb2 as pb

from wordlight.front import Limits

Code = grpc.StatusCode


@pytest.fixture
def door(grpc_door: GrpcFront) -> GrpcFront:
    return grpc_door


@pytest.mark.parametrize("how", ["infer", "stream"])
def test_the_work_of_a_caller_who_leaves_is_cancelled(door: GrpcFront, how: str) -> None:
    def endless(_: Any, context: grpc.ServicerContext) -> Any:
        while context.is_active():
            time.sleep(0.02)
        return pb.ModelInferResponse()

    door.upstream.answer = endless
    door.upstream.answers = lambda request, context: iter([endless(request, context)])
    call: Any
    if how == "infer":
        call = door.stub.ModelInfer.future(voices())
    else:
        call = door.stub.ModelStreamInfer(iter([narration()]))
    until(lambda: door.upstream.came)
    call.cancel()
    assert door.upstream.gone.wait(2)


def test_problems_of_one_stream_that_come_together_are_all_answered(door: GrpcFront) -> None:
    for _ in range(20):
        requests = [pb.ModelInferRequest(model_name="nothing", id=str(n)) for n in range(30)]
        answers = list(door.stub.ModelStreamInfer(iter(requests)))

        assert sorted(one.infer_response.id for one in answers) == sorted(map(str, range(30)))
        assert {one.error_message.partition(":")[0] for one in answers} == {"MODEL_MISSING"}


def test_a_path_that_is_no_text_ends_the_server_which_begins_again(door: GrpcFront) -> None:
    """grpcio's own fault. Calls in work are lost; the next one is answered."""
    _, _, port = door.address.rpartition(":")
    send_path(int(port), b"/\xff\xfe")

    until(lambda: _answers(door))


def test_a_deadline_is_passed_on(door: GrpcFront) -> None:
    left: list[float] = []

    def look(request: Any, context: grpc.ServicerContext) -> Any:
        left.append(context.time_remaining())
        return pb.ModelInferResponse()

    door.upstream.answer = look
    door.stub.ModelInfer(voices(), timeout=7)
    assert 5 < left[0] < 7.1


def test_a_triton_that_is_gone_is_told_and_found_again(folder: Path) -> None:
    upstream = GrpcUpstream()
    with upstream_at(upstream) as port:
        pass
    with grpc_front(folder, triton=port) as door:
        code, message = refused(door.stub.ModelInfer, voices())
        assert code is Code.UNAVAILABLE
        assert message.startswith("NOT_SERVING")
        with upstream_at(upstream, port):
            until(lambda: _answers(door))


def _answers(door: GrpcFront) -> bool:
    try:
        door.stub.ModelInfer(voices())
    except grpc.RpcError:
        return False
    return True


def test_a_stream_that_breaks_off_says_so(door: GrpcFront) -> None:
    def breaks_off(request: Any, context: grpc.ServicerContext) -> Any:
        yield pb.ModelStreamInferResponse(infer_response=pb.ModelInferResponse(id=request.id))
        context.abort(Code.UNAVAILABLE, "Socket closed")

    door.upstream.answers = breaks_off
    good, lost = door.stub.ModelStreamInfer(iter([narration()]))
    assert not good.error_message
    assert lost.error_message.startswith("NOT_SERVING")


def test_a_door_closes_at_once_though_a_message_is_half_sent(folder: Path) -> None:
    with grpc_front(folder) as door:
        never = Event()
        half = door.channel.stream_unary(INFER).future(iter(lambda: never.wait(30) or b"", b""))
        time.sleep(0.5)
        began_s = time.monotonic()
        door.close()
        assert time.monotonic() - began_s < 2
        with pytest.raises(grpc.RpcError) as caught:
            half.result(5)
        assert caught.value.code() is Code.UNAVAILABLE
        never.set()


def test_answers_that_nobody_reads_hold_no_place(folder: Path) -> None:
    with grpc_front(folder, Limits(requests=2)) as door:
        door.upstream.answer = lambda request, _: pb.ModelInferResponse(
            id=request.id, raw_output_contents=[bytes(8 << 20)]
        )
        unread = []
        for number in range(1, 5):
            unread.append(door.channel.unary_stream(INFER)(voices().SerializeToString()))
            until(lambda n=number: len(door.upstream.came) == n and not door.hall.requests.taken)
        for call in unread:
            call.cancel()


def test_a_door_closes_at_once_though_a_stream_is_open(folder: Path) -> None:
    with grpc_front(folder) as door:

        def waits() -> Iterator[Any]:
            yield narration()
            time.sleep(30)

        answers = door.stub.ModelStreamInfer(waits())
        next(answers)
        next(answers)
        began_s = time.monotonic()
        door.close()
        assert time.monotonic() - began_s < 2
        assert refused(next, answers)[0] is Code.UNAVAILABLE


def test_a_decoupled_model_is_asked_in_a_stream(door: GrpcFront) -> None:
    code, message = refused(door.stub.ModelInfer, narration())
    assert code is Code.UNIMPLEMENTED
    assert "ModelStreamInfer" in message
