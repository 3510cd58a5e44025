"""Requests over gRPC that nobody should send: some that are known for what they did, and random
ones."""

from __future__ import annotations

import random
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

from hostile_requests import SLOW
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import MODELS, SUBTITLES, VOICES, TensorSpec

INFER, STREAM = (f"/inference.GRPCInferenceService/{name}" for name in (
    "ModelInfer", "ModelStreamInfer"))  # fmt: skip
DIMS = (-1, 0, 1, 2, 3, 2**31, 2**32, 2**62, 2**63 - 1, -(2**63))
WORDS = ("", "x", "\x00", "🙂", "FP32", "BYTES", "UINT8", "../..", "%s%n", "a" * 5_000)
NAMES = (
    "timeout", "priority", "sequence_id", "sequence_start", "shared_memory_region",
    "shared_memory_byte_size", "shared_memory_offset", "binary_data_size", "headers", "",
    "triton_enable_empty_final_response", "triton_other",
)  # fmt: skip
FIELDS = {"BYTES": "bytes_contents", "FP32": "fp32_contents", "FP64": "fp64_contents",
          "INT32": "int_contents", "INT64": "int64_contents"}  # fmt: skip


def words(**starts: Any) -> pb.ModelInferRequest:
    """A good request for subtitles of one word, but for its STARTS."""
    request = pb.ModelInferRequest(model_name=SUBTITLES.name)
    word = pb.InferTensorContents(bytes_contents=[b"x"])
    request.inputs.add(name="WORDS", datatype="BYTES", shape=[1, 1], contents=word)
    end = pb.InferTensorContents(fp64_contents=[2.0])
    request.inputs.add(name="ENDS", datatype="FP64", shape=[1, 1], contents=end)
    request.inputs.add(name="STARTS", datatype="FP64", **starts)
    return request


def _raw(shape: list[int]) -> pb.ModelInferRequest:
    """The same, whose STARTS have no byte."""
    request = words(shape=shape)
    for one in request.inputs:
        one.ClearField("contents")
    request.raw_input_contents.extend([b"\x01\0\0\0x", bytes(8), b""])
    return request


def voices(**parameters: pb.InferParameter) -> pb.ModelInferRequest:
    """A request for the voices, with parameters of its first output."""
    request = pb.ModelInferRequest(model_name=VOICES.name)
    language = pb.InferTensorContents(bytes_contents=[b""])
    request.inputs.add(name="LANGUAGE", datatype="BYTES", shape=[1, 1], contents=language)
    if parameters:
        request.outputs.add(name="NAMES", parameters=parameters)
    return request


ONE = pb.InferTensorContents(fp64_contents=[1.0])
KILLERS = {
    "a product that overflows": words(shape=[2**32, 2**32], contents=ONE),
    "2**31 elements without data": words(shape=[1, 2**31]),
    "100,000 dimensions": words(shape=[1] * 100_000, contents=ONE),
}
"""What kills Triton 2.51 over HTTP, as gRPC can say it."""
GRPC_KILLERS = {
    "a size that overflows to nothing": _raw([1, 2**61]),
    "classes of a text": voices(classification=pb.InferParameter(int64_param=2)),
}
"""What kills Triton 2.51 over gRPC. Its process, or the model's, ends."""


