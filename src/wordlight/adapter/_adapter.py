"""The way from requests to responses: request → typed call → engine → answer → response.

This is the one place where an exception of any kind becomes a Triton error. The log records it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import BoundedSemaphore
from typing import Any, Protocol

import numpy as np

from wordlight.adapter._counts import COUNTS
from wordlight.adapter._entry import BROKEN_OFF, Cancelled, Entry
from wordlight.adapter._in_flight import Place
from wordlight.adapter._traced import TRACES
from wordlight.adapter._turns import Stopped
from wordlight.contract import ModelSpec
from wordlight.errors import EngineFailed, MissingInput, WordlightError
from wordlight.logs import Requests, facts, requests_now, working_for
from wordlight.tracing import link, under

logger = logging.getLogger(__name__)

REQUEST_ID = "request_id"
"""A call with this field gets the id of its request there; empty if the caller gave none."""
APART_AT_ONCE = 8


class Engine(Protocol):
    """A model's engine: it takes all calls of a batch at once, and gives each one outcome."""

    def run(self, calls: Sequence[Any]) -> Sequence[Any]:
        """An answer or one of our errors for each call, in the order of the calls."""


def serve(
    spec: ModelSpec, call_type: type, engine: Engine, pb_utils: Any
) -> Callable[[list[Any]], list[Any]]:
    """The ``execute`` of a Python-backend model.

    ``call_type`` is the engine's typed call. It has a field for each input of ``spec`` that is
    read; the field is None if an optional input is absent. The engine's answers have a field for
    each output.
    """

    COUNTS.begin(spec, pb_utils)

    def execute(requests: list[Any]) -> list[Any]:
        entries = entered(spec, requests)
        try:
            return answers(entries, requests)
        finally:
            for entry in entries:
                entry.close(BROKEN_OFF)

    def answers(entries: list[Entry], requests: list[Any]) -> list[Any]:
        slots: list[Any] = [
            read(spec, call_type, request, pb_utils, entry)
            for entry, request in zip(entries, requests, strict=True)
        ]
        good = [index for index, slot in enumerate(slots) if isinstance(slot, call_type)]
        told = [entries[index].requests for index in good]
        with under(*(entries[index].span for index in good)):
            found = run(engine.run, [slots[index] for index in good], told)
        for index, answer in zip(good, found, strict=True):
            slots[index] = answer
        return [answered(*each) for each in zip(entries, slots, requests, strict=True)]

    def answered(entry: Entry, slot: Any, request: Any) -> Any:
        with working_for(entry.requests):
            response = respond(spec, slot, request.requested_output_names(), pb_utils)
        entry.close(slot, response)
        return response

    return execute


def serve_apart(
    spec: ModelSpec, call_type: type, engine: Engine, pb_utils: Any, n_at_once: int = APART_AT_ONCE
) -> Callable[[list[Any]], None]:
    """The ``execute`` of a model that waits for others: each request is answered when it is done.

    Up to ``n_at_once`` requests run side by side, so that a slow one does not keep others waiting.
    While as many are running, ``execute`` does not return: further requests stay in Triton's queue,
    which refuses them when it is full and times them out.
    Needs Triton 24.06 or later (python_backend pull request 364).
    """
    free = BoundedSemaphore(n_at_once)
    pool = ThreadPoolExecutor(n_at_once, thread_name_prefix=spec.name)
    COUNTS.begin(spec, pb_utils)

    def answer(place: Place, entry: Entry, slot: Any, wanted: Sequence[str], sender: Any) -> None:
        if not place.claim():
            return
        with working_for(entry.requests), under(entry.span):
            try:
                if isinstance(slot, call_type):
                    slot = run(engine.run, [slot])[0]
            except BaseException:  # noqa: BLE001 - the edge: nobody waits for this thread
                slot = incident("a request broke off")
            try:
                entry.close(slot, send(spec, slot, wanted, sender, pb_utils))
            finally:
                place.leave()

    def execute(requests: list[Any]) -> None:
        for request in requests:
            (entry,) = entered(spec, [request])
            place = Place(free)
            slot = read(spec, call_type, request, pb_utils, entry, is_kept=True)
            wanted, sender = list(request.requested_output_names()), request.get_response_sender()
            try:
                pool.submit(answer, place, entry, slot, wanted, sender)
            except RuntimeError:  # the machine has no thread left
                answer(place, entry, incident("a request got no thread"), wanted, sender)

    return execute


def entered(spec: ModelSpec, requests: Sequence[Any]) -> list[Entry]:
    """The entries of requests that came together."""
    entries = [Entry(spec.name, id_of(request)) for request in requests]
    for entry, request in zip(entries, requests, strict=True):
        entry.span = TRACES.span_of(request, spec.name, batch=len(requests))
    link([entry.span for entry in entries])
    return entries


