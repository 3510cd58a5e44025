"""What a server says of itself at one moment: its health, and its metrics as numbers."""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
)
from typing import Any, NoReturn
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from wordlight.condition import Condition
from wordlight.errors import (
    KeyMissing,
    KeyWrong,
    ProxyRefused,
    ServerUnreachable,
    WordlightError,
    WrongProtocol,
    WrongUsage,
)

ANSWERS_WITHIN_S = 8.0
"""More than the 5 s after which the front door answers without Triton's metrics."""
MOST_BYTES = 8 << 20
MOST_S = 1e11
"""The latest moment, in seconds since 1970."""
WORDS = ("doing", "code", "sentence", "remedy")
PORTS = {"http": 8000, "https": 443}
NO_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
FROM_A_PROXY = (
    HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
)  # fmt: skip
METRICS, READY = "/metrics", "/v2/health/ready"
WHICH = "give the address of the front door, which `wordlight serve` prints after HTTP"
OURS, OF_TRITON = "wordlight_", "nv_"
OF_THE_FRONT = "wordlight_front_"
"""How the names of metrics begin."""

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of all metrics, by name and labels."""

    values: Mapping[str, Mapping[Labels, float]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Samples:
        """The samples in Prometheus' text.

        Raises:
            ValueError: The text has another form.
        """
        values: dict[str, dict[Labels, float]] = {}
        for sample in _parsed(text):
            labels = frozenset((key, printable(one)) for key, one in sample.labels.items())
            float(sample.labels.get("le", "0"))  # it is an edge of a bucket
            if math.isfinite(sample.value):
                values.setdefault(sample.name, {})[labels] = float(sample.value)
        return cls(values)

    def has(self, *beginnings: str) -> bool:
        """Whether the name of a metric begins so."""
        return any(name.startswith(beginnings) for name in self.values)

    def of(self, name: str, **labels: str) -> Iterator[tuple[dict[str, str], float]]:
        """Labels and value of each sample of that name with these labels."""
        for found, value in self.values.get(name, {}).items():
            if labels.items() <= found:
                yield dict(found), value


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a server.

    Args:
        at_s: When it was, on the monotonic clock.
        condition: How the server is; None if it does not say, as Triton's port of metrics does not.
        samples: Its metrics.
        problem: Why the metrics are not known; None if they are.
    """

    at_s: float
    condition: Condition | None = None
    samples: Samples = Samples()
    problem: WordlightError | None = None

    @property
    def is_lost(self) -> bool:
        """Whether nothing is known: the server did not answer, or something else did."""
        return self.condition is None and self.problem is not None


