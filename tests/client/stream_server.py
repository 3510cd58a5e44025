"""A server that narrates in parts, over real sockets: gRPC and HTTP, as Triton speaks them.

Certain words in the script decide how the stream goes on. Run as a program, it prints its ports. A
test can then kill it.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
import numpy as np
from fake_server import (
    SPECS,
    Tensors,
    answer_fields,
    asked_fields,
    done_before,
    encode,
    encode_answers,
    stream_fields,
)
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc
from tritonclient.utils import deserialize_bytes_tensor, serialize_byte_tensor

from wordlight.contract import CANCEL, Dtype, Spec, TensorSpec

STUCK_S = 8.0
UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


class Refused(Exception):
    """The refusal that the server answers with."""


@dataclass
class Narrator:
    """Narrates, and records the requests with their ids and what it is told to end."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    told: threading.Condition = field(default_factory=threading.Condition)
    knows_streams: bool = True

    def infer(self, model: str, tensors: Tensors, request_id: str) -> Tensors:
        spec = SPECS[model]
        asked = asked_fields(spec, tensors)
        if model == CANCEL.name:
            with self.told:
                self.cancelled.append(asked["id"])
                self.told.notify_all()
            return encode(spec, answer_fields(""))
        self._note(asked, request_id)
        if "stuck" in asked["text"]:
            self._wait_for_cancel(request_id)
        return encode(spec, answer_fields(asked["text"]))

    def answers(self, model: str, tensors: Tensors, request_id: str) -> Iterator[Tensors]:
        if not self.knows_streams:
            raise Refused(f"Request for unknown model: '{model}' is not found")
        asked = asked_fields(SPECS[model], tensors)
        self._note(asked, request_id)
        text, done = asked["text"], done_before(asked)
        if "refused" in text:
            raise Refused("EMPTY_TEXT: TEXT holds no letter or digit to speak")
        for index, answer in enumerate(encode_answers(stream_fields(text, done))):
            if "fail" in text and index == 1:
                raise Refused("ENGINE_FAILED: the server failed on this request; incident abc")
            if "stuck" in text and index == 2 and not done:
                self._wait_for_cancel(request_id)
            if "slow" in text:
                time.sleep(0.3)
            yield answer

    def _note(self, asked: dict[str, Any], request_id: str) -> None:
        with self.told:
            self.asked.append(asked)
            self.ids.append(request_id)
            self.told.notify_all()

    def _wait_for_cancel(self, request_id: str) -> None:
        with self.told:
            self.told.wait_for(lambda: request_id in self.cancelled, STUCK_S)
        raise Refused("CANCELLED by its id")

    def wait_until_cancelled(self, n: int = 1) -> list[str]:
        """The ids, once there are so many, or after a while."""
        with self.told:
            self.told.wait_for(lambda: len(self.cancelled) >= n, 5.0)
            return list(self.cancelled)


class Servicer(service_pb2_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc]
    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator

    def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802
        try:
            made = self._narrator.infer(request.model_name, _given(request), request.id)
        except Refused as refused:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refused))
        return _message(request, made)

    def ModelStreamInfer(self, requests: Any, context: Any) -> Any:  # noqa: N802
        for request in requests:
            given = _given(request)
            try:
                for made in self._narrator.answers(request.model_name, given, request.id):
                    yield pb.ModelStreamInferResponse(infer_response=_message(request, made))
            except Refused as refused:
                yield pb.ModelStreamInferResponse(error_message=str(refused))


def _given(request: Any) -> Tensors:
    return {
        tensor.name: _array(SPECS[request.model_name].input(tensor.name), raw, tuple(tensor.shape))
        for tensor, raw in zip(request.inputs, request.raw_input_contents, strict=True)
    }


def _array(spec: TensorSpec, raw: bytes, shape: tuple[int, ...]) -> Any:
    if spec.dtype is Dtype.STRING:
        return deserialize_bytes_tensor(raw).reshape(shape)
    return np.frombuffer(raw, spec.dtype.numpy).reshape(shape)


