"""An engine that works piece by piece, requests for it, and what they are answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np

from wordlight.adapter import Sharing
from wordlight.errors import UnknownLanguage, WordlightError
from wordlight.voices import VoicesAnswer

N_LONG, N_SHORT = 50, 2
"""Pieces of a call."""
AT_EACH_PIECE = Sharing(look_every_s=0.0)
Execute = Callable[[list[pb_utils.Request]], None]


@dataclass(frozen=True)
class Call:
    """``long`` and ``held`` are long, all else is short; ``held`` waits in each of its pieces."""

    language: str

    @property
    def duration_s(self) -> float:
        return 600.0 if self.language[:4] in ("long", "held", "fail") else 5.0


@dataclass
class Piecewise:
    """Answers with the language asked for, piece by piece."""

    batches: list[list[str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    may_go_on: Event = field(default_factory=Event)

    def run(self, calls: Sequence[Call], work: Any) -> list[VoicesAnswer | WordlightError]:
        self.batches.append([call.language for call in calls])
        is_long = calls[0].duration_s > 30
        for k in range(N_LONG if is_long else N_SHORT):
            work(partial(self._piece, calls, k))
        return [
            UnknownLanguage("xx", ("en",))
            if call.language == "xx"
            else VoicesAnswer([call.language], ["l"], ["d"], [""], [""])
            for call in calls
        ]

    def _piece(self, calls: Sequence[Call], k: int) -> None:
        self.pieces.append(calls[0].language)
        if k == 1 and any("fail" in call.language for call in calls):
            raise RuntimeError("/secret/path exploded")
        if calls[0].language.startswith("held"):
            assert self.may_go_on.wait(30)
        time.sleep(0.002)


def request(language: str | bytes, **more: Any) -> pb_utils.Request:
    raw = language.encode() if isinstance(language, str) else language
    return pb_utils.Request({"LANGUAGE": np.array([[raw]], object)}, **more)


def answered(asked: pb_utils.Request) -> bool:
    return asked.get_response_sender().is_answered()


def answer(asked: pb_utils.Request) -> list[list[bytes]]:
    names: list[list[bytes]] = asked.get_response_sender().response()["NAMES"].tolist()
    return names


def error(asked: pb_utils.Request) -> pb_utils.TritonError:
    found = asked.get_response_sender().response().error()
    assert found is not None
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.002)
