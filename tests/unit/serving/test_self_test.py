"""The self-test reaches a server on loopback past every proxy, and detects wrong tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from proxy import proxy, set_proxies
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc
from tritonclient.utils import serialize_byte_tensor

from wordlight.contract import SUBTITLES
from wordlight.errors import SelfTestFailed
from wordlight.serving._self_test import self_test

RIGHT = """\
1
00:00:00,500 --> 00:00:01,000
light

2
00:00:02,250 --> 00:00:03,000
every

3
00:00:04,125 --> 00:00:05,000
wörd
"""

Serve = Callable[[str], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server whose subtitles model answers with this SRT; the result is its address."""
    running: list[Any] = []

    def start(srt: str) -> str:
        class Servicer(service_pb2_grpc.GRPCInferenceServiceServicer):
            def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802
                response = pb.ModelInferResponse(model_name=request.model_name)
                tensor = SUBTITLES.output("SRT")
                array = tensor.encode(srt)
                response.outputs.add(name="SRT", datatype=tensor.dtype.wire, shape=array.shape)
                response.raw_output_contents.append(serialize_byte_tensor(array).item())
                return response

        server = grpc.server(ThreadPoolExecutor(1))
        service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Servicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        running.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in running:
        server.stop(0)


def test_words_that_come_back_with_their_times_pass(serve: Serve) -> None:
    self_test(serve(RIGHT))


def test_changed_numbers_are_refused(serve: Serve) -> None:
    with pytest.raises(SelfTestFailed, match="known tensors came back changed"):
        self_test(serve(RIGHT.replace("00:00:02,250", "00:00:00,500")))


@pytest.mark.parametrize("exceptions", [{}, {"no_proxy": "intern"}])
def test_no_proxy_is_asked(
    serve: Serve, exceptions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = serve(RIGHT)
    with proxy("keeps silent") as running:
        set_proxies(monkeypatch, running.variables | exceptions)

        self_test(address)

        assert running.asked == []
