"""One request, whatever it came over: who asks, what of, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Sequence

from wordlight.front import _ids as ids
from wordlight.front._refusals import Refused
from wordlight.logs import Requests
from wordlight.tracing import NO_SPAN

Metadata = Sequence[tuple[bytes, bytes]]
"""Headers over HTTP, metadata over gRPC. Names are in lower case."""


class Visit:
    """What is known of one request.

    Args:
        metadata: Its headers.
    """

    def __init__(self, metadata: Metadata) -> None:
        self.came_s = time.monotonic()
        self.metadata = metadata
        self.given_id = ids.header_id(metadata)
        self.request_id = self.given_id or ids.new_id()
        self.model, self.owner, self.code = "", "", ""
        self.expected_s: float | None = None
        self.status = 0
        self.received, self.sent = 0, 0
        self.is_complete = False
        self.span = NO_SPAN

    @property
    def requests(self) -> Requests:
        """The request as the log knows it; what its caller wrote is not kept."""
        return Requests((self.request_id,), are_known=False)

    def note_refusal(self, refused: Refused) -> None:
        """Notes that it got a problem instead of an answer."""
        self.status, self.code = refused.status, refused.problem.code