def fuzzed_grpc(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Method and message of requests that were good before something was changed."""
    chance = random.Random(seed)
    for _ in range(count):
        spec = chance.choice(MODELS)
        request = pb.ModelInferRequest(model_name=spec.name, id=f"fuzz-{chance.random()}")
        is_raw = chance.random() < 0.5
        for tensor in spec.inputs:
            if chance.random() < (0.1 if tensor.is_optional else 0.97):
                _add(chance, request, tensor, is_raw)
        if spec.name in SLOW:  # it must not be good
            request.inputs.add(name="NOTHING", shape=[1, 1], datatype="BYTES")
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            _change(chance, request)
        message = request.SerializeToString()
        if chance.random() < 0.2 and message:
            place = chance.randrange(len(message))
            message = message[:place] + chance.randbytes(chance.randint(0, 3)) + message[place:]
        yield chance.choice((INFER, INFER, STREAM)), message


def _add(
    chance: random.Random, request: pb.ModelInferRequest, tensor: TensorSpec, is_raw: bool
) -> None:
    wire, n_values = tensor.dtype.wire, chance.randint(0, 4) if tensor.is_list else 1
    one = request.inputs.add(name=tensor.name, datatype=wire, shape=[1, n_values])
    if not is_raw:
        value: Any = b"x" if wire == "BYTES" else chance.choice((0, 1, 16_000))
        getattr(one.contents, FIELDS[wire]).extend([value] * n_values)
    elif wire == "BYTES":
        texts = [chance.randbytes(chance.randint(0, 9)) for _ in range(n_values)]
        data = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
        request.raw_input_contents.append(data)
    else:
        size = tensor.dtype.numpy.itemsize * n_values
        request.raw_input_contents.append(chance.randbytes(size))


def _parameter(chance: random.Random) -> pb.InferParameter:
    return chance.choice((
        pb.InferParameter(), pb.InferParameter(bool_param=True),
        pb.InferParameter(int64_param=chance.choice(DIMS)), pb.InferParameter(double_param=1e308),
        pb.InferParameter(string_param=chance.choice(WORDS)), pb.InferParameter(uint64_param=2**63),
    ))  # fmt: skip


def _change(chance: random.Random, request: pb.ModelInferRequest) -> None:
    """Changes something of a request: an input more often than the whole."""
    if request.inputs and chance.random() < 0.6:
        _change_input(chance, chance.choice(request.inputs))
        return
    match chance.randrange(6):
        case 0:
            request.parameters[chance.choice(NAMES)].CopyFrom(_parameter(chance))
        case 1:
            output = request.outputs.add(name=chance.choice((*WORDS, "NAMES", "SRT")))
            output.parameters[chance.choice(NAMES)].CopyFrom(_parameter(chance))
        case 2:
            request.id = chance.choice(WORDS)
        case 3:
            request.model_version = chance.choice((*WORDS, "1", "2", "-1", "9" * 30))
        case 4 if request.raw_input_contents:
            place = chance.randrange(len(request.raw_input_contents))
            request.raw_input_contents[place] = chance.randbytes(chance.choice((0, 3, 8, 5_000)))
        case _:
            request.raw_input_contents.append(chance.randbytes(chance.choice((0, 8))))


def _change_input(chance: random.Random, one: Any) -> None:
    match chance.randrange(6):
        case 0:
            del one.shape[:]
            one.shape.extend(chance.choices(DIMS, k=chance.choice((0, 1, 2, 2, 3, 70))))
        case 1:
            one.datatype = chance.choice(WORDS)
        case 2:
            one.name = chance.choice(WORDS)
        case 3:
            one.ClearField("contents")
        case 4:
            one.contents.bool_contents.extend([True] * chance.randint(0, 3))
        case _:
            one.parameters[chance.choice(NAMES)].CopyFrom(_parameter(chance))


def send_path(port: int, path: bytes, tls: ssl.SSLContext | None = None) -> None:
    """Sends a request to that path, and waits for an answer of any kind."""
    fields = {
        b":method": b"POST", b":scheme": b"http", b":path": path, b":authority": b"x",
        b"content-type": b"application/grpc", b"te": b"trailers",
    }  # fmt: skip
    head = b"".join(
        b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
        for name, value in fields.items()
    )

    def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
        length = len(content).to_bytes(3, "big")
        return length + bytes([kind, flags]) + stream.to_bytes(4, "big") + content

    settings, headers, data = 4, 1, 0
    with ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5))
        if tls is not None:
            connection = stack.enter_context(
                tls.wrap_socket(connection, server_hostname="localhost")
            )
        connection.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(settings, 0, 0, b"")
            + frame(headers, 4, 1, head) + frame(data, 1, 1, bytes(5))
        )  # fmt: skip
        connection.settimeout(1)
        with suppress(TimeoutError, ConnectionError):
            while connection.recv(4096):
                pass
