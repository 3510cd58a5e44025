"""The pieces of a stream share one account, so that a stream is no more than one narration."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import pytest

from wordlight.speech import SpeechCall
from wordlight.speech._order import Account, Order
from wordlight.speech._service import ACCOUNT_KEPT_S, Accounts


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(clock: Clock) -> Accounts:
    return Accounts(clock)


def piece(request_id: str) -> SpeechCall:
    return SpeechCall("text", task="piece", request_id=request_id)


def test_pieces_with_one_id_have_one_account_and_others_another(accounts: Accounts) -> None:
    first, again, other = (accounts.of(piece(job)) for job in ("one", "one", "other"))

    assert first is not None
    assert first is again
    assert first is not other


@pytest.mark.parametrize(
    "call",
    [
        piece(""),
        SpeechCall("text", request_id="one"),
        SpeechCall("text", task="speak", request_id="one"),
        SpeechCall("text", task="plan", request_id="one"),
    ],
)
def test_what_is_no_piece_of_a_stream_has_no_account_of_one(
    accounts: Accounts, call: SpeechCall
) -> None:
    assert accounts.of(call) is None


def test_an_account_is_kept_for_a_while_after_its_latest_piece(
    accounts: Accounts, clock: Clock
) -> None:
    first = accounts.of(piece("one"))
    for _ in range(3):
        clock.now_s += 0.9 * ACCOUNT_KEPT_S
        accounts.of(piece("other"))
        assert accounts.of(piece("one")) is first


def test_an_account_that_is_used_no_more_is_forgotten(accounts: Accounts, clock: Clock) -> None:
    for job in range(100):
        accounts.of(piece(str(job)))
    clock.now_s += ACCOUNT_KEPT_S + 1

    accounts.of(piece("new"))

    assert list(accounts._known) == ["new"]


def test_threads_that_come_at_once_find_one_account(accounts: Accounts) -> None:
    found: list[Account | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(accounts.of(piece("one")))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 20
    assert len(set(map(id, found))) == 1


@dataclass(eq=False)
class Work:
    """As much of a narration as its order depends on."""

    account: Any
    left_s: float
    began_s: float = 0.0
    received_s: float = 0.0

    @property
    def plan(self) -> Any:
        return self

    @property
    def expected_s(self) -> float:
        return self.left_s


def work(account: Account, left_s: float) -> Any:
    return Work(account, left_s)


def test_what_a_piece_receives_is_charged_to_its_stream() -> None:
    account, order = Account(), Order(Clock())
    first, second = work(account, 2.0), work(account, 2.0)

    order.charge(first, 1.5)
    order.charge(second, 1.0)

    assert (first.received_s, second.received_s, account.received_s) == (1.5, 1.0, 2.5)


def test_the_pieces_of_a_stream_keep_their_order() -> None:
    account, order = Account(), Order(Clock())
    pieces = [work(account, left_s) for left_s in (3.0, 1.0, 2.0)]

    assert order.of(pieces, 1.0) == pieces


def test_a_short_narration_comes_before_a_stream_that_has_received_much() -> None:
    account, order = Account(), Order(Clock())
    pieces, short = [work(account, 1.0), work(account, 1.0)], work(Account(), 3.0)
    assert order.of([*pieces, short], 1.0)[0] is pieces[0]

    order.charge(pieces[0], 5.0)

    assert order.of([*pieces, short], 1.0)[0] is short


def test_two_streams_get_as_much_however_many_pieces_each_has_waiting() -> None:
    order = Order(Clock())
    many, few = Account(), Account()
    line = [work(many, 6.0) for _ in range(6)] + [work(few, 6.0)]
    received = {id(many): 0.0, id(few): 0.0}

    for _ in range(200):
        first = order.of(line, 1.0)[0]
        order.charge(first, 1.0)
        received[id(first.account)] += 1.0

    assert abs(received[id(many)] - received[id(few)]) <= 8.0
