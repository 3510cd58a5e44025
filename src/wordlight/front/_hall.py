"""What all doors of the front share."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from wordlight.condition import ConditionFile
from wordlight.contract import CANCEL, VOICES
from wordlight.front._admission import Admission, Room
from wordlight.front._config import FrontConfig
from wordlight.front._ids import Cancelled
from wordlight.front._meters import Meters
from wordlight.front._tracing import Tracing
from wordlight.front._upstream import Triton

NOT_CANCELLED = frozenset({CANCEL.name, VOICES.name})
"""Models that answer at once."""


@dataclass(slots=True)
class Hall:
    """What all doors share.

    Args:
        config: All that the front door was told.
        triton: The server behind it.
        condition: How the server is.
        admission: Which requests are let in.
        requests: Room for requests.
        held: Room for bytes.
        messages: Room for the bytes of messages of gRPC.
        reading: Room for calls over gRPC whose message is on its way.
        watches: Room for those who watch the health over gRPC.
        meters: What is counted.
        cancelled: The ids that were cancelled a moment ago.
        tracing: The traces of requests.
    """

    config: FrontConfig
    triton: Triton
    condition: ConditionFile
    admission: Admission
    requests: Room
    held: Room
    messages: Room
    reading: Room
    watches: Room
    meters: Meters
    cancelled: Cancelled = field(default_factory=Cancelled)
    tracing: Tracing = field(default_factory=Tracing)
    _apart: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    def of(cls, config: FrontConfig) -> Hall:
        """The hall of a configuration."""
        admission = Admission(config.queued_s, config.rates)
        condition = ConditionFile(config.condition_file)
        return cls(
            config,
            Triton(config.triton_address, config.triton_http, config.triton_metrics),
            condition,
            admission,
            Room(config.limits.requests, "requests"),
            Room(config.limits.held_bytes, "bytes"),
            Room(config.limits.messages_bytes, "bytes"),
            Room(config.limits.reading, "messages on their way"),
            Room(config.limits.watches, "watches of its health"),
            Meters(condition, lambda: admission.waiting_s),
            tracing=Tracing(config.traces),
        )

    def apart(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something that no request waits for."""
        task = asyncio.create_task(work)
        self._apart.add(task)
        task.add_done_callback(self._apart.discard)

    def end_work(self, model: str, request_id: str) -> None:
        """Ends the work for a caller who has left. No request waits for it."""
        if model not in NOT_CANCELLED:
            self.cancelled.add(request_id)
            self.apart(self.triton.cancel(request_id))

    async def close(self) -> None:
        """Finishes what was begun apart, and closes the connections to Triton."""
        await asyncio.gather(*self._apart, return_exceptions=True)
        self.triton.close()
        self.tracing.close()
