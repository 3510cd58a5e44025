"""The way to a server: tensors travel there and back over gRPC or HTTP, blocking or awaited."""

from wordlight_client.transport._address import Protocol, parse_address
from wordlight_client.transport._ending import (
    cancel,
    cancel_async,
    infer,
    infer_async,
    is_last,
    new_id,
    stream,
    stream_async,
)
from wordlight_client.transport._patience import Patience
from wordlight_client.transport._transports import (
    AsyncTransport,
    Transport,
    connect,
    connect_async,
)
from wordlight_client.transport._wire import Tensors, with_key

__all__ = [
    "AsyncTransport",
    "Patience",
    "Protocol",
    "Tensors",
    "Transport",
    "cancel",
    "cancel_async",
    "connect",
    "connect_async",
    "infer",
    "infer_async",
    "is_last",
    "new_id",
    "parse_address",
    "stream",
    "stream_async",
    "with_key",
]
