"""An engine whose models can be made to wait, and callers who leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from streaming.neighbours import ALIGNABLE, Asked, Neighbourhood, stream_call
from wordlight.streaming import StreamAnswer, StreamEngine

WITHIN_S = 2.0


class Gone(Exception):
    """A caller who has left."""


class House:
    """An engine and its models; chunks from ``held_from`` on are not spoken before ``may_go_on``,
    or before their job is cancelled."""

    def __init__(self, held_from: int = 1_000) -> None:
        self._others = set(threading.enumerate())
        self.models = Neighbourhood(before=self._hold)
        self.engine = StreamEngine(self.models, ALIGNABLE)
        self.held_from, self.may_go_on, self.is_gone = held_from, threading.Event(), False

    def _hold(self, asked: Asked) -> None:
        if asked.kind == "piece" and asked.rank >= self.held_from:
            until(lambda: self.may_go_on.is_set() or asked.job in self.models.cancelled)

    def look(self) -> None:
        if self.is_gone:
            raise Gone

    def stream(self, job: str = "job", **more: Any) -> Any:
        return self.engine.narrate(stream_call(**more), job, self.look)

    def check_is_quiet(self) -> None:
        """Nobody asks any more, and no thread is left once the engine is closed."""
        self.engine.close()
        until(lambda: not any(one.name.startswith("chunk") for one in self._new_threads()))
        assert self.models.n_asking == 0

    def _new_threads(self) -> set[threading.Thread]:
        return set(threading.enumerate()) - self._others


def until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.005)


def taken(stream: Any, error: type[BaseException]) -> tuple[list[StreamAnswer], BaseException]:
    """The parts that came before the error, and the error."""
    parts: list[StreamAnswer] = []
    with pytest.raises(error) as raised:
        parts.extend(stream)
    return parts, raised.value
