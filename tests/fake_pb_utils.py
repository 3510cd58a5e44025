"""The part of triton_python_backend_utils that the adapter uses, with real semantics.

The real module exists only inside a stub; tests/live exercises it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from typing import Any

import numpy as np


class Tensor:
    def __init__(self, name: str, array: np.ndarray) -> None:
        self._name, self._array = name, array

    def name(self) -> str:
        return self._name

    def as_numpy(self) -> np.ndarray:
        return self._array


class TritonError(Exception):
    INTERNAL, NOT_FOUND, INVALID_ARG, UNAVAILABLE, CANCELLED = range(5)

    def __init__(self, message: str, code: int = INTERNAL) -> None:
        super().__init__(message)
        self._message, self._code = message, code

    def message(self) -> str:
        return self._message

    def code(self) -> int:
        return self._code


class InferenceResponse:
    def __init__(
        self, output_tensors: list[Tensor] | None = None, error: TritonError | None = None
    ) -> None:
        self._tensors, self._error = output_tensors or [], error

    def output_tensors(self) -> list[Tensor]:
        return self._tensors

    def error(self) -> TritonError | None:
        return self._error

    def has_error(self) -> bool:
        return self._error is not None

    def __getitem__(self, name: str) -> np.ndarray:
        return {t.name(): t.as_numpy() for t in self._tensors}[name]


TRITONSERVER_RESPONSE_COMPLETE_FINAL = 1


class ResponseSender:
    """Takes the one response of a request that is answered after ``execute``; or several of a
    decoupled model, of which the last is the response."""

    def __init__(self, is_decoupled: bool = False) -> None:
        self._is_decoupled = is_decoupled
        self._response: InferenceResponse | None = None
        self._is_sent, self._is_cancelled = Event(), Event()

    def send(self, response: InferenceResponse | None = None, flags: int = 0) -> None:
        is_final = flags == TRITONSERVER_RESPONSE_COMPLETE_FINAL
        assert self._is_decoupled or (is_final and response is not None)
        assert not self._is_sent.is_set()
        if response is not None:
            self._response = response
        if is_final:
            self._is_sent.set()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def is_cancelled(self) -> bool:
        assert not self._is_sent.is_set(), "Triton has forgotten the request"
        return self._is_cancelled.is_set()

    def is_answered(self) -> bool:
        return self._is_sent.is_set()

    def response(self, timeout_s: float = 60.0) -> InferenceResponse:
        assert self._is_sent.wait(timeout_s)
        assert self._response is not None
        return self._response


class Request:
    """A request with these tensors; ``wants`` are the outputs asked for, none meaning all."""

    def __init__(
        self,
        arrays: Mapping[str, Any],
        wants: tuple[str, ...] = (),
        is_cancelled: bool = False,
        request_id: str = "",
        timeout_us: int = 0,
        is_decoupled: bool = False,
    ) -> None:
        self._sender, self._id, self._timeout_us = (
            ResponseSender(is_decoupled), request_id, timeout_us
        )  # fmt: skip
        self._tensors = {name: Tensor(name, array) for name, array in arrays.items()}
        self._wants, self._is_cancelled = wants, is_cancelled

    def inputs(self) -> list[Tensor]:
        return list(self._tensors.values())

    def requested_output_names(self) -> list[str]:
        return list(self._wants)

    def request_id(self) -> str:
        return self._id

    def timeout(self) -> int:
        return self._timeout_us

    def get_response_sender(self) -> ResponseSender:
        return self._sender

    def is_cancelled(self) -> bool:
        return self._is_cancelled


def get_input_tensor_by_name(request: Request, name: str) -> Tensor | None:
    return request._tensors.get(name)


def get_output_tensor_by_name(response: InferenceResponse, name: str) -> Tensor | None:
    return next((t for t in response.output_tensors() if t.name() == name), None)


class TritonModelException(Exception):
    pass


class Metric:
    """One number on the metrics endpoint; ``n_messages``: how often Triton was told."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels, self.value, self.n_messages = dict(labels), 0.0, 0
        self.observed: list[float] = []

    def increment(self, amount: float) -> None:
        assert amount >= 0
        self.value += amount
        self.n_messages += 1

    def set(self, value: float) -> None:
        self.value = value
        self.n_messages += 1

    def observe(self, value: float) -> None:
        self.observed.append(value)
        self.n_messages += 1


class MetricFamily:
    COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"

    def __init__(self, name: str, description: str, kind: str) -> None:
        assert description
        self.name, self.kind = name, kind

    def Metric(  # noqa: N802 - Triton's name
        self, labels: Mapping[str, str], buckets: list[float] | None = None
    ) -> Metric:
        assert (buckets is not None) == (self.kind == self.HISTOGRAM)
        return Metric(labels)
