"""Server-sent events that pass through: an error of Triton's among them is put into our words."""

from __future__ import annotations

from collections.abc import Callable

BEGINS, ENDS = b'data: {"error"', b"\n\n"
LONGEST_ERROR = 1 << 20


class Events:
    r"""Passes events on as they come, wherever they are cut, and rewrites those that are errors.

    >>> events = Events(lambda event: b"data: changed\n\n")
    >>> events.feed(b'data: {"A":1}\n\ndata: {"er') + events.feed(b'ror":"b"}\n\ndata: {}\n\n')
    b'data: {"A":1}\n\ndata: changed\n\ndata: {}\n\n'
    """

    def __init__(self, reworded: Callable[[bytes], bytes]) -> None:
        self._reworded = reworded
        self._held = b""
        self._is_passing = False

    @property
    def is_between(self) -> bool:
        """Whether what was passed on ends with a whole event."""
        return not self._is_passing

    def feed(self, part: bytes) -> bytes:
        """What can be passed on now."""
        data, passed = self._held + part, []
        self._held = b""
        while data:
            if not self._is_passing:
                if len(data) < len(BEGINS) and BEGINS.startswith(data):
                    break
                if data.startswith(BEGINS):
                    event, end, rest = data.partition(ENDS)
                    if not end and len(event) < LONGEST_ERROR:
                        break
                    passed.append(self._reworded(event))
                    data = rest
                    continue
            event, end, data = data.partition(ENDS)
            if not end and event.endswith(b"\n"):  # the other line break may come next
                event, data = event[:-1], b"\n"
                passed.append(event)
                self._is_passing = True
                break
            passed.append(event + end)
            self._is_passing = not end
        self._held = data
        return b"".join(passed)

    def end(self) -> bytes:
        """What is left when nothing more comes."""
        held, self._held = self._held, b""
        return self._reworded(held) if held.startswith(BEGINS) else held
