"""However a stream ends, it stops its work and keeps no audio."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from streaming.house import WITHIN_S, Gone, House, taken, until
from streaming.neighbours import Asked, Neighbourhood, joined, narrated, stream_call
from wordlight.errors import (
    ServerBusy,
    ServerUnreachable,
    SilentSpeech,
    StateUnwritable,
    WordlightError,
)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.may_go_on.set()
    made.engine.close()


def test_a_stream_that_is_told_to_its_end_cancels_nothing(house: House) -> None:
    list(house.stream())

    assert house.models.cancelled == []


@pytest.mark.parametrize("n_parts", [1, 3])
def test_closing_a_stream_cancels_its_job_once(house: House, n_parts: int) -> None:
    stream = house.stream()
    for _ in range(n_parts):
        next(stream)

    stream.close()
    stream.close()

    assert house.models.cancelled == ["job"]
    house.check_is_quiet()


def test_a_stream_that_nobody_began_to_read_asks_for_nothing(house: House) -> None:
    house.stream().close()

    assert (house.models.asked, house.models.cancelled) == ([], [])


def test_a_stream_that_is_closed_before_its_last_part_is_cancelled(house: House) -> None:
    stream = house.stream("Hello.", text="Hello.")
    next(stream)

    stream.close()

    assert house.models.cancelled == ["Hello."]


@pytest.mark.parametrize("failing", [0, 2])
def test_an_error_in_a_chunk_ends_the_stream_after_those_before_it(
    house: House, failing: int
) -> None:
    silent = SilentSpeech("text", 3)
    house.models.failing["piece", failing] = silent

    parts, error = taken(house.stream(), SilentSpeech)

    assert [part.values["CHUNK"] for part in parts] == list(range(failing))
    assert error is silent
    assert house.models.cancelled == ["job"]
    house.check_is_quiet()


def test_chunks_that_are_being_made_when_a_stream_fails_are_not_gone_on_with(house: House) -> None:
    house.held_from = 2
    house.models.failing["piece", 1] = SilentSpeech("text", 3)

    taken(house.stream(check=1), SilentSpeech)

    house.check_is_quiet()
    assert house.models.kinds(rank=2) == ["piece"]
    assert house.models.kinds(rank=3) in ([], ["piece"])


def test_a_chunk_that_waits_for_a_full_queue_waits_no_more_once_its_stream_has_ended(
    house: House,
) -> None:
    house.models.failing["piece", 1] = SilentSpeech("text", 3)
    stream = house.stream()
    next(stream)
    house.models.busy["piece"] = 0
    house.models.before = lambda asked: _refuse_rank_2(house.models, asked)

    taken(stream, SilentSpeech)

    house.check_is_quiet()


def _refuse_rank_2(models: Neighbourhood, asked: Asked) -> None:
    if (asked.kind, asked.rank) == ("piece", 2):
        raise ServerBusy("the queue is full")


def test_a_caller_who_goes_ends_the_stream_while_a_chunk_is_made(house: House) -> None:
    house.held_from = 1
    stream = house.stream()
    next(stream)
    threading.Timer(0.05, lambda: setattr(house, "is_gone", True)).start()

    with pytest.raises(Gone):
        next(stream)

    assert house.models.cancelled == ["job"]
    house.check_is_quiet()


def test_a_caller_who_goes_ends_the_stream_while_it_is_planned(house: House) -> None:
    def hold(asked: Asked) -> None:
        if asked.kind == "plan":
            until(lambda: asked.job in house.models.cancelled)

    house.models.before = hold
    threading.Timer(0.05, lambda: setattr(house, "is_gone", True)).start()

    taken(house.stream(), Gone)

    assert house.models.cancelled == ["job"]
    house.check_is_quiet()
    assert house.models.kinds() == ["checks", "plan"]


def test_a_caller_who_has_gone_already_is_asked_nothing_for(house: House) -> None:
    house.is_gone = True

    taken(house.stream(), Gone)

    assert house.models.asked == []


def test_a_full_queue_does_not_keep_a_stream_whose_caller_goes(house: House) -> None:
    house.models.busy["plan"] = 1_000
    threading.Timer(0.05, lambda: setattr(house, "is_gone", True)).start()

    began_s = time.monotonic()
    taken(house.stream(), Gone)

    assert time.monotonic() - began_s < 2.0
    house.check_is_quiet()


@pytest.mark.parametrize("error", [None, SilentSpeech("text", 3)])
def test_a_job_that_cannot_be_cancelled_is_logged_and_hides_no_error(
    house: House, error: WordlightError | None, caplog: pytest.LogCaptureFixture
) -> None:
    house.models.fails_to_cancel = StateUnwritable("it has none")
    if error is not None:
        house.models.failing["piece", 1] = error
    stream = house.stream()
    next(stream)

    with caplog.at_level(logging.WARNING):
        if error is None:
            stream.close()
        else:
            assert taken(stream, SilentSpeech)[1] is error

    assert "state folder cannot be written: it has none" in caplog.text
    house.check_is_quiet()


def test_a_slow_reader_is_not_run_ahead_of(house: House) -> None:
    stream = house.stream()
    next(stream)
    time.sleep(0.1)

    assert max(asked.rank for asked in house.models.of("piece")) == 0
    next(stream)
    time.sleep(0.1)

    assert max(asked.rank for asked in house.models.of("piece")) <= 3


def test_streams_side_by_side_do_not_disturb_each_other(house: House) -> None:
    alone = [
        joined(narrated(Neighbourhood(), stream_call(seed=seed)), "AUDIO") for seed in range(6)
    ]
    found: dict[int, Any] = {}

    def tell(seed: int) -> None:
        found[seed] = joined(list(house.stream(f"job {seed}", seed=seed)), "AUDIO")

    threads = [threading.Thread(target=tell, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    broken = house.stream("broken")
    next(broken)
    broken.close()
    for thread in threads:
        thread.join(WITHIN_S)

    assert [found[seed] for seed in range(6)] == alone
    assert house.models.cancelled == ["broken"]


def test_a_stream_holds_no_audio_of_the_parts_that_it_gave_out(house: House) -> None:
    text = "The river ran low, and we crossed it before noon. Nobody spoke of it again. " * 20
    stream, n_samples = house.stream(text=text), 0
    for _ in range(20):
        n_samples += len(next(stream).values["AUDIO"])
    house.models._said.clear()
    house.models.asked.clear()

    held = sum(array.size for array in _arrays(stream))

    assert held < n_samples / 2
    stream.close()


def _arrays(root: Any) -> list[Any]:
    """The long arrays that can be reached from an object."""
    seen: dict[int, Any] = {}
    found, line = [], [root]
    while line:
        one = line.pop()
        if id(one) in seen or isinstance(one, type | type(gc)):
            continue
        seen[id(one)] = one
        if isinstance(one, np.ndarray) and one.size > 1_000:
            found.append(one)
        if getattr(one, "__module__", None) is not None and callable(one):
            continue
        line += gc.get_referents(one)
    return found


def test_a_stream_that_is_refused_at_once_has_nothing_to_cancel(house: House) -> None:
    house.models.failing["checks", 0] = SilentSpeech("text", 3)

    taken(house.stream(), SilentSpeech)

    assert house.models.cancelled == []


def test_an_engine_that_is_closed_makes_nothing_more(house: House) -> None:
    house.held_from = 1
    stream = house.stream()
    next(stream)
    house.engine.close()

    house.is_gone = True
    with pytest.raises((Gone, RuntimeError)):
        next(stream)

    house.check_is_quiet()


def test_a_server_that_goes_while_a_chunk_is_spoken_is_told_of(house: House) -> None:
    house.models.failing["piece", 1] = ServerUnreachable("the server is ending")

    parts, _ = taken(house.stream(), ServerUnreachable)

    assert len(parts) == 1
