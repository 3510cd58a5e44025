"""Requests that nobody should send: none is answered with what is not the caller's.

None breaks anything, but for two messages over gRPC, which reach Triton unchecked. They end a
process of Triton 2.51, and are not among the fuzzed ones: after them, the server starts again.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import grpc
import httpx
import pytest
from hostile_grpc import GRPC_KILLERS, INFER, STREAM, fuzzed_grpc, voices
from hostile_grpc import KILLERS as KILLERS_OVER_GRPC
from hostile_requests import KILLERS, LEAKS, fuzzed
from served import Served, served
from traces import until
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import SUBTITLES, VOICES

N_SHORT, N_LONG = 300, 10_000
ANSWERS_WITHIN_S = 20.0
FAILS_WITHIN_S, AGAIN_WITHIN_S = 2.0, 60.0
OURS = "Unable to find shared memory region: "
"""Triton's words for a name that the caller gave."""
BROKEN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED}

Request = partial[tuple[str, str]]
"""Sends a request; gives the status, and what an error says."""


class Grpc:
    """Sends messages over gRPC as they are."""

    def __init__(self, served: Served) -> None:
        self._channel = grpc.insecure_channel(served.grpc)
        self._infer = self._channel.unary_unary(INFER)
        self._stream = self._channel.stream_stream(STREAM)

    def send(self, method: str, message: bytes) -> tuple[str, str]:
        """The status, and what an error says."""
        try:
            if method == INFER:
                self._infer(message, timeout=ANSWERS_WITHIN_S)
                return "OK", ""
            answers = self._stream(iter([message]), timeout=ANSWERS_WITHIN_S)
            errors = [pb.ModelStreamInferResponse.FromString(one).error_message for one in answers]
        except grpc.RpcError as error:
            status: grpc.StatusCode = error.code()
            return ("BROKEN" if status in BROKEN else status.name), error.details()
        wrong = [one for one in errors if one]
        return ("error in a stream", wrong[0]) if wrong else ("OK", "")

    def requests(self, count: int) -> Iterator[Request]:
        """``count`` of them."""
        for killer in KILLERS_OVER_GRPC.values():
            yield partial(self.send, INFER, killer.SerializeToString())
        for method, message in fuzzed_grpc(count - len(KILLERS_OVER_GRPC)):
            yield partial(self.send, method, message)

    def serves(self) -> bool:
        return self.send(INFER, voices().SerializeToString())[0] == "OK"

    def close(self) -> None:
        self._channel.close()


class Http:
    """Sends bodies to the front door as they are."""

    def __init__(self, served: Served) -> None:
        self._client = httpx.Client(
            base_url=f"http://{served.http}/v2/models/", trust_env=False, timeout=ANSWERS_WITHIN_S
        )

    def send(self, model: str, body: bytes, headers: dict[str, str]) -> tuple[str, str]:
        """The status, and what an error says."""
        answer = self._client.post(f"{model}/infer", content=body, headers=headers)
        status = str(answer.status_code) if answer.status_code < 500 else "BROKEN"
        return status, answer.text if answer.is_error else ""

    def requests(self, count: int) -> Iterator[Request]:
        """``count`` of them."""
        for killer in KILLERS.values():
            yield partial(self.send, SUBTITLES.name, killer, {})
        for model, body, headers in fuzzed(count - len(KILLERS), seed=1):
            yield partial(self.send, model, body, headers)

    def serves(self) -> bool:
        one = {"name": "LANGUAGE", "shape": [1, 1], "datatype": "BYTES", "data": [""]}
        return self.send(VOICES.name, json.dumps({"inputs": [one]}).encode(), {})[0] == "200"

    def close(self) -> None:
        self._client.close()


def assert_nothing_breaks(server: Served, sender: Grpc | Http, count: int) -> None:
    """Sends so many requests, and a good one after each."""
    processes = server.processes()
    statuses: Counter[str] = Counter()
    broken = []
    for number, request in enumerate(sender.requests(count)):
        status, said = request()
        statuses[status] += 1
        if status == "BROKEN" or LEAKS.search(said.replace(OURS, "")) or not sender.serves():
            broken.append((number, status, said[:300], str(request.args)[:300]))

    print(f"{count:,} over {type(sender).__name__}: {dict(statuses)}")
    assert broken == []
    assert server.processes() == processes
    assert "SERVER_FAILED" not in server.said


@pytest.mark.parametrize("protocol", [Grpc, Http])
def test_hundreds_of_fuzzed_requests_never_break_anything(
    small: Served, protocol: type[Grpc | Http]
) -> None:
    with closing(protocol(small)) as sender:
        assert_nothing_breaks(small, sender, N_SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", [Grpc, Http])
def test_ten_thousand_fuzzed_requests_never_break_anything(
    whole: Served, protocol: type[Grpc | Http]
) -> None:
    with closing(protocol(whole)) as sender:
        assert_nothing_breaks(whole, sender, N_LONG)


def test_a_message_that_ends_a_process_is_an_error_at_once_and_the_server_serves_again(
    volume: Path, state: Path
) -> None:
    with served(volume, state, is_small=True) as one, closing(Grpc(one)) as sender:
        for what, killer in GRPC_KILLERS.items():
            began_s = time.monotonic()
            status, said = sender.send(INFER, killer.SerializeToString())
            failed_s = time.monotonic() - began_s
            again_s = failed_s + until(sender.serves, AGAIN_WITHIN_S)

            print(f"{what}: failed after {failed_s:.2f} s, served again after {again_s:.1f} s")
            assert status == "BROKEN"
            assert not LEAKS.search(said)
            assert failed_s < FAILS_WITHIN_S
