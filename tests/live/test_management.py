"""Triton's management calls: nobody changes a running server without the key of its start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tritonclient.grpc
import tritonclient.http
from live_server import mini_server
from tritonclient.utils import InferenceServerException

from wordlight.contract import SUBTITLES, VOICES
from wordlight.serving import KEY_HEADER, Ports, Server

Client = Any
"""tritonclient's, over HTTP or gRPC: both have the same methods."""
PREFIX = {"http": "", "grpc": "triton-grpc-protocol-"}

RESTRICTED: dict[str, Callable[..., object]] = {
    "the list of system regions": lambda client, **more: client.get_system_shared_memory_status(
        **more
    ),
    "a system region": lambda client, **more: client.register_system_shared_memory(
        "r", "/r", 8, **more
    ),
    "the end of system regions": lambda client, **more: client.unregister_system_shared_memory(
        **more
    ),
    "the list of GPU regions": lambda client, **more: client.get_cuda_shared_memory_status(**more),
    "the log's settings": lambda client, **more: client.get_log_settings(**more),
    "silence": lambda client, **more: client.update_log_settings({"log_error": False}, **more),
    "the traces' settings": lambda client, **more: client.get_trace_settings(**more),
    "a trace into a file": lambda client, **more: client.update_trace_settings(
        settings={"trace_file": "/tmp/trace"}, **more
    ),
}


@pytest.fixture(scope="module")
def running(volume: Path) -> Iterator[Server]:
    one = mini_server(volume)
    one.models, one.ports = (SUBTITLES, VOICES), Ports(0, 0, 0)
    with one:
        yield one


@pytest.fixture(params=["http", "grpc"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(running: Server, protocol: str) -> Iterator[Client]:
    kind = {"http": tritonclient.http, "grpc": tritonclient.grpc}[protocol]
    port = {"http": running.ports.http, "grpc": running.ports.grpc}[protocol]
    with kind.InferenceServerClient(f"127.0.0.1:{port}") as client:
        yield client


@pytest.mark.parametrize("what", RESTRICTED)
def test_a_call_without_the_key_is_refused(client: Client, what: str) -> None:
    with pytest.raises(InferenceServerException, match="restricted"):
        RESTRICTED[what](client)


def test_another_key_is_refused(client: Client, protocol: str) -> None:
    headers = {f"{PREFIX[protocol]}{KEY_HEADER}": "0" * 32}
    with pytest.raises(InferenceServerException, match="restricted"):
        client.get_log_settings(headers=headers)


def test_the_key_of_this_start_opens_them(client: Client, running: Server, protocol: str) -> None:
    headers = {f"{PREFIX[protocol]}{KEY_HEADER}": running.management_key}

    assert client.get_log_settings(headers=headers)
    client.get_system_shared_memory_status(headers=headers)


@pytest.mark.parametrize("call", ["load_model", "unload_model"])
def test_no_model_is_loaded_or_unloaded(client: Client, call: str) -> None:
    with pytest.raises(InferenceServerException, match="not allowed"):
        getattr(client, call)(SUBTITLES.name)

    assert client.is_model_ready(SUBTITLES.name)


def test_what_perf_analyzer_reads_stays_open(client: Client) -> None:
    assert client.get_model_config(SUBTITLES.name)
    assert client.get_inference_statistics(SUBTITLES.name)
    assert client.get_model_metadata(SUBTITLES.name)
