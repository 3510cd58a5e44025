"""The front door's configuration, which the supervisor writes and the front door reads."""

from __future__ import annotations

import dataclasses
import json
import os
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints

from wordlight.errors import FrontUnusable
from wordlight.front._keys import Key
from wordlight.logs import LogFormat
from wordlight.tracing import TraceSettings

_MIB = 1 << 20
OTHERS = 0o077
"""The permission bits of group and others."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may be, and how many may be in work."""

    body_bytes: int = 384 * _MIB
    """The whole body. Half an hour of audio at 48 kHz takes 346 MB."""
    json_bytes: int = 40 * _MIB
    """The JSON part. 15 s of a voice at 96 kHz take 30 MB, which narrate_stream gets as JSON."""
    unsized_bytes: int = 16 * _MIB
    """A body without a Content-Length. It is kept in memory until it is complete."""
    nesting: int = 8
    """How deep the brackets of the JSON part may be nested; KServe's form needs 6."""
    json_values: int = 250_000
    """Values in the JSON part, without long lists of numbers: six for each of 40,000 words."""
    elements: int = 1 << 26
    """Elements of a tensor for which the contract has no limit."""
    requests: int = 256
    """Requests in work or on their way in."""
    held_bytes: int = 256 * _MIB
    """What is kept in memory of all of them together."""
    messages_bytes: int = 3 * 1024 * _MIB
    """What is kept in memory of all messages of gRPC, each of which is there three times. Over
    HTTP, tensors pass without being kept."""
    reading: int = 64
    """Calls over gRPC, but for streams, whose message is on its way."""
    watches: int = 64
    """Those who watch the health over gRPC."""
    message_s: float = 120.0
    """The time in which a message of gRPC must arrive, whose length is not known before."""
    rpcs: int = 1024
    """Calls over gRPC, which may wait for a message."""
    connections: int = 1024
    """Open connections. Further ones are closed at once."""
    head_bytes: int = 32 * 1024
    """The request line and the headers."""
    head_s: float = 10.0
    """The time in which they must arrive, counted from the first byte."""
    idle_s: float = 10.0
    """The longest silence within a body."""
    unread_s: float = 300.0
    """The longest time for which a caller may leave its answer unread. A player reads on when it
    has played what it has."""
    body_s: float = 15.0
    """The time for the whole body, to which `slowest_bytes_s` adds some for long bodies."""
    slowest_bytes_s: int = 64 * 1024
    """Bytes per second."""


@dataclass(frozen=True, slots=True)
class FrontConfig:
    """All that the front door is told.

    Args:
        triton_http: The port of Triton's HTTP on loopback.
        triton_metrics: The port of Triton's metrics on loopback.
        condition_file: Where the supervisor writes how the server is.
        port_file: Where the front door writes the ports on which it listens: HTTP, then gRPC.
        address: The interface on which it listens.
        port: The port on which it listens; 0 means any free one.
        grpc_port: The port on which it takes gRPC; 0 means any free one, None that it takes none.
        triton_grpc: The port of Triton's gRPC on loopback, if it takes any.
        keys: The API keys that are known. Without any, everybody is let in.
        metrics_need_key: Whether the metrics are shown only to callers with a key.
        queued_s: How long a request may be expected to take, beside all that is in work.
        rates: For models that do long work: seconds for a byte of text or a sample of audio, as
            they are until requests have shown better.
        limits: What one request may be.
        log_format: How log lines are written.
        traces: Where the spans of requests go; without it there are none.
    """

    triton_http: int
    triton_metrics: int
    condition_file: Path
    port_file: Path | None = None
    address: str = "127.0.0.1"
    port: int = 8000
    triton_address: str = "127.0.0.1"
    grpc_port: int | None = None
    triton_grpc: int | None = None
    keys: tuple[Key, ...] = ()
    metrics_need_key: bool = False
    queued_s: float = 120.0
    rates: Mapping[str, float] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    log_format: LogFormat = LogFormat.TEXT
    traces: TraceSettings | None = None

    def write(self, path: Path) -> None:
        """Writes the configuration as JSON that only this user can read."""
        text = json.dumps(dataclasses.asdict(self), default=str, indent=1)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, 0o600)
            file.write(text)

    @classmethod
    def read(cls, path: Path) -> FrontConfig:
        """The configuration in a file.

        Raises:
            FrontUnusable: The file is missing, others may read it, or a field of it is wrong.
        """
        try:
            if path.stat().st_mode & OTHERS:
                raise FrontUnusable(f"{path} can be read by others", f"chmod 600 {path}")
            found = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise FrontUnusable(f"{path} cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise FrontUnusable(f"{path} is not JSON") from error
        return cast("FrontConfig", _built(cls, found, str(path)))


def _built(kind: Any, found: Any, where: str) -> Any:
    """A dataclass from the JSON object that `dataclasses.asdict` made of one."""
    hints = get_type_hints(kind)
    if not isinstance(found, dict):
        raise FrontUnusable(f"{where} is not a JSON object")
    if unknown := found.keys() - hints.keys():
        raise FrontUnusable(f"{where} has no field {sorted(unknown)[0]!r}")
    required = {
        one.name
        for one in dataclasses.fields(kind)
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
    }
    if missing := required - found.keys():
        raise FrontUnusable(f"{where} lacks the field {sorted(missing)[0]!r}")
    return kind(
        **{name: _value(hints[name], value, f"{where}: {name}") for name, value in found.items()}
    )


def _value(hint: Any, value: Any, where: str) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if dataclasses.is_dataclass(hint):
        return _built(hint, value, where)
    origin = get_origin(hint) or hint
    if origin is tuple and isinstance(value, list):
        return tuple(_value(get_args(hint)[0], one, where) for one in value)
    if origin is Mapping and isinstance(value, dict):
        return {name: _value(float, one, where) for name, one in value.items()}
    if origin is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if origin in (Path, LogFormat) and isinstance(value, str):
        try:
            return origin(value)
        except ValueError:
            pass
    elif isinstance(origin, type) and type(value) is origin:
        return value
    raise FrontUnusable(f"{where} has a value of another type")
