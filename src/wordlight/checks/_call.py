"""What is checked; its fields follow from the contract, so that a new option is one of them."""

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
"""One request: a field for each input of the contract, None where it is absent, and its id."""


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """All is well, as far as that can be told."""

    checked: int = 1


def call_of(kind: type[T], call: Any, **unknown: Any) -> T:
    """An engine's own call of a request; ``unknown`` is what only its earlier steps would know."""
    names = [one.name for one in fields(kind) if hasattr(call, one.name)]  # type: ignore[arg-type]
    return kind(**{name: getattr(call, name) for name in names} | unknown)
