"""Binary data that follows the JSON part: the lengths within it are checked as it passes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from wordlight.contract import Dtype, TensorSpec
from wordlight.errors import InvalidInput
from wordlight.front._tensors import BYTES_PREFIX


class BinaryCheck:
    """Follows the texts in binary data. Numbers are passed over.

    A text is preceded by its length in bytes, 4 bytes little-endian.

    Args:
        inputs: The inputs in order, each with its number of elements and its bytes.
    """

    def __init__(self, inputs: Iterable[tuple[TensorSpec, int, int]]) -> None:
        self._inputs = deque(inputs)
        self._name, self._is_text = "", False
        self._n_texts = 0
        self._left = 0
        self._skip = 0
        self._prefix = b""

    def feed(self, part: bytes) -> None:
        """Follows the next bytes, wherever they are cut.

        Raises:
            InvalidInput: The lengths in an input do not agree with its elements and its bytes.
        """
        at = 0
        while at < len(part) or (self._inputs and not self._left):
            if not self._left and not self._begin():
                return
            window = part[at : at + self._left] if len(part) - at > self._left else part[at:]
            at += len(window)
            self._left -= len(window)
            if self._is_text:
                self._follow(window)

    def _begin(self) -> bool:
        """Goes on to the next input; false if there is none."""
        if not self._inputs:
            return False
        tensor, n_elements, self._left = self._inputs.popleft()
        self._name, self._is_text = tensor.name, tensor.dtype is Dtype.STRING
        self._n_texts, self._skip, self._prefix = n_elements, 0, b""
        return True

    def _follow(self, window: bytes) -> None:
        at = 0
        while at < len(window):
            if self._skip:
                step = min(self._skip, len(window) - at)
                at, self._skip = at + step, self._skip - step
                continue
            wanted = BYTES_PREFIX - len(self._prefix)
            self._prefix += window[at : at + wanted]
            at += wanted
            if len(self._prefix) == BYTES_PREFIX:
                self._n_texts -= 1
                self._skip = int.from_bytes(self._prefix, "little")
                self._prefix = b""
                if self._n_texts < 0 or self._skip > self._left + len(window) - at:
                    raise self._broken()
        if not self._left and (self._n_texts or self._skip or self._prefix):
            raise self._broken()

    def _broken(self) -> InvalidInput:
        return InvalidInput(
            self._name,
            "has binary data whose lengths do not agree with its elements and its bytes",
            "write each text as its length in bytes (4 bytes, little-endian) and its UTF-8",
        )
