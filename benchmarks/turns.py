"""Measures how long a short request waits behind a long one, and how soon a cancelled one is gone.

./run wordlight serve -- .venv/bin/python benchmarks/turns.py
"""

from __future__ import annotations

import os
import re
import statistics
import time
from concurrent.futures import Future
from urllib.request import ProxyHandler, build_opener

import numpy as np
import tritonclient.grpc as triton
from serving import SCRIPTS, SENTENCE, spread

from wordlight.contract import SpeechMeters

LONG = (" ".join(SCRIPTS) + " ") * 40
N_LONG, HEAD_START_S, ROUNDS = 6_000, 1.0, 5


class Server:
    """The server at WORDLIGHT_URL, and its metrics at WORDLIGHT_METRICS_URL."""

    def __init__(self) -> None:
        self.url = os.environ["WORDLIGHT_URL"]
        self._client = triton.InferenceServerClient(self.url)
        self._metrics = os.environ["WORDLIGHT_METRICS_URL"].rstrip("/")
        if not self._metrics.endswith("/metrics"):
            self._metrics += "/metrics"

    def ask(self, text: str) -> tuple[Future[float], triton.CallContext]:
        """The future time of ``f5_tts``'s answer, and the call, which can be cancelled."""
        tensor = triton.InferInput("TEXT", [1, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([[text.encode()]], object))
        done: Future[float] = Future()

        def take(result: object, error: Exception | None) -> None:
            del result
            if error is None:
                done.set_result(time.perf_counter())
            else:
                done.set_exception(error)

        return done, self._client.async_infer("f5_tts", [tensor], take)

    def seconds(self, text: str) -> float:
        """How long one request takes."""
        sent_s = time.perf_counter()
        return self.ask(text)[0].result() - sent_s

    def counted(self, name: str) -> float:
        """The present value of a meter."""
        with build_opener(ProxyHandler({})).open(self._metrics, timeout=10) as answer:
            text = answer.read().decode()
        return sum(map(float, re.findall(rf"^{name}{{[^}}]*}} (\S+)$", text, re.MULTILINE)))


def main() -> None:
    """Prints both measurements."""
    server = Server()
    server.seconds(SENTENCE)
    idle_s, behind_s, gone_s, evaluations = [], [], [], []
    for _ in range(ROUNDS):
        idle_s.append(server.seconds(SENTENCE))
        long, call = server.ask(LONG[:N_LONG])
        time.sleep(HEAD_START_S)
        behind_s.append(server.seconds(SENTENCE))
        assert not long.done()
        steps = server.counted(SpeechMeters.STEPS.name)
        call.cancel()
        cancelled_s = time.perf_counter()
        while server.counted(SpeechMeters.IN_WORK.name):
            time.sleep(0.02)
        gone_s.append(time.perf_counter() - cancelled_s)
        evaluations.append(server.counted(SpeechMeters.STEPS.name) - steps)
    print(f"one sentence, idle: {spread(idle_s)}")
    print(f"the same {HEAD_START_S:g} s after {N_LONG:,} characters: {spread(behind_s)}")
    print(f"ratio of medians: {statistics.median(behind_s) / statistics.median(idle_s):.2f}")
    print(
        f"from a cancelled call to a free sampler: {spread(gone_s)}; "
        f"evaluations meanwhile: {statistics.median(evaluations):g}"
    )


if __name__ == "__main__":
    main()
