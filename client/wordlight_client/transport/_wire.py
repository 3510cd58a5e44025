"""What all transports share: conversion of tensors, gRPC's options, translation of errors.

Errors of tritonclient, grpc, aiohttp and sockets are translated here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

from numpy.typing import NDArray

from wordlight.contract import Spec
from wordlight.proxies import is_here
from wordlight_client.transport._address import Address
from wordlight_client.transport._failures import failure, too_late, unreachable

Tensors = Mapping[str, NDArray[Any]]
Headers = Mapping[str, str]

UNLIMITED = -1
GRPC_OPTIONS = [
    ("grpc.max_send_message_length", UNLIMITED),
    ("grpc.max_receive_message_length", UNLIMITED),
]
NO_PROXY = ("grpc.enable_http_proxy", 0)
"""Without this option gRPC uses a proxy from ``grpc_proxy``, ``https_proxy`` or ``http_proxy``."""
KEY_HEADER = "x-api-key"
"""The header in which the front door looks for a key (docs/front.md)."""
CONNECT_TIMEOUT_S = 10.0
NETWORK_PACKAGES = frozenset({"aiohttp", "geventhttpclient", "http", "_parser"})
"""Packages (``_parser`` is geventhttpclient's) whose exceptions mean that the connection broke."""


class Result(Protocol):
    """A result of tritonclient, over any protocol."""

    def as_numpy(self, name: str) -> NDArray[Any] | None:
        """The output of that name, if there is one."""


@contextmanager
def edge(address: Address, timeout_s: float | None) -> Iterator[None]:
    """Turns exceptions of other packages into our errors."""
    from tritonclient.utils import InferenceServerException

    try:
        yield
    except InferenceServerException as error:
        raise failure(error.message() or "", error.status(), address, timeout_s) from None
    except TimeoutError:  # a socket's, asyncio's
        raise too_late(address, timeout_s) from None
    except OSError as error:  # refused, reset, no such host, another protocol
        raise unreachable(address, error) from None
    except Exception as error:
        if hasattr(error, "details") and hasattr(error, "code"):  # grpc.RpcError
            raise failure(error.details() or "", str(error.code()), address, timeout_s) from None
        if type(error).__module__.partition(".")[0] not in NETWORK_PACKAGES:
            raise
        raise unreachable(address, error) from error


def inputs(triton: ModuleType, spec: Spec, tensors: Tensors) -> list[Any]:
    """The tensors as tritonclient's inputs."""
    made = []
    for name, array in tensors.items():
        tensor = triton.InferInput(name, array.shape, spec.input(name).dtype.wire)
        tensor.set_data_from_numpy(array)
        made.append(tensor)
    return made


def outputs(spec: Spec, result: Result) -> dict[str, NDArray[Any]]:
    """The model's outputs that a result holds."""
    arrays = {tensor.name: result.as_numpy(tensor.name) for tensor in spec.outputs}
    return {name: array for name, array in arrays.items() if array is not None}


def with_key(headers: Mapping[str, str] | None, api_key: str | None) -> Headers:
    """The headers, with those that carry the key, if there is one."""
    return {**({} if api_key is None else {KEY_HEADER: api_key}), **(headers or {})}


def lower(headers: Headers) -> dict[str, str]:
    """The headers with names in lower case: gRPC accepts no other names as metadata."""
    return {name.lower(): value for name, value in headers.items()}


def grpc_options(address: Address) -> list[tuple[str, int]]:
    """The options of a channel. Without them gRPC uses a proxy even for this very machine."""
    return [*GRPC_OPTIONS, NO_PROXY] if is_here(address.host) else GRPC_OPTIONS


def tls(address: Address) -> dict[str, Any]:
    """The arguments that make geventhttpclient use https."""
    if not address.is_secure:
        return {}
    import gevent.ssl

    return {"ssl": True, "ssl_context_factory": gevent.ssl.create_default_context}
