"""gRPC at the front door: who is let in, what is refused, and what comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from front_server import until
from grpc_front import GrpcFront, GrpcUpstream, grpc_front, narration, upstream_at, voices
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hostile_grpc import GRPC_KILLERS, INFER, KILLERS
from tritonclient.grpc import model_config_pb2
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import VOICES
from wordlight.errors import InvalidInput
from wordlight.front import Condition, Key, Limits, Phase, hash_key

MIB = 1 << 20
LEAK = "unable to open shared memory region /wordlight-1234 at /opt/x.py"
Code = grpc.StatusCode


@pytest.fixture(scope="module")
def _front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GrpcFront]:
    with grpc_front(tmp_path_factory.mktemp("front")) as one:
        yield one


@pytest.fixture
def door(_front: GrpcFront) -> GrpcFront:
    """A door that serves; what is behind it answers anew."""
    _front.upstream.__init__()  # type: ignore[misc]
    _front.say(Condition(Phase.SERVING))
    return _front


def refused(call: Any, *given: Any, **named: Any) -> tuple[grpc.StatusCode, str]:
    """Code and message of a call that is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*given, **named)
    return caught.value.code(), caught.value.details()


def test_a_good_request_gets_tritons_answer(door: GrpcFront) -> None:
    answer, call = door.stub.ModelInfer.with_call(voices())
    (came,) = door.upstream.came
    assert answer.model_name == VOICES.name
    assert came.inputs == voices().inputs
    assert dict(call.initial_metadata())["x-request-id"] == came.id == answer.id


def test_the_id_in_the_request_comes_before_that_in_the_metadata(door: GrpcFront) -> None:
    named = (("x-request-id", "mine"),)
    assert door.stub.ModelInfer(voices(), metadata=named).id == "mine"
    assert door.stub.ModelInfer(voices(id="its own"), metadata=named).id == "its own"


def test_triton_gets_the_callers_trace_and_no_other_metadata(door: GrpcFront) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = (("traceparent", trace), ("triton-grpc-protocol-x", "y"), ("authorization", "Bearer z"))
    door.stub.ModelInfer(voices(), metadata=sent)
    (came,) = door.upstream.metadata
    assert came["traceparent"] == trace
    assert came.keys() <= {"traceparent", "user-agent"}


@pytest.mark.parametrize("how", ["infer", "stream"])
@pytest.mark.parametrize("killer", [*KILLERS.values(), *GRPC_KILLERS.values()])
def test_what_would_end_triton_never_reaches_it(door: GrpcFront, killer: Any, how: str) -> None:
    if how == "infer":
        code, message = refused(door.stub.ModelInfer, killer)
        assert code is Code.INVALID_ARGUMENT
    else:
        (answer,) = door.stub.ModelStreamInfer(iter([killer]))
        message = answer.error_message
    assert "STARTS" in message or "NAMES" in message
    assert not door.upstream.came


def _changed(**changes: Any) -> Any:
    request = voices()
    for name, value in changes.items():
        target: Any = request.inputs[0]
        if name == "shape":
            del target.shape[:]
            target.shape.extend(value)
        elif name == "contents":
            target.contents.CopyFrom(value)
        elif name == "raw":
            target.ClearField("contents")
            request.raw_input_contents.extend(value)
        else:
            setattr(target, name, value)
    return request


