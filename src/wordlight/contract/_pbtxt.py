"""``config.pbtxt``, written and read by Triton's own schema.

A misspelt field or a value of the wrong type fails. The schema comes with tritonclient and is
imported only when it is needed, because a model's process has no tritonclient. Such a process reads
its configuration as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def write_pbtxt(fields: Mapping[str, Any]) -> str:
    r"""The configuration in protobuf's text format; enum members are given by name.

    Raises:
        google.protobuf.json_format.ParseError: Triton's schema has no such field, or the value is
            of another type.

    >>> write_pbtxt({"name": "f5", "input": [{"dims": [1], "data_type": "TYPE_FP32"}]})
    'name: "f5"\ninput {\n  data_type: TYPE_FP32\n  dims: [1]\n}\n'
    """
    from google.protobuf import json_format, text_format

    message = json_format.ParseDict(fields, _empty())
    return str(
        text_format.MessageToString(message, as_utf8=True, use_short_repeated_primitives=True)
    )


def read_pbtxt(text: str) -> Any:
    """The text as Triton's ``ModelConfig`` message.

    Raises:
        google.protobuf.text_format.ParseError: Triton's schema has no such field, or the value is
            of another type.

    >>> read_pbtxt('name: "f5"').name
    'f5'
    """
    from google.protobuf import text_format

    return text_format.Parse(text, _empty())


def _empty() -> Any:
    from tritonclient.grpc import model_config_pb2

    return model_config_pb2.ModelConfig()
