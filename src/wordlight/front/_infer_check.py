"""The JSON part of an ``infer`` request, checked against the contract of its model.

Source: KServe v2 inference protocol and Triton's extension for binary data
(https://github.com/triton-inference-server/server/tree/main/docs/protocol).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wordlight.contract import Dtype, EnsembleSpec, ModelSpec, TensorSpec
from wordlight.errors import (
    InvalidInput,
    MissingInput,
    NotOneOf,
    TooLong,
    WrongShape,
    WrongType,
)
from wordlight.front._config import Limits
from wordlight.front._ids import body_id
from wordlight.front._json import FIELD, n_counted

Model = ModelSpec | EnsembleSpec
INPUTS = "inputs"
MEMBERS = ("id", "parameters", INPUTS, "outputs")
INPUT_MEMBERS = ("name", "shape", "datatype", "parameters", "data")
OUTPUT_MEMBERS = ("name", "parameters")
TIMEOUT, PRIORITY, BINARY_ANSWER = "timeout", "priority", "binary_data_output"
BINARY_SIZE, BINARY_DATA = "binary_data_size", "binary_data"
LONGEST_TIMEOUT_US = 24 * 3600 * 1_000_000
MOST_DIMENSIONS = 8
LARGEST_SHOWN = 2**63 - 1
"""The largest dimension that a message repeats."""
BYTES_PREFIX = 4
"""The length before each text in binary data."""
UTF8_BYTES = 4
"""The most bytes that a character takes."""
NUMBERS = (int, float)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the front door knows of a request that has passed the check.

    Args:
        id: The id in the body, if it has one.
        sizes: For each input its elements, or its bytes if it is one text.
        binary: The inputs that follow as binary data, in order, with their bytes.
    """

    id: str | None
    sizes: Mapping[str, int] = field(default_factory=dict)
    binary: tuple[tuple[TensorSpec, int, int], ...] = ()


def check_infer(model: Model, request: Mapping[str, Any], n_binary: int, limits: Limits) -> Asked:
    """What an ``infer`` request asks. ``n_binary`` bytes follow its JSON part.

    Raises:
        InvalidInput: It breaks the contract of the model, or its parts do not agree.
    """
    _check_members(FIELD, request, MEMBERS)
    _check_parameters(request.get("parameters", {}))
    sizes: dict[str, int] = {}
    binary: list[tuple[TensorSpec, int, int]] = []
    for given in _objects(request.get(INPUTS), INPUTS, len(model.inputs)):
        tensor = _tensor(given, model.inputs, "the input", INPUT_MEMBERS)
        if tensor.name in sizes:
            raise InvalidInput(tensor.name, "is given twice")
        n_elements = _n_elements(tensor, given, limits)
        n_bytes = _binary_size(tensor, given, n_elements)
        if n_bytes is None:
            sizes[tensor.name] = _check_data(tensor, given.get("data"), n_elements)
        else:
            sizes[tensor.name] = n_bytes if _is_text(tensor) else n_elements
            binary.append((tensor, n_elements, n_bytes))
    promised = sum(n_bytes for _, _, n_bytes in binary)
    if promised != n_binary:
        raise InvalidInput(
            BINARY_SIZE, f"of all inputs is {promised:,} together; {n_binary:,} bytes follow"
        )
    check_complete(model, sizes)
    _check_outputs(model, request.get("outputs"))
    return Asked(body_id(request.get("id")), sizes, tuple(binary))


def check_complete(model: Model, given: Mapping[str, Any]) -> None:
    """Checks that every input is given that the model needs.

    Raises:
        MissingInput: One is not.
    """
    for tensor in model.inputs:
        if not tensor.is_optional and tensor.name not in given:
            raise MissingInput(tensor.name, f"{model.name} needs it")


def size_of(tensor: TensorSpec, value: Any) -> int:
    """The elements of a value in Python, or its bytes if it is one text."""
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    return len(value) if tensor.is_list else 1


