"""A ModelInferRequest, checked against the contract of its model before Triton sees it.

Source: KServe v2 over gRPC, and Triton's extensions of it
(https://github.com/triton-inference-server/common/blob/main/protobuf/grpc_service.proto).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.message import DecodeError
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import Dtype, TensorSpec
from wordlight.errors import InvalidInput, TooLong
from wordlight.front._binary_check import BinaryCheck
from wordlight.front._config import Limits
from wordlight.front._tensors import (
    BYTES_PREFIX,
    LONGEST_TIMEOUT_US,
    PRIORITY,
    TIMEOUT,
    Asked,
    Model,
    binary_bounds,
    check_complete,
    check_last_step,
    check_members,
    is_text,
    n_elements_of,
    named,
)

MESSAGE = "the request"
EMPTY_FINAL = "triton_enable_empty_final_response"
WHOLE_NUMBERS = ("int64_param", "uint64_param")
WIRE_BITS, LOW_BITS, LENGTH_DELIMITED, LONGEST_VARINT = 3, 7, 2, 10
RAW_FIELD = pb.ModelInferRequest.DESCRIPTOR.fields_by_name["raw_input_contents"].number
MOST_FIELDS = 256
"""Of a message: its name, its id, inputs, outputs and parameters. No model has so many."""
MOST_TYPED_BYTES = 16 << 20
CONTENTS: Mapping[Dtype, str] = {
    Dtype.STRING: "bytes_contents",
    Dtype.FP32: "fp32_contents",
    Dtype.FP64: "fp64_contents",
    Dtype.INT32: "int_contents",
    Dtype.INT64: "int64_contents",
}
"""The field of ``InferTensorContents`` for each type."""


def parsed(message: bytes) -> Any:
    """The ModelInferRequest in a message, without any field that we do not know.

    Raises:
        InvalidInput: It is none.
    """
    _check_outline(message)
    try:
        request = pb.ModelInferRequest.FromString(message)
    except DecodeError:
        raise InvalidInput(MESSAGE, "is no ModelInferRequest") from None
    request.DiscardUnknownFields()
    return request


def _check_outline(message: bytes) -> None:
    """Checks what a message is made of before it is parsed, which may take thirty times its size.

    Source: https://protobuf.dev/programming-guides/encoding.

    Raises:
        InvalidInput: It has too many fields, or too much outside of ``raw_input_contents``.
    """
    at, n_fields, n_typed = 0, 0, 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & LOW_BITS != LENGTH_DELIMITED:
            raise InvalidInput(MESSAGE, "is no ModelInferRequest")
        length, at = _varint(message, at)
        at += length
        n_fields += 1
        n_typed += 0 if tag >> WIRE_BITS == RAW_FIELD else length
        if n_fields > MOST_FIELDS:
            raise TooLong(MESSAGE, n_fields, MOST_FIELDS, "fields")
        if n_typed > MOST_TYPED_BYTES:
            raise InvalidInput(
                MESSAGE,
                f"has more than {MOST_TYPED_BYTES:,} bytes outside of raw_input_contents",
                "send large tensors in raw_input_contents, as tritonclient does",
            )


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, and where it ends."""
    for size in range(1, LONGEST_VARINT + 1):
        if message[at + size - 1 : at + size] < b"\x80":
            break
    value = 0
    for byte in reversed(message[at : at + size]):
        value = value << 7 | byte & 0x7F
    return value, at + size


