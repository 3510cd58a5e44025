"""Small requests to idle models, which show that a request still gets its answer.

A process may live and beat, and yet answer nothing: a GPU that has failed, a thread that is stuck.
A model that has just answered a request is healthy, and one that works is busy: neither is asked.
So a model that gets stuck in a caller's request is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import numpy as np

from wordlight.adapter import CANARY_ID
from wordlight.condition import Breakdown
from wordlight.contract import ModelSpec
from wordlight.errors import BUSY, EngineFailed, revived
from wordlight.serving._self_test import CHANNEL
from wordlight.serving._trouble import Trouble
from wordlight.serving._verdict import LOG

EVERY_S = 30.0
ANSWER_WITHIN_S = 60.0
MOST_FAILED = 2
"""A model that fails so many canaries in a row is sick."""
LIVE_EVERY_S, LIVE_WITHIN_S, MOST_SILENT = 2.0, 5.0, 3
"""How often Triton itself is asked whether it is live, and how often it may not answer in a row."""


@dataclass(slots=True)
class Canary:
    """Asks a server and its models now and then, in threads, between ``begin`` and ``end``.

    ``in_flight`` tells how many requests each model has in work.
    """

    address: str
    models: Sequence[ModelSpec]
    in_flight: Callable[[], Mapping[str, int]]
    every_s: float = EVERY_S
    answer_within_s: float = ANSWER_WITHIN_S
    trouble: Trouble | None = field(default=None, init=False)
    _over: Event = field(default_factory=Event, init=False)
    _answered: dict[str, int] = field(default_factory=dict, init=False)
    _failed: dict[str, int] = field(default_factory=dict, init=False)
    _silent: int = field(default=0, init=False)

    def begin(self) -> None:
        """Begins to ask."""
        Thread(target=self._ask_triton, name="canary-triton", daemon=True).start()
        if self.every_s:
            Thread(target=self._ask_models, name="canary-models", daemon=True).start()

    def end(self) -> None:
        """Asks no more."""
        self._over.set()

    def _ask_triton(self) -> None:
        import tritonclient.grpc as triton  # not at the top: only a server that runs is asked

        with triton.InferenceServerClient(self.address, channel_args=CHANNEL) as client:
            while not self._over.wait(LIVE_EVERY_S) and self.trouble is None:
                self._ask_whether_live(client)

    def _ask_models(self) -> None:
        import tritonclient.grpc as triton  # as above

        with triton.InferenceServerClient(self.address, channel_args=CHANNEL) as client:
            while not self._over.wait(self.every_s) and self.trouble is None:
                for spec in self.models:
                    if spec.warm_ups and not self._over.is_set():
                        self._ask_one(client, spec)

    def _ask_whether_live(self, client: Any) -> None:
        try:
            client.is_server_live(client_timeout=LIVE_WITHIN_S)
            self._silent = 0
        except Exception:  # noqa: BLE001 - whatever it is, there was no answer
            self._silent += 1
        if self._silent >= MOST_SILENT:
            why = "tritonserver does not answer any more"
            self.trouble = Trouble(why, LOG, Breakdown.SILENT)

    def _ask_one(self, client: Any, spec: ModelSpec) -> None:
        """Asks a model, unless it has answered since the last look, or has work to do.

        A model that failed the last time is asked again whatever it does: the request that it did
        not answer may be all its work.
        """
        name = spec.name
        try:
            if self._has_answered(client, name):
                self._failed.pop(name, None)
                return
            if not self._failed.get(name) and self.in_flight().get(name):
                return
            self._ask(client, spec)
            self._failed.pop(name, None)
        except Exception as error:  # noqa: BLE001 - any failure counts
            self._fail(name, str(error))

    def _has_answered(self, client: Any, model: str) -> bool:
        """Whether the model has answered a request since it was last looked at."""
        told = client.get_inference_statistics(model, client_timeout=LIVE_WITHIN_S)
        n_now = sum(each.inference_stats.success.count for each in told.model_stats)
        n_before, self._answered[model] = self._answered.get(model), n_now
        return n_before is not None and n_now > n_before

    def _ask(self, client: Any, spec: ModelSpec) -> None:
        """Sends the model's warm-up request, as Triton itself did when the model was loaded."""
        inputs = _inputs(spec)
        client.infer(spec.name, inputs, request_id=CANARY_ID, client_timeout=self.answer_within_s)
        self._answered[spec.name] = self._answered.get(spec.name, 0) + 1

    def _fail(self, model: str, error: str) -> None:
        """Counts a failure. A refusal is an answer: silence, for one, holds no speech."""
        own = revived(error)
        if any(phrase in error.lower() for phrase in BUSY) or (
            own is not None and not isinstance(own, EngineFailed)
        ):
            self._failed.pop(model, None)
            return
        self._failed[model] = self._failed.get(model, 0) + 1
        if self._failed[model] >= MOST_FAILED and not self._over.is_set():
            why = f"{model} did not answer {MOST_FAILED} small requests in a row: {error}"
            self.trouble = Trouble(why, LOG, Breakdown.SILENT, model)


def _inputs(spec: ModelSpec) -> list[Any]:
    import tritonclient.grpc as triton  # as above

    warm_up = spec.warm_ups[0]
    arrays = {name: spec.input(name).encode(value) for name, value in warm_up.values.items()}
    for name, n_elements in warm_up.zeros.items():
        arrays[name] = spec.input(name).encode(np.zeros(n_elements, np.float32))
    inputs = []
    for name, array in arrays.items():
        inputs.append(triton.InferInput(name, list(array.shape), spec.input(name).dtype.wire))
        inputs[-1].set_data_from_numpy(array)
    return inputs
