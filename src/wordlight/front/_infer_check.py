"""The JSON part of an ``infer`` request, checked against the contract of its model.

Source: KServe v2 inference protocol and Triton's extension for binary data
(https://github.com/triton-inference-server/server/tree/main/docs/protocol).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wordlight.contract import Dtype, TensorSpec
from wordlight.errors import InvalidInput, TooLong, WrongType
from wordlight.front._config import Limits
from wordlight.front._ids import body_id
from wordlight.front._json import FIELD, n_counted
from wordlight.front._tensors import (
    LARGEST_SHOWN,
    LONGEST_TIMEOUT_US,
    PRIORITY,
    TIMEOUT,
    Asked,
    Model,
    binary_bounds,
    check_complete,
    check_last_step,
    check_members,
    is_count,
    is_text,
    n_elements_of,
    named,
)

INPUTS = "inputs"
MEMBERS = ("id", "parameters", INPUTS, "outputs")
INPUT_MEMBERS = ("name", "shape", "datatype", "parameters", "data")
OUTPUT_MEMBERS = ("name", "parameters")
BINARY_ANSWER = "binary_data_output"
BINARY_SIZE, BINARY_DATA = "binary_data_size", "binary_data"
NUMBERS = (int, float)


def check_infer(model: Model, request: Mapping[str, Any], n_binary: int, limits: Limits) -> Asked:
    """What an ``infer`` request asks. ``n_binary`` bytes follow its JSON part.

    Raises:
        InvalidInput: It breaks the contract of the model, or its parts do not agree.
    """
    check_members(FIELD, request, MEMBERS)
    _check_parameters(request.get("parameters", {}))
    sizes: dict[str, int] = {}
    binary: list[tuple[TensorSpec, int, int]] = []
    for given in _objects(request.get(INPUTS), INPUTS, len(model.inputs)):
        tensor = named(given.get("name"), model.inputs, "the input")
        check_members(tensor.name, given, INPUT_MEMBERS)
        if tensor.name in sizes:
            raise InvalidInput(tensor.name, "is given twice")
        n_elements = n_elements_of(tensor, given.get("datatype"), given.get("shape"), limits)
        n_bytes = _binary_size(tensor, given, n_elements)
        if n_bytes is None:
            sizes[tensor.name] = _check_data(tensor, given.get("data"), n_elements)
        else:
            sizes[tensor.name] = n_bytes if is_text(tensor) else n_elements
            binary.append((tensor, n_elements, n_bytes))
    promised = sum(n_bytes for _, _, n_bytes in binary)
    if promised != n_binary:
        raise InvalidInput(
            BINARY_SIZE, f"of all inputs is {promised:,} together; {n_binary:,} bytes follow"
        )
    check_complete(model, sizes)
    _check_outputs(model, request.get("outputs"))
    return Asked(body_id(request.get("id")), sizes, tuple(binary))


def size_of(tensor: TensorSpec, value: Any) -> int:
    """The elements of a value in Python, or its bytes if it is one text."""
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    return len(value) if tensor.is_list else 1


def _check_parameters(found: object) -> None:
    if not isinstance(found, dict):
        raise InvalidInput("parameters", "is not an object")
    check_members("parameters", found, (TIMEOUT, PRIORITY, BINARY_ANSWER))
    for name in (TIMEOUT, PRIORITY):
        value = found.get(name, 0)
        if not is_count(value) or value > LONGEST_TIMEOUT_US:
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
    check_members(f"the parameters of {tensor.name}", parameters, (BINARY_SIZE,))
    if BINARY_SIZE not in parameters:
        return None
    if "data" in given:
        raise InvalidInput(tensor.name, f"has both data and {BINARY_SIZE}")
    n_bytes = parameters[BINARY_SIZE]
    if not is_count(n_bytes):
        raise InvalidInput(tensor.name, f"has a {BINARY_SIZE} that is no whole number from 0")
    low, high = binary_bounds(tensor, n_elements)
    if not low <= n_bytes <= high:
        wanted = f"{low:,}" if low == high else f"from {low:,} to {high:,}"
        got = min(n_bytes, LARGEST_SHOWN)
        raise InvalidInput(
            tensor.name, f"has {n_elements:,} elements and {got:,} bytes; it must be {wanted}"
        )
    return int(n_bytes)


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
        tensor = named(given.get("name"), model.outputs, "the output")
        check_members(tensor.name, given, OUTPUT_MEMBERS)
        parameters = given.get("parameters", {})
        if not isinstance(parameters, dict):
            raise InvalidInput(tensor.name, "has parameters that are no object")
        check_members(f"the parameters of {tensor.name}", parameters, (BINARY_DATA,))
        if not isinstance(parameters.get(BINARY_DATA, False), bool):
            raise InvalidInput(BINARY_DATA, f"of {tensor.name} is neither true nor false")
        wanted.add(tensor.name)
    check_last_step(model, wanted)
