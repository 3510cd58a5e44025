"""Other models are asked in the order of ranks, and report why they refuse."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fake_pb_utils
import numpy as np
import pytest

from wordlight.adapter import Cancellations, Neighbours
from wordlight.adapter._cancelled import NEVER
from wordlight.adapter._neighbours import Slots
from wordlight.contract import VOICES
from wordlight.errors import (
    InvalidInput,
    ServerBusy,
    ServerError,
    SetupError,
    UnknownVoice,
    WordlightError,
)

WITHIN_S = 10.0
NAMES = {
    "NAMES": ["anna"], "LANGUAGES": ["en"], "DESCRIPTIONS": ["a voice"],
    "LICENCES": ["CC0"], "CONSENTS": [""],
}  # fmt: skip


@dataclass
class Server:
    """Triton's module in a model whose neighbours answer what ``answers`` says."""

    answers: Callable[[], Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    Tensor: Any = fake_pb_utils.Tensor

    @property
    def get_output_tensor_by_name(self) -> Any:
        return fake_pb_utils.get_output_tensor_by_name

    def InferenceRequest(self, **request: Any) -> Any:  # noqa: N802 - Triton's name
        self.requests.append(request)
        return self

    def exec(self) -> Any:
        return self.answers()


def named() -> fake_pb_utils.InferenceResponse:
    return fake_pb_utils.InferenceResponse(
        [
            fake_pb_utils.Tensor(name, VOICES.output(name).encode(value))
            for name, value in NAMES.items()
        ]
    )


def refused(message: str) -> Callable[[], Any]:
    error = fake_pb_utils.TritonError(message)
    return lambda: fake_pb_utils.InferenceResponse(error=error)


def until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.002)


def test_a_model_is_asked_by_tensors_under_the_job_s_id_and_its_answer_has_fields() -> None:
    server = Server(named)

    answer = Neighbours(server, NEVER).ask(VOICES, {"LANGUAGE": "en"}, "job", 0)

    assert answer == {name.lower(): value for name, value in NAMES.items()}
    (request,) = server.requests
    assert (request["request_id"], request["model_name"]) == ("job", "voices")
    assert request["requested_output_names"] == list(NAMES)
    (tensor,) = request["inputs"]
    assert (tensor.name(), tensor.as_numpy().tolist()) == ("LANGUAGE", [[b"en"]])


@pytest.mark.parametrize(
    ("message", "kind", "sentence"),
    [
        ("INVALID_INPUT: TEXT is odd", InvalidInput, "TEXT is odd"),
        ("in ensemble 'x': UNKNOWN_VOICE: VOICE 'x' is not", UnknownVoice, "VOICE 'x' is not"),
        ("INVALID_INPUT: TEXT has SERVER_BUSY: in it", InvalidInput, "TEXT has SERVER_BUSY: in it"),
        ("SERVER_BUSY: later", ServerBusy, "later"),
        (
            "Exceeds maximum queue size of 128",
            ServerBusy,
            "the server is busy: Exceeds maximum queue size of 128",
        ),
        ("Request timeout expired", ServerBusy, "the server is busy: Request timeout expired"),
        ("cancelled by the caller", ServerError, "cancelled by the caller"),
        ("stub died", ServerError, "stub died"),
        ("", ServerError, ""),
    ],
)
def test_an_error_of_a_neighbour_s_comes_back_as_what_it_is(
    message: str, kind: type[WordlightError], sentence: str
) -> None:
    neighbours = Neighbours(Server(refused(message)), NEVER)

    with pytest.raises(WordlightError) as raised:
        neighbours.ask(VOICES, {"LANGUAGE": "en"}, "job", 0)

    assert (type(raised.value), str(raised.value)) == (kind, sentence)


def test_a_call_that_failed_gives_its_slot_back() -> None:
    def fail() -> Any:
        raise RuntimeError("no shared memory")

    neighbours = Neighbours(Server(fail), NEVER)
    neighbours._slots = Slots(1)

    for _ in range(3):
        with pytest.raises(RuntimeError):
            neighbours.ask(VOICES, {"LANGUAGE": "en"}, "job", 0)


