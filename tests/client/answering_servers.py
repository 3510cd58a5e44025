"""Servers that answer the client over real sockets, gRPC and HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fake_server import SPECS, Tensors, answer_fields, encode

from wordlight.contract import Dtype

SLOW_S = 1.0
REFUSALS = {
    "empty": (3, 400, "in ensemble 'narrate', EMPTY_TEXT: TEXT holds no letter or digit to speak"),
    "busy": (14, 503, "[request id: <id_unknown>] Exceeds maximum queue size"),
    "shape": (3, 400, "unexpected shape for input 'TEXT'"),
    "broken": (13, 500, "Stub process 'f5_tts_0' is not healthy."),
}
"""Text → gRPC status, HTTP status, message."""


def answer(model: str, text: str) -> Tensors:
    if text == "slow":
        time.sleep(SLOW_S)
    return encode(SPECS[model], answer_fields(text))


@contextmanager
def grpc_server() -> Iterator[str]:
    """The URL of a server."""
    import grpc
    from tritonclient.grpc import service_pb2 as pb
    from tritonclient.grpc import service_pb2_grpc
    from tritonclient.utils import deserialize_bytes_tensor, serialize_byte_tensor

    class Servicer(service_pb2_grpc.GRPCInferenceServiceServicer):
        def ServerReady(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.ServerReadyResponse(ready=True)

        def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802
            raw = dict(
                zip([i.name for i in request.inputs], request.raw_input_contents, strict=True)
            )
            first = "TEXT" if "TEXT" in raw else "TRANSCRIPT"
            text = deserialize_bytes_tensor(raw[first])[0].decode() if first in raw else "heard"
            if text in REFUSALS:
                code, _, message = REFUSALS[text]
                context.abort(next(c for c in grpc.StatusCode if c.value[0] == code), message)
            response = pb.ModelInferResponse(model_name=request.model_name)
            for name, array in answer(request.model_name, text).items():
                dtype = SPECS[request.model_name].output(name).dtype
                response.outputs.add(name=name, datatype=dtype.wire, shape=array.shape)
                is_text = dtype is Dtype.STRING
                packed = serialize_byte_tensor(array).item() if is_text else array.tobytes()
                response.raw_output_contents.append(packed)
            return response

    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(4), options=unlimited)
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0)


class HttpHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *parts: Any) -> None:
        """Keeps the log out of the tests' output."""

    def do_GET(self) -> None:
        self.reply(200, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        n_header_bytes = int(self.headers["Inference-Header-Content-Length"])
        offset, values = n_header_bytes, {}
        for tensor in json.loads(body[:n_header_bytes])["inputs"]:
            n_bytes = tensor["parameters"]["binary_data_size"]
            values[tensor["name"]] = body[offset : offset + n_bytes]
            offset += n_bytes
        model = self.path.split("/")[3]
        text = next((values[n][4:].decode() for n in ("TEXT", "TRANSCRIPT") if n in values), "hi")
        if text == "hang up":
            self.close_connection = True
            return None
        if text == "gateway":
            return self.reply(502, b"<html>Bad gateway</html>")
        if text in REFUSALS:
            _, status, message = REFUSALS[text]
            return self.reply(status, json.dumps({"error": message}).encode())
        outputs = [
            {
                "name": name,
                "shape": array.shape,
                "datatype": SPECS[model].output(name).dtype.wire,
                "data": [v.decode() if isinstance(v, bytes) else v for v in array[0].tolist()],
            }
            for name, array in answer(model, text).items()
        ]
        return self.reply(200, json.dumps({"model_name": model, "outputs": outputs}).encode())

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def http_server() -> Iterator[str]:
    """The URL of a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), HttpHandler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
