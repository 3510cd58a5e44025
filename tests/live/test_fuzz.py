"""Requests that nobody should send: none breaks anything, or is answered with what is not the
caller's."""

from __future__ import annotations

import json
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
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import SUBTITLES, VOICES

N_SHORT, N_LONG = 300, 10_000
ANSWERS_WITHIN_S = 20.0
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
        killers = {**KILLERS_OVER_GRPC, **GRPC_KILLERS}
        for killer in killers.values():
            yield partial(self.send, INFER, killer.SerializeToString())
        for method, message in fuzzed_grpc(count - len(killers)):
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


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, volume: Path) -> Iterator[Served]:
    with served(volume, tmp_path_factory.mktemp("state"), is_small=True) as one:
        yield one


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, volume: Path) -> Iterator[Served]:
    with served(volume, tmp_path_factory.mktemp("state")) as one:
        yield one


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


@pytest.mark.parametrize("killer", GRPC_KILLERS.values(), ids=GRPC_KILLERS.keys())
@pytest.mark.parametrize("method", [INFER, STREAM])
def test_what_ends_triton_over_grpc_is_refused_before_it(
    small: Served, method: str, killer: pb.ModelInferRequest
) -> None:
    """Triton 2.51 itself, or the model's process, ends at each of these messages."""
    processes = small.processes()
    with closing(Grpc(small)) as sender:
        status, said = sender.send(method, killer.SerializeToString())

        assert status == ("INVALID_ARGUMENT" if method == INFER else "error in a stream")
        assert said.startswith(("TOO_LONG: STARTS", "INVALID_INPUT: NAMES"))
        assert not LEAKS.search(said)
        assert sender.serves()
    assert small.processes() == processes
