"""One tensor of a model's interface: its type, shape and limits, and how it encodes a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import (
    NotFinite,
    NotOneOf,
    OutOfRange,
    TooLong,
    WrongShape,
    WrongType,
)

Value = str | float | int | list[str] | list[float] | NDArray[Any]
"""A tensor's content in Python: a scalar for dims [1], a list or an array for dims [-1]."""


class Dtype(Enum):
    """A Triton data type: its names in ``config.pbtxt`` and on the wire, and its numpy type."""

    STRING = ("TYPE_STRING", "BYTES", np.object_)
    FP32 = ("TYPE_FP32", "FP32", np.float32)
    FP64 = ("TYPE_FP64", "FP64", np.float64)
    INT32 = ("TYPE_INT32", "INT32", np.int32)
    INT64 = ("TYPE_INT64", "INT64", np.int64)

    def __init__(self, config: str, wire: str, numpy: type) -> None:
        self.config = config
        self.wire = wire
        self.numpy: np.dtype[Any] = np.dtype(numpy)


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Name, type, shape and limits of one input or output.

    A tensor holds one value (``dims`` 1) or a list of any length (``dims`` -1). ``low`` and
    ``high`` bound every element; ``max_length`` bounds the characters of a text, or the elements
    of a list. In a list of texts, ``max_element`` bounds the characters of each, and ``max_total``
    those of all. ``form`` is a function (name, text) that refuses texts of another form. If an
    input is not read, its value does not matter: the model only waits until the input is there.
    """

    name: str
    dtype: Dtype
    meaning: str
    is_list: bool = False
    is_optional: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    max_length: int | None = None
    max_element: int | None = None
    max_total: int | None = None
    choices: tuple[str, ...] = ()
    form: Callable[[str, str], None] | None = None
    is_read: bool = True

    @property
    def dims(self) -> int:
        """-1 for a list, 1 for a single value, without the batch dimension."""
        return -1 if self.is_list else 1

    @property
    def field(self) -> str:
        """The attribute that carries the tensor in a typed call: ``NFE_STEPS`` → ``nfe_steps``."""
        return self.name.lower()

    def encode(self, value: Value) -> NDArray[Any]:
        """The value as the array that goes on the wire, of shape (1, n): one row for one request.

        Raises:
            WrongType: The value is text instead of numbers, numbers instead of text, or a fraction
                instead of a whole number.
            OutOfRange: A number that the tensor's type cannot hold.
        """
        row = value if self.is_list else [value]
        if self.dtype is Dtype.STRING:
            if not all(isinstance(item, str) for item in cast("Sequence[Any]", row)):
                raise WrongType(self.name, type(value).__name__, "text")
            return np.array([[self._bytes(item) for item in row]], dtype=np.object_)  # type: ignore[arg-type, union-attr]
        try:
            given = np.asarray(row)
        except ValueError:  # lists of unequal lengths
            raise WrongType(self.name, type(value).__name__, self.dtype.wire) from None
        self._check_kind(given, value)
        with np.errstate(over="ignore"):  # `decode` refuses an infinity, and names the tensor
            return given.astype(self.dtype.numpy, copy=False).reshape(1, -1)

    def _bytes(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise WrongType(self.name, "not UTF-8", "UTF-8 text") from None

    def _check_kind(self, given: NDArray[Any], value: Value) -> None:
        """Refuses values that numpy would silently turn into other numbers."""
        if given.dtype.kind == "O" and all(isinstance(item, int) for item in given.flat):
            raise self._out_of_range(float(max(given.flat, key=abs)))  # no numpy type holds it
        if given.dtype.kind not in "iuf":
            raise WrongType(self.name, type(value).__name__, self.dtype.wire)
        if self.dtype.numpy.kind != "i" or not given.size:
            return
        if not np.isfinite(given).all():
            raise NotFinite(self.name)
        if (cut := given[given != np.floor(given)]).size:
            raise WrongType(self.name, f"{cut.flat[0]:g}", "a whole number")
        held = np.iinfo(self.dtype.numpy)
        if given.min() < held.min or given.max() > held.max:
            raise self._out_of_range(float(max(given.flat, key=abs)))

    def _out_of_range(self, got: float) -> OutOfRange:
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return OutOfRange(self.name, got, low, high, self.unit)

    def decode(self, array: NDArray[Any]) -> Value:
        """The value of an array from the wire, checked against every limit of this spec.

        Raises:
            WrongShape, WrongType, TooLong, NotFinite, OutOfRange, NotOneOf
        """
        row = self._row(array)
        if self.dtype is Dtype.STRING:
            self._check_total(row)
            texts = [self._text(item, index) for index, item in enumerate(row)]
            return texts if self.is_list else texts[0]
        self._check_numbers(row)
        if self.is_list:
            return row
        return cast("float | int", row[0].item())

    def _row(self, array: NDArray[Any]) -> NDArray[Any]:
        expected = "[1, n]" if self.is_list else "[1, 1]"
        if array.ndim > 2 or (array.ndim == 2 and array.shape[0] != 1):
            raise WrongShape(self.name, array.shape, f"{expected}: one item a request")
        row = array.reshape(-1)
        if not self.is_list and len(row) != 1:
            raise WrongShape(self.name, array.shape, expected)
        if self.is_list and self.max_length is not None and len(row) > self.max_length:
            raise TooLong(self.name, len(row), self.max_length, "elements")
        return row

    def _check_total(self, row: NDArray[Any]) -> None:
        """Refuses a list of texts that are too long together, before any of them is read.

        Texts on the wire are decoded only if their bytes are more than the characters may be.
        """
        if self.max_total is None:
            return
        n_bytes = sum(len(item) for item in row if isinstance(item, bytes))
        n_characters = sum(len(item) for item in row if isinstance(item, str))
        if n_bytes > self.max_total:
            n_characters += sum(
                len(item.decode(errors="replace")) for item in row if isinstance(item, bytes)
            )
        if n_characters > self.max_total:
            raise TooLong(self.name, n_characters, self.max_total, "characters")

    def _text(self, item: Any, index: int) -> str:
        try:
            text = item.decode() if isinstance(item, bytes) else str(item)
        except UnicodeDecodeError:
            raise WrongType(self.name, "not UTF-8", "UTF-8 text") from None
        if not self.is_list and self.max_length is not None and len(text) > self.max_length:
            raise TooLong(self.name, len(text), self.max_length, "characters")
        if self.max_element is not None and len(text) > self.max_element:
            raise TooLong(f"{self.name}[{index}]", len(text), self.max_element, "characters")
        if self.choices and text not in self.choices:
            raise NotOneOf(self.name, text, self.choices)
        if self.form is not None:
            self.form(self.name, text)
        return text

    def _check_numbers(self, row: NDArray[Any]) -> None:
        if row.dtype != self.dtype.numpy:
            raise WrongType(self.name, str(row.dtype), self.dtype.wire)
        if not len(row):
            return
        if not np.isfinite(row).all():
            raise NotFinite(self.name)
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        if row.min() < low or row.max() > high:
            raise self._out_of_range(float(row.min() if row.min() < low else row.max()))