WRONG = {
    "another type": (_changed(datatype="FP32"), "LANGUAGE"),
    "another name": (_changed(name="TONGUE"), "TONGUE"),
    "a negative shape": (_changed(shape=[1, -1]), "LANGUAGE"),
    "two elements in contents": (
        _changed(contents=pb.InferTensorContents(bytes_contents=[b"a", b"b"])), "LANGUAGE"),
    "contents of another type": (
        _changed(contents=pb.InferTensorContents(fp32_contents=[1.0])), "fp32_contents"),
    "no contents": (_changed(contents=pb.InferTensorContents()), "LANGUAGE"),
    "raw beside contents": (voices(raw_input_contents=[b"\x02\0\0\0en"]), "LANGUAGE"),
    "raw of a wrong length": (_changed(raw=[b"\x09\0\0\0en"]), "LANGUAGE"),
    "raw without a length": (_changed(raw=[b"en"]), "LANGUAGE"),
    "one raw too many": (_changed(raw=[b"\x02\0\0\0en", b""]), "raw_input_contents"),
    "a long text": (
        _changed(contents=pb.InferTensorContents(bytes_contents=[b"x" * MIB])), "LANGUAGE"),
    "nothing": (pb.ModelInferRequest(model_name=VOICES.name), "LANGUAGE"),
    "an input twice": (voices(inputs=voices().inputs), "inputs"),
    "an output that is not there": (
        voices(outputs=[pb.ModelInferRequest.InferRequestedOutputTensor(name="X")]), "'X'"),
    "shared memory": (
        voices(outputs=[pb.ModelInferRequest.InferRequestedOutputTensor(
            name="NAMES",
            parameters={"shared_memory_region": pb.InferParameter(string_param="r")})]),
        "NAMES"),
    "an unknown parameter": (
        voices(parameters={"sequence_id": pb.InferParameter(int64_param=1)}), "sequence_id"),
    "a negative timeout": (
        voices(parameters={"timeout": pb.InferParameter(int64_param=-1)}), "timeout"),
    "a timeout in words": (
        voices(parameters={"timeout": pb.InferParameter(string_param="1")}), "timeout"),
    "a version that is not there": (voices(model_version="2"), "version"),
    "a long id": (voices(id="x" * 1000), "id"),
    "an id of two lines": (voices(id="x\ny"), "id"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "named"), WRONG.values(), ids=WRONG.keys())
def test_what_breaks_the_contract_is_refused_by_name(
    door: GrpcFront, request_: Any, named: str
) -> None:
    code, message = refused(door.stub.ModelInfer, request_)
    assert code in (Code.INVALID_ARGUMENT, Code.NOT_FOUND)
    assert named in message
    assert not door.upstream.came


def test_a_message_of_another_kind_is_refused(door: GrpcFront) -> None:
    call = door.channel.unary_unary(INFER)
    code, message = refused(call, b"\xff\xff\xff")
    assert (code, message.partition(":")[0]) == (Code.INVALID_ARGUMENT, InvalidInput.code)


def test_fields_that_the_protocol_does_not_have_are_not_passed_on(door: GrpcFront) -> None:
    unknown = b"\xfa\x7f\x03abc"  # field 2047
    door.channel.unary_unary(INFER)(voices().SerializeToString() + unknown)
    assert unknown not in door.upstream.came[0].SerializeToString()


def test_an_unknown_model_is_not_found(door: GrpcFront) -> None:
    code, message = refused(door.stub.ModelInfer, pb.ModelInferRequest(model_name="../x"))
    assert code is Code.NOT_FOUND
    assert VOICES.name in message


def test_large_tensors_pass_whole(door: GrpcFront) -> None:
    samples = np.arange(4 * MIB, dtype=np.float32)
    request = pb.ModelInferRequest(model_name="whisperx")
    request.inputs.add(name="AUDIO", datatype="FP32", shape=[1, len(samples)])
    request.inputs.add(name="SAMPLE_RATE", datatype="INT32", shape=[1, 1])
    request.raw_input_contents.extend([samples.tobytes(), np.int32(16_000).tobytes()])
    door.stub.ModelInfer(request)
    assert door.upstream.came[0].raw_input_contents[0] == samples.tobytes()


def test_a_message_beyond_the_limit_is_not_read(folder: Path) -> None:
    with grpc_front(folder, Limits(body_bytes=MIB)) as door:
        code, _ = refused(door.stub.ModelInfer, _changed(raw=[bytes(2 * MIB)]))
        assert code is Code.RESOURCE_EXHAUSTED
        bomb = _changed(raw=[bytes(64 * MIB)])
        code, _ = refused(door.stub.ModelInfer, bomb, compression=grpc.Compression.Gzip)
        assert code is Code.RESOURCE_EXHAUSTED
        assert not door.upstream.came


def test_a_full_house_says_when_to_come_again(folder: Path) -> None:
    with grpc_front(folder, Limits(requests=0)) as door:
        with pytest.raises(grpc.RpcError) as caught:
            door.stub.ModelInfer(voices())
        assert caught.value.code() is Code.RESOURCE_EXHAUSTED
        assert dict(caught.value.trailing_metadata())["retry-after"] == "1"
        (answer,) = door.stub.ModelStreamInfer(iter([narration(id="a")]))
        assert answer.error_message.startswith("SERVER_BUSY")
        assert answer.infer_response.id == "a"


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


