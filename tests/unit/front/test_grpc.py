"""gRPC at the front door: who is let in, what is refused, and what comes back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc_front import GrpcFront, grpc_front, narration, refused, voices
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hostile_grpc import GRPC_KILLERS, INFER, KILLERS
from tritonclient.grpc import model_config_pb2
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import VOICES
from wordlight.errors import InvalidInput
from wordlight.front import Condition, Limits, Phase

MIB = 1 << 20
LEAK = "unable to open shared memory region /wordlight-1234 at /opt/x.py"
Code = grpc.StatusCode


@pytest.fixture
def door(grpc_door: GrpcFront) -> GrpcFront:
    return grpc_door


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


@pytest.mark.parametrize(
    "message",
    [
        b"\x2a\x00" * 5_000_000,  # inputs, each of two bytes
        b"\x3a\x00" * 5_000_000,  # raw_input_contents
        b"\x2a\xff\xff\xff\x0f" + bytes(100),  # longer than the message
        b"\x2b" * 1000,  # groups
        b"\xff" * 1000,  # a number without end
    ],
    ids=["inputs", "raw", "long", "groups", "endless"],
)
def test_a_message_that_would_grow_is_refused_before_it_is_parsed(
    door: GrpcFront, message: bytes
) -> None:
    began_s = time.monotonic()
    code, said = refused(door.channel.unary_unary(INFER), message)

    assert code is Code.INVALID_ARGUMENT
    assert "the request" in said
    assert time.monotonic() - began_s < 1


def test_much_outside_of_raw_contents_is_refused_before_it_is_parsed(door: GrpcFront) -> None:
    many = pb.InferTensorContents(bytes_contents=[b""] * 9_000_000)
    code, said = refused(door.stub.ModelInfer, _changed(contents=many))

    assert code is Code.INVALID_ARGUMENT
    assert "raw_input_contents" in said


def test_a_trace_that_is_no_text_is_left_out(door: GrpcFront) -> None:
    door.stub.ModelInfer(voices(), metadata=(("tracestate", "a" * 600), ("traceparent", "x~")))

    assert "tracestate" not in door.upstream.metadata[0]


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
        assert code is Code.UNIMPLEMENTED
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
