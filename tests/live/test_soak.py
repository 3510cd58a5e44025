"""Ten thousand requests of all kinds: no process grows, and none keeps what it opened."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pytest
from served import Held, Served, regions, served
from traces import until
from traffic import SPEECH, TEXTS, Caller, kinds

N_CALLERS = 4
COUNTED_FROM, COUNT, LOOK_EVERY = 2_000, 10_000, 1_000
MOST_GROWTH = 0.03
IDLE_WITHIN_S, SETTLED_S = 60.0, 3.0
"""How soon nothing is in work, and how long connections and threads then have to go."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, volume: Path) -> Iterator[Served]:
    state = tmp_path_factory.mktemp("state")
    with served(volume, state) as one:
        yield one


class Callers:
    """Some callers who share a list of requests."""

    def __init__(self, server: Served, count: int) -> None:
        said = " ".join(TEXTS[:3])
        with server.client("grpc") as client:
            clip = client.speak(said, seed=1).clip
        self._callers = [Caller.of(server, clip, said) for _ in range(count)]
        self.took_s: dict[str, list[float]] = {}

    def close(self) -> None:
        for caller in self._callers:
            caller.close()

    def send(self, requests: list[str], seed: int) -> None:
        """Sends all of them; the first one that went wrong is an error."""
        left = iter(requests)
        with ThreadPoolExecutor(len(self._callers)) as pool:
            working = [
                pool.submit(self._work, caller, left, random.Random(seed + number))
                for number, caller in enumerate(self._callers)
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
    return server.held(), regions()


def line_of(number: int, held: dict[int, Held], shared: dict[str, int]) -> str:
    processes = "  ".join(
        f"{one.name} {one.resident_bytes / 2**20:.1f}/{one.descriptors}/{one.threads}"
        for one in held.values()
    )
    return f"{number:6,}: {sum(shared.values()) / 2**20:.1f} MiB shared  {processes}"


def soak(server: Served, counted_from: int, count: int, look_every: int) -> None:
    requests = kinds(count)
    callers = Callers(server, N_CALLERS)
    try:
        looks = {}
        for begin in range(0, count, look_every):
            callers.send(requests[begin : begin + look_every], seed=begin)
            looks[begin + look_every] = at_rest(server)
            print(line_of(begin + look_every, *looks[begin + look_every]), flush=True)
    finally:
        callers.close()
    print({kind: f"{len(took)} of {sum(took) / len(took):.3f} s" for kind, took in
           callers.took_s.items()})  # fmt: skip
    before, shared_before = looks[counted_from]
    after, shared_after = looks[count]
    growth = {one.name: after[pid].resident_bytes / one.resident_bytes - 1
              for pid, one in before.items()}  # fmt: skip
    print({name: f"{100 * grown:+.1f} %" for name, grown in growth.items()})
    assert before.keys() == after.keys()
    assert shared_after == shared_before
    assert [one.descriptors for one in after.values()] == [
        one.descriptors for one in before.values()
    ]
    assert [one.threads for one in after.values()] == [one.threads for one in before.values()]
    assert {name for name, grown in growth.items() if grown > MOST_GROWTH} == set()
    assert "SERVER_FAILED" not in server.said


@pytest.mark.slow
@pytest.mark.alone
def test_after_ten_thousand_requests_nothing_is_kept_and_nothing_grows(server: Served) -> None:
    assert sum(Counter(kinds(COUNT))[kind] for kind in SPEECH) == 300

    soak(server, COUNTED_FROM, COUNT, LOOK_EVERY)