class Server:
    """A server that is looked at over HTTP, never through a proxy.

    Args:
        url: The front door's address as it was typed, or that of Triton's metrics.
        key: The API key; empty for none.

    Raises:
        WrongUsage: The URL is no address of a server, or the key none that a header can carry.
    """

    def __init__(self, url: str, key: str = "") -> None:
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            self._host, port = parts.hostname or "", parts.port
        except ValueError:  # half an IPv6 address, a port that is no number
            raise _wrong(url) from None
        if parts.scheme not in PORTS or not self._host or port == 0 or parts.username is not None:
            raise _wrong(url)
        if not key.isascii() or not key.isprintable():
            raise WrongUsage("--api-key has characters that no key has", "see `wordlight key`")
        self._is_secure = parts.scheme == "https"
        self._port = port or PORTS[parts.scheme]
        self._path = parts.path.rstrip("/").removesuffix(METRICS)  # of WORDLIGHT_METRICS_URL
        if not self._path.isascii() or not self._path.isprintable() or " " in self._path:
            raise _wrong(url)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"{parts.scheme}://{printable(host)}:{self._port}{self._path}"

    def look(self) -> Look:
        """How it is now. A server that does not answer is a problem of the look."""
        at_s = time.monotonic()
        condition: Condition | None = None
        try:
            condition = self._condition()
            return Look(at_s, condition, self._samples(is_front=condition is not None))
        except WordlightError as problem:
            return Look(at_s, condition, problem=problem)

    def _condition(self) -> Condition | None:
        """How the server is; None at a port of Triton, which knows no such path."""
        status, body = self._get("/health")
        if not body or status == HTTPStatus.NOT_FOUND:
            return None
        try:
            found = Condition.parse(body.decode())
        except (ValueError, TypeError, RecursionError):
            if status in FROM_A_PROXY:
                raise ProxyRefused(self.url, str(int(status))) from None
            raise self._no_front_door() from None
        words = {name: printable(getattr(found, name)) for name in WORDS}
        return Condition(
            found.phase, **words, since=_moment(found.since), has_served=bool(found.has_served)
        )

    def _samples(self, *, is_front: bool) -> Samples:
        status, body = self._get(METRICS)
        try:
            if status != HTTPStatus.OK:
                raise ValueError
            found = Samples.parse(body.decode())
            if not is_front and not found.has(OURS, OF_TRITON):
                raise ValueError
        except (ValueError, RecursionError):
            raise self._no_front_door() from None
        return found

    def _no_front_door(self) -> WordlightError:
        if self._get(READY) != (HTTPStatus.OK, b""):
            return self._other_program()
        why = f"{self.url} is Triton's own port for HTTP, which has no metrics"
        told = f"{WHICH}; without a front door, give that of the metrics (8002)"
        return WrongProtocol(self.url, "HTTP").reworded(why, told)

    def _other_program(self) -> WordlightError:
        why = f"{self.url} answers, but it is no front door of Wordlight"
        return WrongProtocol(self.url, "HTTP").reworded(why, WHICH)

    def _get(self, path: str) -> tuple[int, bytes]:
        """Status and body.

        Raises:
            ServerUnreachable: It does not answer, or not in time.
            KeyMissing, KeyWrong: It wants a key.
        """
        connection = self._connection()
        try:
            connection.request("GET", f"{self._path}{path}", headers=self._headers)
            status, body = _read(connection.getresponse())
        except ssl.SSLError as error:
            why = f"{self.url} has no TLS that can be trusted ({error.reason or 'no TLS at all'})"
            no_tls = WrongProtocol(self.url, "TLS")
            raise no_tls.reworded(why, no_tls.remedy) from None
        except (OSError, HTTPException, UnicodeError) as error:
            if isinstance(error, BadStatusLine) and not isinstance(error, OSError):
                raise self._other_program() from None  # such as a port for gRPC
            problem = ServerUnreachable(self.url)
            told = "start one with `wordlight serve`, or correct --url (WORDLIGHT_HTTP_URL)"
            raise problem.reworded(str(problem), told) from None
        finally:
            connection.close()
        if status in NO_KEY:
            self._refuse_key()
        return status, body

    def _refuse_key(self) -> NoReturn:
        problem = KeyWrong() if self._headers else KeyMissing()
        told = "give it with --api-key or WORDLIGHT_API_KEY"
        raise problem.reworded(f"the metrics need a key: {problem}", told)

    def _connection(self) -> HTTPConnection:
        kind: Any = HTTPSConnection if self._is_secure else HTTPConnection
        made: HTTPConnection = kind(self._host, self._port, timeout=ANSWERS_WITHIN_S)
        return made


def _read(answer: HTTPResponse) -> tuple[int, bytes]:
    """Status and body.

    Raises:
        HTTPException: The body is too long, or does not come in time.
    """
    until_s = time.monotonic() + ANSWERS_WITHIN_S
    parts, n_bytes = [], 0
    while part := answer.read1(1 << 16):
        n_bytes += len(part)
        if n_bytes > MOST_BYTES or time.monotonic() > until_s:
            raise HTTPException("an answer without an end")
        parts.append(part)
    return answer.status, b"".join(parts)


def _parsed(text: str) -> Iterator[Sample]:
    try:
        for family in text_string_to_metric_families(text):
            yield from family.samples
    except IndexError:  # some texts of another form
        raise ValueError("no metrics") from None


def _moment(since: object) -> float:
    """Seconds since 1970; 0 if it is no such number."""
    return float(since) if isinstance(since, int | float) and 0 < since < MOST_S else 0.0


def printable(text: object) -> str:
    """The text without what could change a terminal."""
    return "".join(one if one.isprintable() else " " for one in str(text))


def _wrong(url: str) -> WrongUsage:
    return WrongUsage(
        f"--url is {printable(url)!r}, which is no address of a server",
        "write it as http://HOST:PORT, as `wordlight serve` prints it",
    )
