"""The request and the responses of a stream. Their fields follow from the contract."""

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
"""The request for one narration. It has a field for each input of the contract; an input that is
absent is None."""


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """One response. ``values`` maps the names of the contract's outputs to their values."""

    values: Mapping[str, Value]


def given(call: Any, names: frozenset[str]) -> dict[str, Value]:
    """The inputs in ``names`` that the call has, by the name of their tensor."""
    values = {tensor.name: getattr(call, tensor.field) for tensor in NARRATE_STREAM.arguments}
    return {name: value for name, value in values.items() if name in names and value is not None}