def test_a_job_s_end_is_told_to_the_models(tmp_path: Path) -> None:
    told = Cancellations(tmp_path / "cancelled")

    Neighbours(Server(named), told).cancel("job")

    assert told.holds("job", time.time())


def test_an_end_that_cannot_be_told_is_an_error_of_ours() -> None:
    with pytest.raises(SetupError):
        Neighbours(Server(named), NEVER).cancel("job")


def test_a_call_whose_job_ended_while_it_waited_for_a_slot_is_not_made(tmp_path: Path) -> None:
    told, server = Cancellations(tmp_path / "cancelled"), Server(named)
    neighbours = Neighbours(server, told)
    neighbours._slots = Slots(1)
    outcomes: list[Any] = []

    def ask() -> None:
        try:
            outcomes.append(neighbours.ask(VOICES, {"LANGUAGE": "en"}, "job", 0))
        except ServerError as error:
            outcomes.append(str(error))

    with neighbours._slots.taken(0):
        thread = threading.Thread(target=ask)
        thread.start()
        until(lambda: len(neighbours._slots._line) == 1)
        neighbours.cancel("job")
    thread.join(WITHIN_S)

    assert outcomes == ["the job has ended"]


def test_an_end_told_long_before_a_call_does_not_keep_it_from_being_made(tmp_path: Path) -> None:
    told = Cancellations(tmp_path)
    told.announce("job")
    for file in tmp_path.iterdir():
        os.utime(file, (time.time() - 60, time.time() - 60))

    answer = Neighbours(Server(named), told).ask(VOICES, {"LANGUAGE": "en"}, "job", 0)

    assert answer["names"] == ["anna"]


def test_of_those_who_wait_the_least_rank_goes_first_and_equals_as_they_came() -> None:
    slots, went = Slots(1), []

    def go(rank: int, number: int) -> None:
        with slots.taken(rank):
            went.append((rank, number))

    threads = []
    with slots.taken(9):
        for number, rank in enumerate([3, 1, 2, 1, 0, 3]):
            threads.append(threading.Thread(target=go, args=(rank, number)))
            threads[-1].start()
            until(lambda expected=number + 1: len(slots._line) == expected)  # type: ignore[misc]
    for thread in threads:
        thread.join(WITHIN_S)

    assert went == [(0, 4), (1, 1), (1, 3), (2, 2), (3, 0), (3, 5)]


def test_a_late_chunk_is_passed_only_so_long() -> None:
    now_s, went = [0.0], []
    slots = Slots(1, clock=lambda: now_s[0])

    def go(rank: int) -> None:
        with slots.taken(rank):
            went.append(rank)

    threads = []
    with slots.taken(0):
        for came_s, rank in [(0.0, 200), (5.0, 0), (11.0, 1), (13.0, 0)]:
            now_s[0] = came_s
            threads.append(threading.Thread(target=go, args=(rank,)))
            threads[-1].start()
            until(lambda: len(slots._line) == len(threads))
    for thread in threads:
        thread.join(WITHIN_S)

    assert went == [0, 200, 0, 1]


def test_no_more_go_at_once_than_there_are_slots_and_all_go() -> None:
    slots, going, most, n_done = Slots(4), [0], [0], [0]
    counting = threading.Lock()

    def go(rank: int) -> None:
        with slots.taken(rank):
            with counting:
                going[0] += 1
                most[0] = max(most[0], going[0])
            time.sleep(0.002)
            with counting:
                going[0] -= 1
                n_done[0] += 1

    ranks = np.random.default_rng(0).integers(0, 5, 60).tolist()
    threads = [threading.Thread(target=go, args=(rank,)) for rank in ranks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN_S)

    assert (most[0], n_done[0]) == (4, 60)
