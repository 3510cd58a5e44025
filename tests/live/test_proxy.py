"""deploy/envoy.yaml in a real Envoy: what it lets through, and what it refuses."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from threading import Event

import grpc
import httpx
import numpy as np
import pytest
import tritonclient.grpc
from envoy_process import KEY, Proxied, proxied
from hostile_grpc import send_path
from tritonclient.grpc import service_pb2 as pb

from wordlight.contract import VOICES

SERVICE = "/inference.GRPCInferenceService"
LARGEST_BYTES = 64 * 1024 * 1024
HEADERS = {"authorization": f"Bearer {KEY}"}
MANAGEMENT = (
    f"{SERVICE}/RepositoryModelLoad", f"{SERVICE}/RepositoryModelUnload",
    f"{SERVICE}/RepositoryIndex", f"{SERVICE}/SystemSharedMemoryRegister",
    f"{SERVICE}/SystemSharedMemoryStatus", f"{SERVICE}/SystemSharedMemoryUnregister",
    f"{SERVICE}/CudaSharedMemoryRegister", f"{SERVICE}/TraceSetting", f"{SERVICE}/LogSettings",
)  # fmt: skip

Metadata = Sequence[tuple[str, str]]
WITH_KEY: Metadata = tuple(HEADERS.items())


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(tmp_path_factory.mktemp("proxy")) as one:
        yield one


@pytest.fixture
def http(proxy: Proxied) -> Iterator[httpx.Client]:
    trusted = ssl.create_default_context(cafile=str(proxy.certificate))
    with httpx.Client(base_url=proxy.url, verify=trusted, trust_env=False) as client:
        yield client


@pytest.fixture
def channel(proxy: Proxied) -> Iterator[grpc.Channel]:
    trusted = grpc.ssl_channel_credentials(proxy.certificate.read_bytes())
    with grpc.secure_channel(proxy.address, trusted) as one:
        yield one


def voices() -> pb.ModelInferRequest:
    request = pb.ModelInferRequest(model_name=VOICES.name)
    language = pb.InferTensorContents(bytes_contents=[b"en"])
    request.inputs.add(name="LANGUAGE", datatype="BYTES", shape=[1, 1], contents=language)
    return request


def body() -> str:
    one = {"name": "LANGUAGE", "shape": [1, 1], "datatype": "BYTES", "data": ["en"]}
    return json.dumps({"inputs": [one]})


def call(channel: grpc.Channel, method: str, message: bytes, metadata: Metadata = ()) -> str:
    """The status of a call with one message."""
    try:
        channel.unary_unary(method)(message, timeout=30, metadata=metadata)
    except grpc.RpcError as error:
        status: str = error.code().name
        return status
    return "OK"


def test_our_client_calls_over_https_and_grpcs_with_a_key(proxy: Proxied) -> None:
    program = (
        "import sys; from wordlight_client import Client\n"
        f"for url in sys.argv[1:]: print(len(Client(url, headers={HEADERS}).voices()) > 0)"
    )
    trusted = {**os.environ, "SSL_CERT_FILE": str(proxy.certificate)}
    trusted["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(proxy.certificate)

    said = subprocess.run(
        [sys.executable, "-c", program, proxy.url, f"grpcs://{proxy.address}"],
        env=trusted, capture_output=True, text=True, timeout=100,
    )  # fmt: skip

    assert said.stdout.split() == ["True", "True"], said.stderr


def test_tritonclient_calls_over_grpcs(proxy: Proxied) -> None:
    language = tritonclient.grpc.InferInput("LANGUAGE", [1, 1], "BYTES")
    language.set_data_from_numpy(np.array([[b"en"]], dtype=object))

    with tritonclient.grpc.InferenceServerClient(
        proxy.address, ssl=True, root_certificates=str(proxy.certificate)
    ) as client:
        answer = client.infer(VOICES.name, [language], headers=HEADERS)

    assert answer.as_numpy("NAMES").size


def test_http_needs_a_key_and_returns_the_request_id(http: httpx.Client) -> None:
    path = "/v2/models/voices/infer"
    without = http.post(path, content=body())
    answer = http.post(path, content=body(), headers={**HEADERS, "x-request-id": "id-7"})

    assert (without.status_code, answer.status_code) == (401, 200)
    assert answer.headers["x-request-id"] == "id-7"


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ((), "UNAUTHENTICATED"),
        ((("authorization", "Bearer wrong"),), "UNAUTHENTICATED"),
        (WITH_KEY, "OK"),
        ((("x-api-key", KEY),), "OK"),
    ],
)
def test_grpc_needs_a_key(channel: grpc.Channel, metadata: Metadata, status: str) -> None:
    message = voices().SerializeToString()

    assert call(channel, f"{SERVICE}/ModelInfer", message, metadata) == status


def test_a_stream_needs_a_key_too(channel: grpc.Channel) -> None:
    answers = channel.stream_stream(f"{SERVICE}/ModelStreamInfer")(
        iter([voices().SerializeToString()]), timeout=30
    )

    with pytest.raises(grpc.RpcError) as refused:
        next(answers)

    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_stream_is_passed_on_message_by_message(channel: grpc.Channel) -> None:
    answered = []

    def requests() -> Iterator[bytes]:
        for number in range(3):
            while len(answered) < number:  # the one before must be answered first
                time.sleep(0.01)
            yield voices().SerializeToString()

    for answer in channel.stream_stream(f"{SERVICE}/ModelStreamInfer")(
        requests(), timeout=30, metadata=WITH_KEY
    ):
        answered.append(pb.ModelStreamInferResponse.FromString(answer).error_message)

    assert answered == ["", "", ""]


def test_health_is_open(http: httpx.Client, channel: grpc.Channel) -> None:
    paths = ("/ping", "/health", "/v2/health/ready", "/v2/health/live")
    methods = (f"{SERVICE}/ServerLive", f"{SERVICE}/ServerReady", "/grpc.health.v1.Health/Check")

    assert {http.get(path).status_code for path in paths} == {200}
    assert {call(channel, method, b"") for method in methods} == {"OK"}


@pytest.mark.parametrize("method", MANAGEMENT)
def test_management_is_not_served_with_a_key_either(channel: grpc.Channel, method: str) -> None:
    assert call(channel, method, b"", WITH_KEY) == "UNIMPLEMENTED"


def test_a_path_that_is_no_text_does_not_reach_the_server(
    proxy: Proxied, channel: grpc.Channel
) -> None:
    """grpcio's server, which is behind Envoy, would end with all its calls."""
    stream = channel.stream_stream(f"{SERVICE}/ModelStreamInfer")
    over = Event()

    def waits() -> Iterator[bytes]:
        yield voices().SerializeToString()
        over.wait(30)
        yield voices().SerializeToString()

    answers = stream(waits(), timeout=60, metadata=WITH_KEY)
    next(answers)
    tls = ssl.create_default_context(cafile=str(proxy.certificate))
    tls.set_alpn_protocols(["h2"])
    send_path(int(proxy.address.rpartition(":")[2]), b"/\xff\xfe", tls)
    over.set()

    assert next(answers)  # of the same stream


