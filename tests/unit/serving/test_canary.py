"""Small requests find a model that answers nothing, and disturb none that works."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from wordlight.contract import PUBLISH, VOICES
from wordlight.serving._canary import Canary


class Triton:
    """A server as the canary sees it: ``answers`` are what its next requests come to."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.n_success, self.asked = 0, 0

    def get_inference_statistics(self, *_: Any, **__: Any) -> Any:
        counts = SimpleNamespace(success=SimpleNamespace(count=self.n_success))
        return SimpleNamespace(model_stats=[SimpleNamespace(inference_stats=counts)])

    def infer(self, *_: Any, **__: Any) -> None:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.n_success += 1


def canary(in_flight: dict[str, int] | None = None) -> Canary:
    return Canary("localhost:1", [VOICES], lambda: in_flight or {})


def test_an_idle_model_is_asked_each_time() -> None:
    one, triton = canary(), Triton()
    for _ in range(5):
        one._ask_one(triton, VOICES)

    assert triton.asked == 5
    assert one.trouble is None


def test_a_model_that_has_answered_meanwhile_is_not_asked() -> None:
    one, triton = canary(), Triton()
    one._ask_one(triton, VOICES)
    for _ in range(3):
        triton.n_success += 7
        one._ask_one(triton, VOICES)

    assert triton.asked == 1


def test_a_busy_model_is_left_in_peace() -> None:
    one, triton = canary({"voices": 1}), Triton()
    for _ in range(100):
        one._ask_one(triton, VOICES)

    assert triton.asked == 0
    assert one.trouble is None


def test_two_failures_in_a_row_are_trouble_though_the_request_still_counts_as_work() -> None:
    in_flight: dict[str, int] = {}
    one, triton = canary(in_flight), Triton(TimeoutError("late"), TimeoutError("late"))
    one._ask_one(triton, VOICES)
    assert one.trouble is None
    in_flight["voices"] = 1  # the request that was not answered
    one._ask_one(triton, VOICES)

    assert one.trouble is not None
    assert one.trouble.why == "voices did not answer 2 small requests in a row: late"


@pytest.mark.parametrize(
    "between", [None, RuntimeError("EMPTY_TEXT: TEXT has no text"), RuntimeError("queue is full")]
)
def test_an_answer_a_refusal_or_a_full_queue_in_between_is_no_trouble(
    between: Exception | None,
) -> None:
    one, triton = canary(), Triton(TimeoutError("late"), between, TimeoutError("late"))
    for _ in range(3):
        one._ask_one(triton, VOICES)

    assert triton.asked == 3
    assert one.trouble is None


def test_real_answers_in_between_forgive_a_failure() -> None:
    one, triton = canary(), Triton(TimeoutError("late"), TimeoutError("late"))
    one._ask_one(triton, VOICES)
    triton.n_success += 1
    one._ask_one(triton, VOICES)
    one._ask_one(triton, VOICES)

    assert one.trouble is None


def test_a_model_that_breaks_on_every_request_is_found() -> None:
    broken = RuntimeError("ENGINE_FAILED: the server failed; its log has the reason under 1a2b3c4d")
    one, triton = canary(), Triton(broken, broken)
    for _ in range(2):
        one._ask_one(triton, VOICES)

    assert one.trouble is not None


def test_a_server_that_answers_nothing_is_found() -> None:
    one = canary()
    for _ in range(3):
        one._ask_whether_live(SimpleNamespace())  # it has no such call: there is no answer

    assert one.trouble is not None
    assert one.trouble.why == "tritonserver does not answer any more"


def test_a_model_without_a_warm_up_has_no_small_request() -> None:
    assert not PUBLISH.warm_ups
