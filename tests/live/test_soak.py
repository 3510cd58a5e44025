"""Ten thousand requests of all kinds: no process grows, and none keeps what it opened."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack

import pytest
from served import Held, Served
from traces import until
from traffic import SPEECH, TEXTS, Caller, kinds

N_CALLERS = 4
COUNTED_FROM, COUNT, LOOK_EVERY = 2_000, 10_000, 1_000
MOST_GROWTH = 0.03
BURST = ["stream"] * 16 + ["check"] * 64 + ["speak", "align", "subtitle"] * 8
N_BURST = 16
"""More at once than later, so that the pools of threads have grown as far as they will. The front
door keeps up to so many connections to Triton for the next requests."""
IDLE_WITHIN_S, SETTLED_S = 60.0, 8.0
"""How soon nothing is in work, and how long connections and threads then have to go."""


class Callers:
    """Callers who share a list of requests."""

    def __init__(self, server: Served) -> None:
        self._server, self._said = server, " ".join(TEXTS[:3])
        with server.client("grpc") as client:
            self._clip = client.speak(self._said, seed=1).clip
        self.took_s: dict[str, list[float]] = {}

    def send(self, requests: list[str], seed: int, n_callers: int = N_CALLERS) -> None:
        """Sends all of them; the first one that went wrong is an error.

        The callers' connections are closed at the end.
        """
        left = iter(requests)
        with ExitStack() as stack, ThreadPoolExecutor(n_callers) as pool:
            callers = [Caller.of(self._server, self._clip, self._said) for _ in range(n_callers)]
            for caller in callers:
                stack.callback(caller.close)
            working = [
                pool.submit(self._work, caller, left, random.Random(seed + number))
                for number, caller in enumerate(callers)
            ]
            for one in as_completed(working):
                if one.exception():
                    deque(left, maxlen=0)  # the others have nothing more to do
                one.result()

    def _work(self, caller: Caller, left: Iterator[str], chance: random.Random) -> None:
        for kind in left:  # one list's iterator: threads may share it
            began_s = time.monotonic()
            try:
                caller.send(kind, chance)
            except Exception as error:
                error.add_note(f"the request was of the kind {kind}")
                raise
            self.took_s.setdefault(kind, []).append(time.monotonic() - began_s)


def at_rest(server: Served) -> tuple[dict[int, Held], dict[str, int]]:
    """What every process holds, and the shared memory, once nothing is in work."""
    until(lambda: not server.in_flight(), IDLE_WITHIN_S)
    time.sleep(SETTLED_S)
    return server.held(), server.regions()


def line_of(number: int, held: dict[int, Held], shared: dict[str, int]) -> str:
    processes = "  ".join(
        f"{one.name} {one.resident_bytes / 2**20:.1f}/{one.descriptors}/{one.threads}"
        for one in held.values()
    )
    return f"{number:6,}: {sum(shared.values()) / 2**20:.1f} MiB shared  {processes}"


def soak(server: Served, counted_from: int, count: int, look_every: int) -> None:
    requests = kinds(count)
    callers = Callers(server)
    callers.send(BURST, seed=1, n_callers=N_BURST)
    looks = {}
    for begin in range(0, count, look_every):
        callers.send(requests[begin : begin + look_every], seed=begin)
        looks[begin + look_every] = at_rest(server)
        print(line_of(begin + look_every, *looks[begin + look_every]), flush=True)
    print({kind: f"{len(took)} of {sum(took) / len(took):.3f} s" for kind, took in
           callers.took_s.items()})  # fmt: skip
    before, shared_before = looks[counted_from]
    after, shared_after = looks[count]
    growth = {one.name: after[pid].resident_bytes / one.resident_bytes - 1
              for pid, one in before.items()}  # fmt: skip
    print({name: f"{100 * grown:+.1f} %" for name, grown in growth.items()})
    assert before.keys() == after.keys()
    assert shared_after == shared_before
    for pid, one in before.items():
        pooled = N_BURST if one.name in ("front", "tritonserver") else 0
        assert abs(after[pid].descriptors - one.descriptors) <= pooled, one.name
    assert [one.threads for one in after.values()] == [one.threads for one in before.values()]
    assert {name for name, grown in growth.items() if grown > MOST_GROWTH} == set()
    assert "SERVER_FAILED" not in server.said


@pytest.mark.slow
@pytest.mark.alone
def test_after_ten_thousand_requests_nothing_is_kept_and_nothing_grows(whole: Served) -> None:
    assert sum(Counter(kinds(COUNT))[kind] for kind in SPEECH) == 300

    soak(whole, COUNTED_FROM, COUNT, LOOK_EVERY)