def _is_text(tensor: TensorSpec) -> bool:
    return tensor.dtype is Dtype.STRING and not tensor.is_list


def _check_members(what: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            raise NotOneOf(f"a member of {what}", name, known)


def _check_parameters(found: object) -> None:
    if not isinstance(found, dict):
        raise InvalidInput("parameters", "is not an object")
    _check_members("parameters", found, (TIMEOUT, PRIORITY, BINARY_ANSWER))
    for name in (TIMEOUT, PRIORITY):
        value = found.get(name, 0)
        if not _is_count(value) or value > LONGEST_TIMEOUT_US:
            raise InvalidInput(name, f"is not a whole number from 0 to {LONGEST_TIMEOUT_US}")
    if not isinstance(found.get(BINARY_ANSWER, False), bool):
        raise InvalidInput(BINARY_ANSWER, "is neither true nor false")


def _objects(found: object, what: str, most: int) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidInput(what, "is not a list of objects")
    if not found and what == INPUTS:
        raise InvalidInput(what, "is empty")
    if len(found) > most:
        raise TooLong(what, len(found), most, "elements")
    return found


def _tensor(
    given: Mapping[str, Any], known: tuple[TensorSpec, ...], what: str, members: tuple[str, ...]
) -> TensorSpec:
    name = given.get("name")
    tensor = next((one for one in known if one.name == name), None)
    if tensor is None:
        raise NotOneOf(what, str(name)[:80], tuple(one.name for one in known))
    _check_members(tensor.name, given, members)
    return tensor


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _n_elements(tensor: TensorSpec, given: Mapping[str, Any], limits: Limits) -> int:
    """The elements that the shape promises, which are bounded."""
    datatype = given.get("datatype")
    if datatype != tensor.dtype.wire:
        got = datatype[:20] if isinstance(datatype, str) else type(datatype).__name__
        raise WrongType(tensor.name, got, tensor.dtype.wire)
    shape = given.get("shape")
    if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
        raise InvalidInput(tensor.name, f"has no shape of at most {MOST_DIMENSIONS} dimensions")
    if not all(_is_count(one) for one in shape):
        raise InvalidInput(tensor.name, "has a shape that is no list of whole numbers from 0")
    if len(shape) != 2 or shape[0] != 1 or (not tensor.is_list and shape[1] != 1):
        shown = tuple(min(one, LARGEST_SHOWN) for one in shape)
        raise WrongShape(tensor.name, shown, "[1, n]" if tensor.is_list else "[1, 1]")
    most = limits.elements if tensor.max_length is None else tensor.max_length
    if tensor.is_list and shape[1] > most:
        raise TooLong(tensor.name, min(shape[1], LARGEST_SHOWN), most, "elements")
    return math.prod(shape)


def _binary_size(tensor: TensorSpec, given: Mapping[str, Any], n_elements: int) -> int | None:
    """The bytes of an input that follows as binary data; None for one with JSON data."""
    parameters = given.get("parameters", {})
    if not isinstance(parameters, dict):
        raise InvalidInput(tensor.name, "has parameters that are no object")
    for name in parameters:
        if name.startswith("shared_memory"):
            raise InvalidInput(
                tensor.name, "is in shared memory, which is not served here", "send its data"
            )
    _check_members(f"the parameters of {tensor.name}", parameters, (BINARY_SIZE,))
    if BINARY_SIZE not in parameters:
        return None
    if "data" in given:
        raise InvalidInput(tensor.name, f"has both data and {BINARY_SIZE}")
    n_bytes = parameters[BINARY_SIZE]
    if not _is_count(n_bytes):
        raise InvalidInput(tensor.name, f"has a {BINARY_SIZE} that is no whole number from 0")
    low, high = _binary_bounds(tensor, n_elements)
    if not low <= n_bytes <= high:
        wanted = f"{low:,}" if low == high else f"from {low:,} to {high:,}"
        got = min(n_bytes, LARGEST_SHOWN)
        raise InvalidInput(
            tensor.name, f"has {n_elements:,} elements and {got:,} bytes; it must be {wanted}"
        )
    return int(n_bytes)


def _binary_bounds(tensor: TensorSpec, n_elements: int) -> tuple[int, int]:
    """The fewest and the most bytes that so many elements take."""
    if tensor.dtype is not Dtype.STRING:
        exact = n_elements * tensor.dtype.numpy.itemsize
        return exact, exact
    low = n_elements * BYTES_PREFIX
    most = tensor.max_length if _is_text(tensor) else tensor.max_total
    if most is not None:
        return low, low + UTF8_BYTES * most
    return low, LARGEST_SHOWN


def _check_data(tensor: TensorSpec, data: object, n_elements: int) -> int:
    """The size of an input whose data is JSON; every limit of the contract is checked."""
    if not isinstance(data, list):
        raise InvalidInput(tensor.name, f"has neither a list of data nor a {BINARY_SIZE}")
    values = _flat(data)
    n_given = n_counted(values)
    n_given = len(values) if n_given is None else n_given
    if n_given != n_elements:
        raise InvalidInput(
            tensor.name, f"has {n_given:,} elements; its shape promises {n_elements:,}"
        )
    return check_values(tensor, values)


def check_values(tensor: TensorSpec, values: list[Any]) -> int:
    """The size of the values of one input, given as JSON; all limits of the contract hold.

    Raises:
        InvalidInput: A value is of another type, or breaks a limit.
    """
    if (n_numbers := n_counted(values)) is not None:  # the model checks each of them
        if tensor.dtype is Dtype.STRING or not tensor.is_list:
            raise WrongType(tensor.name, "a list of numbers", tensor.dtype.wire)
        return n_numbers
    kinds: tuple[type, ...] = (str,) if tensor.dtype is Dtype.STRING else NUMBERS
    for one in values:
        if type(one) not in kinds:
            raise WrongType(tensor.name, type(one).__name__, tensor.dtype.wire)
        if type(one) is int and not -LARGEST_SHOWN <= one <= LARGEST_SHOWN:
            raise WrongType(tensor.name, "a number beyond 64 bits", tensor.dtype.wire)
    if not tensor.is_read:
        return len(values)
    value = values if tensor.is_list else values[0]
    tensor.decode(np.asarray(tensor.encode(value)))
    return size_of(tensor, value)


def _flat(data: list[Any]) -> list[Any]:
    """The values of nested lists, in order. Their depth is bounded already."""
    if not any(isinstance(one, list) for one in data):
        return data
    return [value for one in data for value in (_flat(one) if isinstance(one, list) else [one])]


def _check_outputs(model: Model, found: object) -> None:
    if found is None:
        return
    wanted = set()
    for given in _objects(found, "outputs", len(model.outputs)):
        tensor = _tensor(given, model.outputs, "the output", OUTPUT_MEMBERS)
        parameters = given.get("parameters", {})
        if not isinstance(parameters, dict):
            raise InvalidInput(tensor.name, "has parameters that are no object")
        _check_members(f"the parameters of {tensor.name}", parameters, (BINARY_DATA,))
        if not isinstance(parameters.get(BINARY_DATA, False), bool):
            raise InvalidInput(BINARY_DATA, f"of {tensor.name} is neither true nor false")
        wanted.add(tensor.name)
    if wanted and isinstance(model, EnsembleSpec):
        _check_last_step(model, wanted)


def _check_last_step(model: EnsembleSpec, wanted: set[str]) -> None:
    """Refuses what Triton would answer with "unexpected deadlock" (docs/serving.md)."""
    last = [alias for _, alias in model.steps[-1].output_map()]
    if not wanted & set(last):
        raise InvalidInput(
            "outputs",
            f"name none of the last step: {', '.join(last)}",
            "name one of these too, or leave `outputs` out",
        )