def check_request(model: Model, request: Any, limits: Limits) -> Asked:
    """What a ModelInferRequest asks.

    Raises:
        InvalidInput: It breaks the contract of the model, or its parts do not agree.
    """
    _check_parameters(request.parameters)
    raw = request.raw_input_contents
    if raw and len(raw) != len(request.inputs):
        raise InvalidInput(
            "raw_input_contents", f"has {len(raw):,} entries for {len(request.inputs):,} inputs"
        )
    if len(request.inputs) > len(model.inputs):
        raise TooLong("inputs", len(request.inputs), len(model.inputs), "elements")
    sizes: dict[str, int] = {}
    for number, given in enumerate(request.inputs):
        tensor = named(given.name, model.inputs, "the input")
        if tensor.name in sizes:
            raise InvalidInput(tensor.name, "is given twice")
        _refuse_parameters(tensor, given.parameters)
        n_elements = n_elements_of(tensor, given.datatype, list(given.shape), limits)
        if raw:
            n_bytes = _check_raw(tensor, given, raw[number], n_elements)
        else:
            n_bytes = _check_contents(tensor, given.contents, n_elements)
        sizes[tensor.name] = n_bytes if is_text(tensor) else n_elements
    check_complete(model, sizes)
    _check_outputs(model, request.outputs)
    return Asked(request.id, sizes)


def _check_parameters(found: Mapping[str, Any]) -> None:
    check_members("parameters", found, (TIMEOUT, PRIORITY, EMPTY_FINAL))
    for name in (TIMEOUT, PRIORITY):
        if name in found:
            kind = found[name].WhichOneof("parameter_choice")
            value = getattr(found[name], kind) if kind in WHOLE_NUMBERS else -1
            if not 0 <= value <= LONGEST_TIMEOUT_US:
                raise InvalidInput(name, f"is not a whole number from 0 to {LONGEST_TIMEOUT_US}")
    if EMPTY_FINAL in found and not found[EMPTY_FINAL].HasField("bool_param"):
        raise InvalidInput(EMPTY_FINAL, "is neither true nor false")


def _refuse_parameters(tensor: TensorSpec, found: Iterable[str]) -> None:
    """Refuses all that Triton would do otherwise than send a tensor: shared memory, classes."""
    for name in found:
        raise InvalidInput(
            tensor.name, f"has the parameter {name[:80]!r}", "leave it out: tensors are sent whole"
        )


def _check_raw(tensor: TensorSpec, given: Any, data: bytes, n_elements: int) -> int:
    """The bytes of an input in ``raw_input_contents``."""
    if given.HasField("contents"):
        raise InvalidInput(tensor.name, "has both contents and raw_input_contents")
    low, high = binary_bounds(tensor, n_elements)
    if not low <= len(data) <= high:
        wanted = f"{low:,}" if low == high else f"from {low:,} to {high:,}"
        raise InvalidInput(
            tensor.name, f"has {n_elements:,} elements and {len(data):,} bytes; it must be {wanted}"
        )
    if tensor.dtype is Dtype.STRING:
        BinaryCheck([(tensor, n_elements, len(data))]).feed(data)
    return len(data)


def _check_contents(tensor: TensorSpec, contents: Any, n_elements: int) -> int:
    """The bytes of an input in ``contents``, as ``raw_input_contents`` would hold it."""
    wanted = CONTENTS[tensor.dtype]
    for field, values in contents.ListFields():
        if field.name != wanted and len(values):
            raise InvalidInput(tensor.name, f"has {field.name}; it must have {wanted}")
    values = getattr(contents, wanted)
    if len(values) != n_elements:
        raise InvalidInput(
            tensor.name, f"has {len(values):,} elements; its shape promises {n_elements:,}"
        )
    if tensor.dtype is not Dtype.STRING:
        return n_elements * tensor.dtype.numpy.itemsize
    n_bytes = sum(len(one) + BYTES_PREFIX for one in values)
    _, high = binary_bounds(tensor, n_elements)
    if n_bytes > high:
        raise TooLong(tensor.name, n_bytes, high, "bytes")
    return n_bytes


def _check_outputs(model: Model, found: Any) -> None:
    if len(found) > len(model.outputs):
        raise TooLong("outputs", len(found), len(model.outputs), "elements")
    for given in found:
        tensor = named(given.name, model.outputs, "the output")
        _refuse_parameters(tensor, given.parameters)
    check_last_step(model, {given.name for given in found})
