"""The call to check. Its fields are made from the contract, so that it has every new option."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, make_dataclass
from typing import Any, TypeVar

from wordlight.contract import CHECKS

T = TypeVar("T")

CheckCall: Any = make_dataclass(
    "CheckCall",
    [(tensor.field, Any, field(default=None)) for tensor in CHECKS.arguments]
    + [("request_id", str, field(default=""))],
    frozen=True,
    slots=True,
)
"""One request: its id, and a field for each input of the contract, None if the input is absent."""


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The answer to a request in which the checks found no error."""

    checked: int = 1


def call_of(kind: type[T], call: Any, **unknown: Any) -> T:
    """The request as an engine's own call. ``unknown`` has what only earlier steps would know."""
    names = [one.name for one in fields(kind) if hasattr(call, one.name)]  # type: ignore[arg-type]
    return kind(**{name: getattr(call, name) for name in names} | unknown)