def test_management_over_http_is_not_served(http: httpx.Client) -> None:
    assert http.get("/v2/logging", headers=HEADERS).status_code == 404


@pytest.mark.parametrize(
    ("n_bytes", "status"),
    [(LARGEST_BYTES, "RESOURCE_EXHAUSTED"), (LARGEST_BYTES - 1000, "INVALID_ARGUMENT")],
)
def test_a_message_may_have_64_mib(channel: grpc.Channel, n_bytes: int, status: str) -> None:
    request = voices()
    request.raw_input_contents.append(bytes(n_bytes))  # beside contents, which is refused

    assert call(channel, f"{SERVICE}/ModelInfer", request.SerializeToString(), WITH_KEY) == status


def test_an_old_tls_is_refused(proxy: Proxied) -> None:
    old = ssl.create_default_context(cafile=str(proxy.certificate))
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{proxy.url}/ping", verify=old, trust_env=False)


def test_the_access_log_has_ids_and_statuses_but_no_keys(
    proxy: Proxied, http: httpx.Client, channel: grpc.Channel
) -> None:
    http.post("/v2/models/voices/infer?secret", content=body(), headers=HEADERS)
    call(channel, f"{SERVICE}/ModelInfer", voices().SerializeToString(), WITH_KEY)
    deadline_s = time.monotonic() + 30  # Envoy writes its log every 10 s
    while (said := proxy.output.read_text()).count("ModelInfer") < 2 or "voices/infer" not in said:
        assert time.monotonic() < deadline_s
        time.sleep(0.2)

    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    assert all(line["request_id"] for line in lines if line["status"] == 200)
    assert KEY not in said
    assert "secret" not in said


@pytest.mark.alone
def test_more_than_an_address_may_send_is_refused_until_later(
    http: httpx.Client, channel: grpc.Channel
) -> None:
    """The last of this file: it uses up the address's requests."""
    answers = []
    while not answers or answers[-1].status_code == 200:
        answers.append(http.get("/v2", headers=HEADERS))
    message = voices().SerializeToString()
    over_grpc = [call(channel, f"{SERVICE}/ModelInfer", message, WITH_KEY) for _ in range(100)]
    health = http.get("/ping").status_code
    time.sleep(2.5)

    assert len(answers) > 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"
    assert set(over_grpc) == {"OK", "RESOURCE_EXHAUSTED"}
    assert health == 200
    assert http.get("/v2", headers=HEADERS).status_code == 200
