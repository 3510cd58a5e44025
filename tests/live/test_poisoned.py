"""One bad request beside seven good ones, again and again: the seven never notice it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as triton
from served import Served
from tritonclient.utils import InferenceServerException

from wordlight.contract import F5_TTS, SUBTITLES, Spec, Value

Values = Mapping[str, Value]
N_GOOD = 7
ANSWERED_WITHIN_S = 120.0
SAME = 0.999
"""The correlation of a sound with itself, spoken alone and beside others."""


def words(count: int, **changes: Value) -> Values:
    starts = 0.5 * np.arange(count)
    texts: Value = [f"word{n}" for n in range(count)]
    return {"WORDS": texts, "STARTS": starts, "ENDS": starts + 0.4, **changes}


SCRIPTS = ("Good morning.", "He said yes.", "We walked home.", "Take your coat.", "It is late.",
           "The path was long.", "She was tired.")  # fmt: skip
NOISE = np.random.default_rng(0).normal(0, 0.1, 48_000).astype(np.float32)
REFERENCE: Values = {"TEXT": "Hello.", "REFERENCE_RATE": 24_000, "REFERENCE_TEXT": "Some words."}
GOOD: Mapping[str, list[Values]] = {
    SUBTITLES.name: [words(count) for count in (1, 3, 10, 20, 30, 45, 60)],
    F5_TTS.name: [
        {"TEXT": text, "SEED": number, "NFE_STEPS": 1} for number, text in enumerate(SCRIPTS)
    ],
}
BAD: Mapping[str, list[tuple[Values, str]]] = {
    SUBTITLES.name: [
        (words(2, STARTS=np.array([0.0, 0.1]), ENDS=np.array([1.0, 2.0])), "WORDS_OVERLAP: STARTS"),
        (words(2, STARTS=np.array([0.0, np.nan])), "STARTS"),
        (words(3, ENDS=np.array([1.0])), "ENDS"),
        (words(2, LOOK="comic"), "NOT_ONE_OF: LOOK"),
        (words(2, STYLE='{"colour": 1}'), "STYLE"),
        (words(2, LIMITS="{"), "LIMITS"),
    ],
    F5_TTS.name: [
        ({"TEXT": "🙂"}, "EMPTY_TEXT: TEXT"),
        ({"TEXT": "a " * 50_000}, "TOO_LONG: TEXT"),
        ({"TEXT": "Привет"}, "UNSUPPORTED_TEXT: TEXT"),
        ({"TEXT": "Hello.", "VOICE": "nobody"}, "UNKNOWN_VOICE: VOICE"),
        ({"TEXT": "Hello.", "SPEED": -1.0}, "OUT_OF_RANGE: SPEED"),
        ({**REFERENCE, "REFERENCE_AUDIO": np.full_like(NOISE, np.nan)}, "NOT_FINITE"),
        ({**REFERENCE, "REFERENCE_AUDIO": np.zeros_like(NOISE)}, "REFERENCE_UNUSABLE"),
    ],
}


@dataclass
class Asked:
    """A request on its way, and when its answer came."""

    sent_s: float
    answer: Future[Any] = field(default_factory=Future)
    took_s: float = 0.0

    def take(self, result: Any, error: Exception | None) -> None:
        self.took_s = time.monotonic() - self.sent_s
        if error is None:
            self.answer.set_result(result)
        else:
            self.answer.set_exception(error)


class Caller:
    """Asks one model."""

    def __init__(self, client: triton.InferenceServerClient, spec: Spec) -> None:
        self._client, self._spec = client, spec

    def ask(self, inputs: list[triton.InferInput]) -> Asked:
        asked = Asked(time.monotonic())
        self._client.async_infer(self._spec.name, inputs, partial(Asked.take, asked))
        return asked

    def inputs(self, values: Values) -> list[triton.InferInput]:
        made = []
        for name, value in values.items():
            tensor = self._spec.input(name)
            array = tensor.encode(value)
            made.append(triton.InferInput(name, list(array.shape), tensor.dtype.wire))
            made[-1].set_data_from_numpy(array)
        return made

    def outputs(self, asked: Asked) -> dict[str, np.ndarray]:
        answer = asked.answer.result(ANSWERED_WITHIN_S)
        return {tensor.name: answer.as_numpy(tensor.name) for tensor in self._spec.outputs}

    def batch_size(self) -> float:
        """How many requests a run of the model had, since the server started."""
        stats = self._client.get_inference_statistics(self._spec.name).model_stats[0]
        return stats.inference_count / stats.execution_count


def the_same_bytes(alone: dict[str, np.ndarray], beside: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(alone[name], beside[name]) for name in alone)


def the_same_sound(alone: dict[str, np.ndarray], beside: dict[str, np.ndarray]) -> bool:
    one, other = alone["AUDIO"].ravel(), beside["AUDIO"].ravel()
    return len(one) == len(other) and np.corrcoef(one, other)[0, 1] > SAME


def poison(
    server: Served, spec: Spec, n_rounds: int, is_same: Callable[..., bool], *, passes: bool
) -> None:
    """Asks eight at a time.

    If it ``passes``, the bad one is answered before all good ones, else with its batch: a machine
    that is busy with other things delays both.
    """
    chance, bad_s, good_s, last_s = random.Random(0), list[float](), list[float](), list[float]()
    with triton.InferenceServerClient(server.grpc) as client:
        caller = Caller(client, spec)
        good = [caller.inputs(values) for values in GOOD[spec.name]]
        alone = [caller.outputs(caller.ask(inputs)) for inputs in good]
        bad = [(caller.inputs(values), said) for values, said in BAD[spec.name]]
        for number in range(n_rounds):
            poisoned, said = bad[number % len(bad)]
            place = chance.randrange(N_GOOD + 1)
            asked = [caller.ask(inputs) for inputs in (*good[:place], poisoned, *good[place:])]
            refused = asked.pop(place)
            with pytest.raises(InferenceServerException, match=said):
                refused.answer.result(ANSWERED_WITHIN_S)
            beside = [caller.outputs(one) for one in asked]

            assert [is_same(*both) for both in zip(alone, beside, strict=True)] == [True] * N_GOOD
            assert not passes or refused.took_s < min(one.took_s for one in asked)
            bad_s.append(refused.took_s)
            good_s += [one.took_s for one in asked]
            last_s.append(max(one.took_s for one in asked))
        size = caller.batch_size()

    print(
        f"{n_rounds:,} rounds of {spec.name}: bad ones refused after "
        f"{statistics.median(bad_s) * 1e3:.0f} ms (median; {max(bad_s) * 1e3:.0f} at most), good "
        f"ones answered after {statistics.median(good_s) * 1e3:.0f} ms ({max(good_s) * 1e3:.0f}); "
        f"{size:.1f} requests in a run"
    )
    assert statistics.median(bad_s) <= statistics.median(last_s)
    assert size > 1 or passes  # what passes others is answered after its run
    assert "SERVER_FAILED" not in server.said


def test_the_subtitles_beside_a_bad_request_are_those_of_one_alone(small: Served) -> None:
    poison(small, SUBTITLES, 30, the_same_bytes, passes=False)


@pytest.mark.slow
@pytest.mark.alone
def test_a_thousand_bad_requests_harm_no_subtitles(small: Served) -> None:
    poison(small, SUBTITLES, 1_000, the_same_bytes, passes=False)


@pytest.mark.slow
@pytest.mark.alone
def test_fifty_bad_requests_harm_no_speech(whole: Served) -> None:
    poison(whole, F5_TTS, 50, the_same_sound, passes=True)
