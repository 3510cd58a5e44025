"""What a request says of tensors, checked against the contract, whatever the request came over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wordlight.contract import Dtype, EnsembleSpec, ModelSpec, TensorSpec
from wordlight.errors import InvalidInput, MissingInput, NotOneOf, TooLong, WrongShape, WrongType
from wordlight.front._config import Limits

Model = ModelSpec | EnsembleSpec
TIMEOUT, PRIORITY = "timeout", "priority"
LONGEST_TIMEOUT_US = 24 * 3600 * 1_000_000
MOST_DIMENSIONS = 8
LARGEST_SHOWN = 2**63 - 1
"""The largest dimension that a message repeats."""
BYTES_PREFIX = 4
"""The length before each text in binary data."""
UTF8_BYTES = 4
"""The most bytes that a character takes."""


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


def check_complete(model: Model, given: Mapping[str, Any]) -> None:
    """Checks that every input is given that the model needs.

    Raises:
        MissingInput: One is not.
    """
    for tensor in model.inputs:
        if not tensor.is_optional and tensor.name not in given:
            raise MissingInput(tensor.name, f"{model.name} needs it")


def is_text(tensor: TensorSpec) -> bool:
    """Whether it holds one text."""
    return tensor.dtype is Dtype.STRING and not tensor.is_list


def check_members(what: str, found: Iterable[str], known: tuple[str, ...]) -> None:
    """Refuses a member that has no meaning."""
    for name in found:
        if name not in known:
            raise NotOneOf(f"a member of {what}", name, known)


def named(name: object, known: tuple[TensorSpec, ...], what: str) -> TensorSpec:
    """The tensor of that name; ``what`` is "the input" or "the output".

    Raises:
        NotOneOf: There is none.
    """
    tensor = next((one for one in known if one.name == name), None)
    if tensor is None:
        raise NotOneOf(what, str(name)[:80], tuple(one.name for one in known))
    return tensor


def is_count(value: object) -> bool:
    """Whether it is a whole number from 0."""
    return type(value) is int and value >= 0


def n_elements_of(tensor: TensorSpec, datatype: object, shape: object, limits: Limits) -> int:
    """The elements that the shape promises, which are bounded.

    Raises:
        InvalidInput: The type or the shape is not the tensor's.
    """
    if datatype != tensor.dtype.wire:
        got = datatype[:20] if isinstance(datatype, str) else type(datatype).__name__
        raise WrongType(tensor.name, got, tensor.dtype.wire)
    if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
        raise InvalidInput(tensor.name, f"has no shape of at most {MOST_DIMENSIONS} dimensions")
    if not all(is_count(one) for one in shape):
        raise InvalidInput(tensor.name, "has a shape that is no list of whole numbers from 0")
    if len(shape) != 2 or shape[0] != 1 or (not tensor.is_list and shape[1] != 1):
        shown = tuple(min(one, LARGEST_SHOWN) for one in shape)
        raise WrongShape(tensor.name, shown, "[1, n]" if tensor.is_list else "[1, 1]")
    most = limits.elements if tensor.max_length is None else tensor.max_length
    if tensor.is_list and shape[1] > most:
        raise TooLong(tensor.name, min(shape[1], LARGEST_SHOWN), most, "elements")
    return math.prod(shape)


def binary_bounds(tensor: TensorSpec, n_elements: int) -> tuple[int, int]:
    """The fewest and the most bytes that so many elements take."""
    if tensor.dtype is not Dtype.STRING:
        exact = n_elements * tensor.dtype.numpy.itemsize
        return exact, exact
    low = n_elements * BYTES_PREFIX
    most = tensor.max_length if is_text(tensor) else tensor.max_total
    if most is not None:
        return low, low + UTF8_BYTES * most
    return low, LARGEST_SHOWN


def check_last_step(model: Model, wanted: set[str]) -> None:
    """Refuses what Triton would answer with "unexpected deadlock" (docs/serving.md)."""
    if not wanted or not isinstance(model, EnsembleSpec):
        return
    last = [alias for _, alias in model.steps[-1].output_map()]
    if not wanted & set(last):
        raise InvalidInput(
            "outputs",
            f"name none of the last step: {', '.join(last)}",
            "name one of these too, or leave `outputs` out",
        )
