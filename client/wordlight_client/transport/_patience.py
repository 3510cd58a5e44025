"""How long to wait for a stream: in all, and for each answer."""

from __future__ import annotations

import time

from wordlight.errors import DeadlineExceeded, InvalidInput, WordlightError
from wordlight_client.transport._address import Address
from wordlight_client.transport._failures import too_late


class Patience:
    """Two limits: ``timeout_s`` for the whole from the first wait on, ``silence_s`` for each wait.

    Raises:
        InvalidInput: A limit is not more than 0.
    """

    def __init__(self, timeout_s: float | None = None, silence_s: float | None = None) -> None:
        for name, limit_s in (("timeout_s", timeout_s), ("silence_s", silence_s)):
            if limit_s is not None and not limit_s > 0:
                raise InvalidInput(name, f"must be more than 0 s; it is {limit_s}")
        self.timeout_s, self.silence_s = timeout_s, silence_s
        self._until_s: float | None = None

    def wait_s(self) -> float | None:
        """Seconds that the next answer may take; None means no limit, 0 that the time is over.

        >>> Patience(timeout_s=9.0, silence_s=2.0).wait_s()
        2.0
        """
        if self.timeout_s is None:
            return self.silence_s
        now_s = time.monotonic()
        if self._until_s is None:
            self._until_s = now_s + self.timeout_s
        left_s = max(0.0, self._until_s - now_s)
        return left_s if self.silence_s is None else min(left_s, self.silence_s)

    def error(self, address: Address) -> WordlightError:
        """The error to raise when no answer came in time."""
        is_over = self._until_s is not None and time.monotonic() >= self._until_s
        if self.silence_s is not None and not is_over:
            return DeadlineExceeded(address, f"sent nothing for {self.silence_s:g} s")
        return too_late(address, self.timeout_s)
