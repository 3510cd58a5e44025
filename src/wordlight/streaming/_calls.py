"""What a stream is asked and what it answers; its fields follow from the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from wordlight.contract import NARRATE_STREAM, Value

StreamCall: Any = make_dataclass(
    "StreamCall",
    [(tensor.field, Any, field(default=None)) for tensor in NARRATE_STREAM.arguments],
    frozen=True,
    slots=True,
)
"""One narration: a field for each input of the contract, None where it is absent."""


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """One response: values by the names of the contract's outputs."""

    values: Mapping[str, Value]


def given(call: Any, names: frozenset[str]) -> dict[str, Value]:
    """Those of a call's inputs that are there, by tensor, as a model takes them."""
    values = {tensor.name: getattr(call, tensor.field) for tensor in NARRATE_STREAM.arguments}
    return {name: value for name, value in values.items() if name in names and value is not None}
