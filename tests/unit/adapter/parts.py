"""An engine that answers in parts by counting, and requests whose senders take parts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np

from wordlight.errors import SilentSpeech

WITHIN_S = 10.0
FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class Sender:
    """Takes the responses of a request, until the last; then Triton has forgotten it."""

    def __init__(self) -> None:
        self.responses: list[pb_utils.InferenceResponse] = []
        self.is_over = threading.Event()
        self.is_gone = self.is_broken = False

    def send(self, response: Any = None, flags: int = 0) -> None:
        assert not self.is_over.is_set(), "Triton has forgotten the request"
        if response is not None:
            if self.is_broken:
                raise RuntimeError("no shared memory")
            self.responses.append(response)
        if flags == FINAL:
            self.is_over.set()

    def is_cancelled(self) -> bool:
        assert not self.is_over.is_set(), "Triton has forgotten the request"
        return self.is_gone

    def wait(self) -> None:
        assert self.is_over.wait(WITHIN_S)

    @property
    def names(self) -> list[Any]:
        """Of the parts."""
        return [one["NAMES"].tolist()[0] for one in self.responses if not one.has_error()]

    @property
    def error(self) -> pb_utils.TritonError | None:
        return self.responses[-1].error() if self.responses else None


class Asked(pb_utils.Request):
    """A request whose sender takes parts."""

    def __init__(self, language: str = "3", **more: Any) -> None:
        raw = np.array([[language.encode()]], object)
        super().__init__({"LANGUAGE": raw}, **more)
        self.sender = Sender()

    def get_response_sender(self) -> Any:
        return self.sender


@dataclass(frozen=True)
class Call:
    language: str


@dataclass
class Part:
    values: dict[str, Any]


@dataclass
class Counting:
    """Counts to what a call says, and waits in "held" until somebody goes; ``others`` look too."""

    jobs: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    fails_to_close: bool = False
    may_go_on: threading.Event = field(default_factory=threading.Event)
    look: Callable[[], None] | None = None

    def narrate(
        self, call: Call, job: str, look: Callable[[], None]
    ) -> Generator[Part, None, None]:
        self.jobs.append(job)
        self.look = look
        try:
            if call.language == "silent":
                raise SilentSpeech("text", 3)
            if call.language == "broken":
                raise ValueError("/secret/path exploded")
            if call.language == "odd":
                yield Part({"NAMES": [1, 2]})
            while call.language == "held" and not self.may_go_on.wait(0.01):
                look()
            n = int(call.language) if call.language.isdigit() else 1
            for number in range(n):
                told = {
                    "LANGUAGES": ["en"],
                    "DESCRIPTIONS": [""],
                    "LICENCES": [""],
                    "CONSENTS": [""],
                }
                yield Part({"NAMES": [str(number)], **told})
        finally:
            self.closed.append(job)
            if self.fails_to_close:
                raise OSError("/secret/disk is full")


def until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.002)
