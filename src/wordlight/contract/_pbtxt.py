"""Protobuf's text format, as much of it as ``config.pbtxt`` needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]
"""A message: field name → scalar, message, or list of either."""


class Enum(str):
    """An enum member: written bare, where a text is quoted."""

    __slots__ = ()


def write_pbtxt(message: Node) -> str:
    """The message in text format: fields in order, a list as a repeated field.

    >>> print(write_pbtxt({"name": "f5", "input": [{"dims": [1], "data_type": Enum("TYPE_FP32")}]}))
    name: "f5"
    input {
      dims: [ 1 ]
      data_type: TYPE_FP32
    }
    <BLANKLINE>
    """
    return "".join(f"{line}\n" for line in _lines(message, ""))


def _lines(message: Node, indent: str) -> Iterator[str]:
    for key, value in message.items():
        if isinstance(value, Mapping):
            yield from _block(key, value, indent)
        elif isinstance(value, list | tuple):
            if value and all(isinstance(item, Mapping) for item in value):
                for item in value:
                    yield from _block(key, item, indent)
            else:
                yield f"{indent}{key}: [ {', '.join(_scalar(item) for item in value)} ]"
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _block(key: str, message: Node, indent: str) -> Iterator[str]:
    yield f"{indent}{key} {{"
    yield from _lines(message, indent + "  ")
    yield f"{indent}}}"


def _scalar(value: object) -> str:
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