def _message(request: Any, made: Tensors) -> Any:
    message = pb.ModelInferResponse(model_name=request.model_name, id=request.id)
    for name, array in made.items():
        dtype = SPECS[request.model_name].output(name).dtype
        message.outputs.add(name=name, datatype=dtype.wire, shape=array.shape)
        is_text = dtype is Dtype.STRING
        packed = serialize_byte_tensor(array) if is_text else array.tobytes()
        message.raw_output_contents.append(
            (packed.item() if packed.size else b"") if is_text else packed
        )
    return message


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    narrator: Narrator

    def log_message(self, *parts: Any) -> None:
        """Keeps the log out of the tests' output."""

    def do_POST(self) -> None:
        with contextlib.suppress(ConnectionError):  # who has given up does not listen
            self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        model = self.path.split("/")[3]
        if self.path.endswith("/generate_stream"):
            self._stream(SPECS[model], json.loads(body))
            return
        n_header_bytes = int(self.headers.get("Inference-Header-Content-Length", len(body)))
        header, offset, given = json.loads(body[:n_header_bytes]), n_header_bytes, {}
        for tensor in header["inputs"]:
            n_bytes = tensor["parameters"]["binary_data_size"]
            raw, offset = body[offset : offset + n_bytes], offset + n_bytes
            given[tensor["name"]] = _array(
                SPECS[model].input(tensor["name"]), raw, tuple(tensor["shape"])
            )
        try:
            made = self.narrator.infer(model, given, header.get("id", ""))
        except Refused as refused:
            self._reply(400, {"error": str(refused)})
            return
        outputs = [
            {
                "name": name,
                "shape": array.shape,
                "datatype": SPECS[model].output(name).dtype.wire,
                "data": [v.decode() if isinstance(v, bytes) else v for v in array[0].tolist()],
            }
            for name, array in made.items()
        ]
        self._reply(200, {"model_name": model, "outputs": outputs})

    def _stream(self, spec: Spec, values: dict[str, Any]) -> None:
        """Server-sent events as Triton 2.51 was seen to send them."""
        request_id = values.pop("id")
        given = {
            name: spec.input(name).encode(
                np.array(value) if isinstance(value, list) and value[:1] != [str(value[0])]
                else value
            )
            for name, value in values.items()
        }  # fmt: skip
        is_begun = False
        try:
            for made in self.narrator.answers(spec.name, given, request_id):
                if not is_begun:
                    self._begin(200)
                    is_begun = True
                lists = {name: _plain(array) for name, array in made.items()}
                shown = {name: v[0] if len(v) == 1 else v for name, v in lists.items()}
                self._event({**shown, "id": request_id, "model_version": "1"})
        except Refused as refused:
            if "unknown model" in str(refused):
                self._reply(404, {"error": str(refused)})
                return
            if not is_begun:
                self._begin(400)
            self._event({"error": str(refused)})
        self.wfile.write(b"0\r\n\r\n")

    def _begin(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _event(self, values: dict[str, Any]) -> None:
        event = b"data: " + json.dumps(values).encode() + b"\n\n"
        for piece in (event[:7], event[7:]):  # a network cuts where it likes
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def _reply(self, status: int, values: dict[str, Any]) -> None:
        body = json.dumps(values).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


def _plain(array: Any) -> list[Any]:
    return [v.decode() if isinstance(v, bytes) else v for v in array.reshape(-1).tolist()]


@dataclass(frozen=True)
class Served:
    """A narrator, and the addresses on which it listens."""

    narrator: Narrator
    grpc_url: str
    http_url: str


@contextmanager
def served() -> Iterator[Served]:
    """A narrator that listens on loopback."""
    narrator = Narrator()
    over_grpc = grpc.server(ThreadPoolExecutor(8), options=UNLIMITED)
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Servicer(narrator), over_grpc)
    port = over_grpc.add_insecure_port("127.0.0.1:0")
    over_grpc.start()
    handler = type("Bound", (Handler,), {"narrator": narrator})
    over_http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    over_http.daemon_threads = True
    threading.Thread(target=over_http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Served(narrator, f"127.0.0.1:{port}", f"http://127.0.0.1:{over_http.server_port}")
    finally:
        over_grpc.stop(0)
        over_http.shutdown()
        over_http.server_close()


if __name__ == "__main__":
    with served() as here:
        print(json.dumps([here.grpc_url, here.http_url]), flush=True)
        sys.stdin.read()
