"""A request beyond a limit is refused at once by the models themselves, whatever stands before."""

from __future__ import annotations

import time
from operator import itemgetter
from types import ModuleType

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

from wordlight.contract import SUBTITLES
from wordlight.serving import Server

N_WORDS, N_CHARACTERS = 20_000, 600
REFUSED_WITHIN_S, N_TRIES = 2.0, 3


@pytest.mark.alone
def test_words_that_are_too_long_together_are_refused_at_once(server: Server) -> None:
    server.start()
    times = [0.4 * index for index in range(N_WORDS)]
    values = {"WORDS": ["a" * N_CHARACTERS] * N_WORDS, "STARTS": times, "ENDS": times}
    arrays = {name: SUBTITLES.input(name).encode(value) for name, value in values.items()}

    for kind, port in (
        (tritonclient.http, server.ports.http),
        (tritonclient.grpc, server.ports.grpc),
    ):
        tries = [refusal(kind, port, arrays) for _ in range(N_TRIES)]
        message, took_s = min(tries, key=itemgetter(1))  # other programs may take the processor

        print(f"12 million characters over {kind.__name__}: refused after {took_s:.2f} s")
        assert "TOO_LONG: WORDS is 12,000,000 characters long; at most 400,000" in message
        assert took_s < REFUSED_WITHIN_S


def refusal(kind: ModuleType, port: int, arrays: dict[str, np.ndarray]) -> tuple[str, float]:
    """What the error says, and the seconds until it came."""
    inputs = []
    for name, array in arrays.items():
        one = kind.InferInput(name, list(array.shape), SUBTITLES.input(name).dtype.wire)
        one.set_data_from_numpy(array)
        inputs.append(one)
    with kind.InferenceServerClient(f"127.0.0.1:{port}") as client:
        started_s = time.monotonic()
        with pytest.raises(InferenceServerException) as caught:
            client.infer(SUBTITLES.name, inputs)
        return str(caught.value), time.monotonic() - started_s
