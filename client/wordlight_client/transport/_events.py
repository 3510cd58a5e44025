"""Triton's ``generate_stream``: requests as JSON, and answers as server-sent events.

Source: triton server, docs/protocol/extension_generate.md and http_server.cc. One value stands
alone; several values or none stand in a list; texts are strings.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import Dtype, Spec, TensorSpec
from wordlight.errors import BadAnswer
from wordlight_client.transport._address import Address
from wordlight_client.transport._failures import UNDECODABLE, failure
from wordlight_client.transport._wire import Tensors

DATA = b"data:"


class Events:
    """Collects pieces of bytes, wherever they are cut, into whole events."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        r"""The JSON of each event that ends in this piece.

        >>> events = Events()
        >>> events.feed(b'data: {"A"'), events.feed(b': 1}\n\ndata: {}\n')
        ([], [b'{"A": 1}', b'{}'])
        """
        self._rest += piece
        if b"\n" not in piece:
            return []
        *lines, self._rest = self._rest.split(b"\n")
        return [bytes(line[len(DATA) :].strip()) for line in lines if line.startswith(DATA)]


def request_body(spec: Spec, tensors: Tensors, request_id: str) -> bytes:
    """The request as JSON; ``id`` becomes Triton's request id."""
    values = {name: _value(spec.input(name), array) for name, array in tensors.items()}
    return json.dumps({"id": request_id, **values}, ensure_ascii=False).encode()


def answer(spec: Spec, event: bytes, address: Address) -> dict[str, NDArray[Any]]:
    """The outputs that an event holds, in the same form as over other protocols.

    Raises:
        WordlightError: The event is an error.
    """
    values = _object(event)
    if values is None:
        raise failure(UNDECODABLE, "200", address)
    if "error" in values:
        raise failure(str(values["error"]), None, address)
    names = (tensor.name for tensor in spec.outputs if tensor.name in values)
    return {name: _array(spec.output(name), values[name]) for name in names}


def refusal(status: int, body: bytes, address: Address) -> Exception:
    """The error in an answer that is not a stream; its body is JSON, or an event with JSON."""
    values = _object(body.strip().removeprefix(DATA))
    message = UNDECODABLE if values is None else str(values.get("error", ""))
    return failure(message, str(status), address)


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def _value(tensor: TensorSpec, array: NDArray[Any]) -> Any:
    row = array.reshape(-1).tolist()  # a float32 becomes the double equal to it
    if tensor.dtype is Dtype.STRING:
        row = [text.decode() for text in row]
    return row if tensor.is_list else row[0]


def _array(tensor: TensorSpec, value: Any) -> NDArray[Any]:
    row = value if isinstance(value, list) else [value]
    if tensor.dtype is Dtype.STRING:
        return np.array([[str(text).encode() for text in row]], np.object_).reshape(1, -1)
    try:
        return np.array(row, tensor.dtype.numpy).reshape(1, -1)
    except (TypeError, ValueError, OverflowError):
        raise BadAnswer(f"{tensor.name} is not {tensor.dtype.wire}: {str(value)[:40]!r}") from None
