"""An ``execute`` that answers requests part by part, each request in a thread of its own."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from math import inf
from threading import BoundedSemaphore, Lock
from typing import Any, Protocol

from wordlight.adapter._adapter import id_of, incident, read, refuse
from wordlight.adapter._cancelled import Cancellations
from wordlight.adapter._counts import COUNTS
from wordlight.adapter._entry import BROKEN_OFF, Cancelled, Entry
from wordlight.adapter._in_flight import IN_FLIGHT, Place
from wordlight.adapter._traced import TRACES
from wordlight.contract import LONGEST_ID, STREAM_METERS, ModelSpec
from wordlight.errors import DeadlineExceeded, ServerEnding, WordlightError
from wordlight.logs import working_for

JOB_DIGITS = 16
LOOK_EVERY_S = 0.1
"""How often we check whether the caller still waits. To ask Triton takes a moment."""


class Parts(Protocol):
    """An engine that answers a call in parts."""

    def narrate(self, call: Any, job: str, look: Callable[[], None]) -> Generator[Any, None, None]:
        """The parts; the ``values`` of each are named by output.

        ``look`` raises an exception once nobody waits for the rest.
        """


class Streams:
    """The streams of one model.

    Args:
        spec: The model's tensors.
        call_type: The engine's typed call.
        engine: Answers in parts.
        pb_utils: Triton's module.
        cancellations: The ids that nobody waits for any more.
        n_at_once: How many streams run side by side. While as many are running, ``execute`` does
            not return: further requests stay in Triton's queue, which refuses them when it is full
            and times them out.
    """

    def __init__(
        self,
        spec: ModelSpec,
        call_type: type,
        engine: Parts,
        pb_utils: Any,
        cancellations: Cancellations,
        n_at_once: int,
    ) -> None:
        self._spec, self._call_type, self._engine = spec, call_type, engine
        self._pb_utils, self._cancellations = pb_utils, cancellations
        self._free = BoundedSemaphore(n_at_once)
        self._pool = ThreadPoolExecutor(n_at_once, thread_name_prefix=spec.name)
        self.is_closed = False
        COUNTS.begin(spec, pb_utils, STREAM_METERS)

    def execute(self, requests: list[Any]) -> None:
        """Begins to answer each request."""
        for request in requests:
            stream = _Stream(
                self._spec, request, self._pb_utils, self._cancellations, lambda: self.is_closed
            )
            place = Place(self._free)
            slot = (
                ServerEnding()
                if IN_FLIGHT.takes_no_more
                else read(
                    self._spec, self._call_type, request, self._pb_utils, stream.entry, is_kept=True
                )
            )
            try:
                self._pool.submit(self._run, place, slot, stream)
            except RuntimeError:  # the machine has no thread left
                self._run(place, incident("a stream got no thread"), stream)

    def close(self) -> None:
        """Ends all streams; their callers learn that the server is ending."""
        self.is_closed = True
        self._pool.shutdown(wait=True)

    def _run(self, place: Place, slot: Any, stream: _Stream) -> None:
        if not place.claim():
            return
        entry = stream.entry
        outcome: object = BROKEN_OFF
        with working_for(entry.requests):
            try:
                outcome = found = self._outcome(slot, stream)
                stream.end(found)
            finally:
                entry.close(outcome)
                place.leave()

    def _outcome(self, slot: Any, stream: _Stream) -> WordlightError | Cancelled | None:
        """The error that ends the stream, or Cancelled; None if it ends with its last part."""
        if isinstance(slot, (WordlightError, Cancelled)):
            return slot
        job = stream.new_job()
        try:
            with (
                TRACES.job(job, stream.entry.span),
                closing(self._engine.narrate(slot, job, stream.look)) as parts,
            ):
                for part in parts:
                    stream.look()
                    stream.send(self._spec, part.values)
                    stream.entry.note_part()
        except Ended as ended:
            return ended.outcome
        except WordlightError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the edge: nobody waits for this thread
            return incident(f"a request to {self._spec.name} failed", error)
        return None


class Ended(Exception):
    """Nobody waits for the rest of a stream; ``outcome`` is what its caller gets."""

    def __init__(self, outcome: WordlightError | Cancelled) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Stream:
    """A request from Triton that is answered in parts."""

    def __init__(
        self,
        spec: ModelSpec,
        request: Any,
        pb_utils: Any,
        cancellations: Cancellations,
        is_closed: Callable[[], bool],
    ) -> None:
        self._pb_utils, self._cancellations, self._is_closed = pb_utils, cancellations, is_closed
        self._sender = request.get_response_sender()
        self._wanted = set(request.requested_output_names())
        self._id, self._came_s = id_of(request), cancellations.clock()
        self.entry = Entry(spec.name, self._id)
        self.entry.span = TRACES.span_of(request, spec.name)
        self._timeout_s = request.timeout() / 1e6
        self._ends_s = time.monotonic() + self._timeout_s if self._timeout_s else inf
        self._looking = Lock()
        self._looked_s = -inf
        self._ending: WordlightError | Cancelled | None = None
        """Why nobody waits any more; None while somebody does."""

    def new_job(self) -> str:
        """A new id for the calls that are made for this stream; it begins with the stream's own.

        So whoever looks for that one in the log finds them too.
        """
        job = uuid.uuid4().hex
        if not self._id:
            return job
        return f"{self._id[: LONGEST_ID - JOB_DIGITS - 1]}.{job[:JOB_DIGITS]}"

    def look(self) -> None:
        """Checks that somebody still waits. Several threads may call it.

        Raises:
            Ended: Nobody waits any more, or the timeout has passed.
        """
        with self._looking:
            now_s = time.monotonic()
            if self._ending is None and now_s - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = now_s
                self._ending = self._look(now_s)
            ending = self._ending
        if ending is not None:
            raise Ended(ending)

    def _look(self, now_s: float) -> WordlightError | Cancelled | None:
        if self._is_closed():
            return ServerEnding()
        if self._sender.is_cancelled() or self._cancellations.holds(self._id, self._came_s):
            return Cancelled()
        if now_s > self._ends_s:
            return DeadlineExceeded("it", f"was not done within {self._timeout_s:g} s")
        return None

    def send(self, spec: ModelSpec, values: Any) -> None:
        """Sends a part."""
        tensors = [
            self._pb_utils.Tensor(tensor.name, tensor.encode(values[tensor.name]))
            for tensor in spec.outputs
            if tensor.name in values and (not self._wanted or tensor.name in self._wanted)
        ]
        self._sender.send(self._pb_utils.InferenceResponse(output_tensors=tensors))

    def end(self, outcome: WordlightError | Cancelled | None) -> None:
        """Ends the response, with an error unless ``outcome`` is None."""
        final = self._pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL
        with self._looking:  # Triton forgets the request now: no thread may ask for it any more
            self._ending = self._ending or Cancelled()
        try:
            if outcome is None:
                self._sender.send(flags=final)
            else:
                self._sender.send(refuse(outcome, self._pb_utils), flags=final)
        except Exception:  # noqa: BLE001 - the edge: nobody waits for this thread
            incident("the end of a stream could not be sent")