def read(
    spec: ModelSpec,
    call_type: type,
    request: Any,
    pb_utils: Any,
    entry: Entry,
    is_kept: bool = False,
) -> Any:
    """The request as a call, an error, or Cancelled. Its entry learns the texts of the call.

    A call that outlives ``execute`` (``is_kept``) gets copies of its arrays, because Triton frees
    its tensors when ``execute`` returns.
    """
    if request.is_cancelled():
        return Cancelled()
    try:
        values: dict[str, Any] = {}
        for tensor in spec.arguments:
            found = pb_utils.get_input_tensor_by_name(request, tensor.name)
            if found is None and not tensor.is_optional:
                raise MissingInput(tensor.name, f"{spec.name} needs it")
            value = None if found is None else tensor.decode(found.as_numpy())
            values[tensor.field] = (
                np.array(value) if is_kept and isinstance(value, np.ndarray) else value
            )
        if REQUEST_ID in {field.name for field in fields(call_type)}:
            values[REQUEST_ID] = id_of(request)
        call = call_type(**values)
        entry.learn(call)
        return call
    except WordlightError as error:
        return error
    except Exception:  # noqa: BLE001 - the edge: a broken request must not reach its batch mates
        with working_for(entry.requests):
            return incident("a request could not be read")


def id_of(request: Any) -> str:
    """The id that the caller gave; empty if its bytes are not UTF-8 (over HTTP Triton takes any
    bytes)."""
    try:
        return str(request.request_id())
    except UnicodeDecodeError:
        return ""


def run(
    run_batch: Callable[[list[Any]], Sequence[Any]],
    calls: list[Any],
    told: Sequence[Requests] = (),
) -> Sequence[Any]:
    """The outcomes of all calls. If the batch fails, each call runs alone, to spare the others.

    Args:
        run_batch: Runs some calls.
        calls: All calls.
        told: The request of each call, for the log; nothing if the present work is for one alone.

    Raises:
        Stopped: Nobody wants the answers any more.
    """
    if not calls:
        return []
    with working_for(Requests.of(told) if told else requests_now()):
        try:
            answers = run_batch(calls)
            if len(answers) != len(calls):
                raise ValueError(f"{len(answers)} answers to {len(calls)} calls")
            return answers
        except Stopped:
            raise
        except Exception:  # noqa: BLE001 - the edge
            failed = incident(f"a batch of {len(calls)} failed")
    if len(calls) == 1:
        return [failed]
    return [run(run_batch, [call], told[i : i + 1])[0] for i, call in enumerate(calls)]


def send(spec: ModelSpec, answer: Any, wanted: Sequence[str], sender: Any, pb_utils: Any) -> Any:
    """Sends the one response of a request that is answered after ``execute``; returns it."""
    response = respond(spec, answer, wanted, pb_utils)
    try:
        sender.send(response, flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
    except Exception:  # noqa: BLE001 - the edge: nobody waits for this thread
        incident("an answer could not be sent")
    return response


def respond(spec: ModelSpec, answer: Any, wanted: Sequence[str], pb_utils: Any) -> Any:
    """Triton's response for an answer, one of our errors or Cancelled."""
    if isinstance(answer, Cancelled | WordlightError):
        return refuse(answer, pb_utils)
    try:
        tensors = [
            pb_utils.Tensor(tensor.name, tensor.encode(getattr(answer, tensor.field)))
            for tensor in spec.outputs
            if not wanted or tensor.name in wanted
        ]
        return pb_utils.InferenceResponse(output_tensors=tensors)
    except Exception:  # noqa: BLE001 - the edge
        return refuse(incident("an answer could not be written"), pb_utils)


def refuse(outcome: Cancelled | WordlightError, pb_utils: Any) -> Any:
    """Triton's response that holds an error instead of an answer."""
    if isinstance(outcome, Cancelled):
        error = pb_utils.TritonError("cancelled by the caller", pb_utils.TritonError.CANCELLED)
        return pb_utils.InferenceResponse(error=error)
    status = getattr(pb_utils.TritonError, outcome.status)
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(outcome.wire, status))


def incident(what: str, error: Exception | None = None) -> EngineFailed:
    """Logs an exception under a new name; returns the error that tells the caller this name.

    The exception is ``error`` if it is given, else the one that is being handled.
    """
    name = uuid.uuid4().hex[:8]
    logger.error("incident %s: %s", name, what, exc_info=error or True, extra=facts(incident=name))
    return EngineFailed(name)