def test_a_server_that_does_not_serve_says_why(door: GrpcFront) -> None:
    door.say(Condition(Phase.SICK, sentence="the process of f5_tts ended", has_served=True))
    code, message = refused(door.stub.ModelInfer, voices())
    assert code is Code.UNAVAILABLE
    assert "the process of f5_tts ended" in message
    door.say(Condition(Phase.DRAINING, has_served=True))
    assert refused(door.stub.ModelInfer, voices())[1].startswith("SERVER_ENDING")
    (answer,) = door.stub.ModelStreamInfer(iter([narration()]))
    assert answer.error_message.startswith("SERVER_ENDING")
    assert not door.upstream.came


def test_errors_of_tritons_own_lose_their_words(door: GrpcFront) -> None:
    door.upstream.answer = lambda _, context: context.abort(Code.INTERNAL, LEAK)
    code, message = refused(door.stub.ModelInfer, voices())
    assert code is Code.INTERNAL
    assert "wordlight-1234" not in message
    assert ".py" not in message


def test_errors_of_our_models_pass_as_they_are(door: GrpcFront) -> None:
    said = str(InvalidInput("LANGUAGE", "is unknown").wire)
    door.upstream.answer = lambda _, context: context.abort(Code.INVALID_ARGUMENT, said)
    assert refused(door.stub.ModelInfer, voices()) == (Code.INVALID_ARGUMENT, said)


def test_errors_in_a_stream_are_worded_alike(door: GrpcFront) -> None:
    ours = InvalidInput("TEXT", "is empty").wire
    said = {"a": LEAK, "b": ours}
    door.upstream.answers = lambda request, _: iter(
        [pb.ModelStreamInferResponse(error_message=said[request.id])]
    )
    answers = list(door.stub.ModelStreamInfer(iter([narration(id="a"), narration(id="b")])))
    told = {one.infer_response.id: one.error_message for one in answers}
    assert "wordlight-1234" not in told["a"]
    assert told["b"] == ours


def test_one_bad_request_leaves_the_others_of_its_stream_alone(door: GrpcFront) -> None:
    requests = [narration(id="a"), pb.ModelInferRequest(model_name="nothing", id="b"),
                narration(id="c")]  # fmt: skip
    answers = list(door.stub.ModelStreamInfer(iter(requests)))
    good = [one.infer_response.id for one in answers if not one.error_message]
    assert sorted(good) == ["a", "a", "c", "c"]
    assert len(answers) == 5


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


def test_health_is_the_supervisors(door: GrpcFront) -> None:
    health = health_pb2_grpc.HealthStub(door.channel)
    Status = health_pb2.HealthCheckResponse  # noqa: N806 - a class
    watch = health.Watch(health_pb2.HealthCheckRequest())
    assert next(watch).status == Status.SERVING
    assert health.Check(health_pb2.HealthCheckRequest()).status == Status.SERVING
    door.say(Condition(Phase.SICK, has_served=True))
    assert next(watch).status == Status.NOT_SERVING
    assert health.Check(health_pb2.HealthCheckRequest()).status == Status.NOT_SERVING
    assert not door.stub.ServerLive(pb.ServerLiveRequest()).live
    assert not door.stub.ModelReady(pb.ModelReadyRequest(name=VOICES.name)).ready
    watch.cancel()
    unknown = health_pb2.HealthCheckRequest(service="other")
    assert refused(health.Check, unknown)[0] is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("LogSettings", pb.LogSettingsRequest()),
        ("TraceSetting", pb.TraceSettingRequest()),
        ("SystemSharedMemoryRegister", pb.SystemSharedMemoryRegisterRequest()),
        ("RepositoryModelUnload", pb.RepositoryModelUnloadRequest()),
        ("RepositoryIndex", pb.RepositoryIndexRequest()),
    ],
)
def test_what_manages_the_server_is_not_there(door: GrpcFront, method: str, message: Any) -> None:
    assert refused(getattr(door.stub, method), message)[0] is Code.UNIMPLEMENTED


def test_a_configuration_does_not_name_places_on_the_server(door: GrpcFront) -> None:
    config = model_config_pb2.ModelConfig(name=VOICES.name)
    config.parameters["VOLUME"].string_value = "/workspace/volume"
    door.upstream.config = pb.ModelConfigResponse(config=config)
    answer = door.stub.ModelConfig(pb.ModelConfigRequest(name=VOICES.name)).config
    assert (answer.name, len(answer.parameters)) == (VOICES.name, 0)


def test_a_decoupled_model_is_asked_in_a_stream(door: GrpcFront) -> None:
    code, message = refused(door.stub.ModelInfer, narration())
    assert code is Code.UNIMPLEMENTED
    assert "ModelStreamInfer" in message
