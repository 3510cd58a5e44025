"""Estimates, what they learn, and who is let in."""

from __future__ import annotations

import pytest

from wordlight.front._admission import Admission, Room
from wordlight.front._refusals import Refused


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admission(clock: Clock) -> Admission:
    return Admission(10.0, {"f5_tts": 0.01, "narrate": 0.02}, clock)


def test_work_is_let_in_up_to_the_bound(admission: Admission) -> None:
    tickets = [admission.admit("f5_tts", {"TEXT": 400}) for _ in range(2)]

    with pytest.raises(Refused) as caught:
        admission.admit("f5_tts", {"TEXT": 400})

    assert [ticket.expected_s for ticket in tickets] == [4.0, 8.0]
    assert caught.value.status == 429
    assert dict(caught.value.headers)[b"retry-after"] == b"2"


def test_a_short_request_passes_a_long_one(admission: Admission) -> None:
    admission.admit("f5_tts", {"TEXT": 40_000})

    ticket = admission.admit("f5_tts", {"TEXT": 100})

    assert ticket.expected_s == pytest.approx(2.0)


def test_a_server_without_work_takes_any_request(admission: Admission) -> None:
    ticket = admission.admit("f5_tts", {"TEXT": 40_000})

    assert ticket.estimate_s == 400.0
    with pytest.raises(Refused):
        admission.admit("f5_tts", {"TEXT": 600})


def test_a_server_that_is_full_takes_not_even_the_smallest(admission: Admission) -> None:
    for _ in range(49):
        admission.admit("f5_tts", {"TEXT": 19})
    admission.look("f5_tts")
    admission.admit("f5_tts", {"TEXT": 19})

    with pytest.raises(Refused):
        admission.admit("f5_tts", {"TEXT": 19})


def test_models_that_answer_at_once_are_always_let_in(admission: Admission) -> None:
    admission.admit("f5_tts", {"TEXT": 40_000})

    admission.look("voices")
    admission.admit("voices", {"LANGUAGE": 2})


def test_what_is_done_makes_room(admission: Admission, clock: Clock) -> None:
    ticket = admission.admit("f5_tts", {"TEXT": 1_000})
    clock.now_s += 4.0

    assert admission.waiting_s == pytest.approx(6.0)
    admission.done(ticket, is_answered=True)
    assert admission.waiting_s == 0.0


def test_what_takes_longer_than_estimated_raises_the_estimates_at_once(
    admission: Admission, clock: Clock
) -> None:
    admission.admit("f5_tts", {"TEXT": 100})
    clock.now_s += 4.0

    assert admission.waiting_s == pytest.approx(2.0)
    assert admission.admit("f5_tts", {"TEXT": 100}).expected_s == pytest.approx(6.0)


def test_the_rate_follows_what_requests_take(admission: Admission, clock: Clock) -> None:
    for _ in range(30):
        ticket = admission.admit("f5_tts", {"TEXT": 100})
        clock.now_s += 3.0
        admission.done(ticket, is_answered=True)

    assert admission.rates["f5_tts"] == pytest.approx(0.03, rel=0.01)


def test_requests_side_by_side_are_charged_their_share(admission: Admission, clock: Clock) -> None:
    for _ in range(40):
        both = [admission.admit("f5_tts", {"TEXT": 100}) for _ in range(2)]
        clock.now_s += 2.0
        for ticket in both:
            admission.done(ticket, is_answered=True)

    assert admission.rates["f5_tts"] == pytest.approx(0.01, rel=0.01)


def test_what_was_not_answered_teaches_nothing(admission: Admission, clock: Clock) -> None:
    ticket = admission.admit("f5_tts", {"TEXT": 100})
    clock.now_s += 99.0
    admission.done(ticket, is_answered=False)

    assert admission.rates["f5_tts"] == 0.01


def test_a_room_is_given_back(admission: Admission) -> None:
    room = Room(2, "requests")
    with room.hold(), room.hold(), pytest.raises(Refused), room.hold():
        pass

    assert room.taken == 0
