"""Requests of every kind that callers send, in a random order that is the same at every run."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from hostile_requests import KILLERS, fuzzed
from served import Served
from wordlight_client import Client, Clip, Word

from wordlight.contract import CANCEL, SUBTITLES
from wordlight.errors import DeadlineExceeded, EmptyText, OutOfRange, ServerBusy, UnknownVoice

TEXTS = (
    "Good morning.", "He said yes.", "The path was long.", "We walked home.", "Take your coat.",
    "It is a fine day.",
)  # fmt: skip
LONG = "The river runs past the mill, and the miller counts his sacks of flour again. " * 4
LEAVES_AFTER_S = 0.3
MOST_TRIES, ASKS_AGAIN_S = 60, 2.0
MOST_WORDS = 300
SPEECH = {"narrate": 90, "speak": 60, "stream": 60, "caption": 30, "align": 30, "timed_out": 15,
          "stream_left": 15}  # fmt: skip
"""Of 10,000 requests, how many speak or hear; the last two are left by their callers."""
OTHERS = {"subtitle": 3700, "voices": 2500, "check": 1500, "refused": 1200, "fuzzed": 600,
          "cancel": 200}  # fmt: skip


@dataclass
class Caller:
    """One of several callers at once: a client over each protocol, and one of httpx.

    ``clip`` is a recording of ``said``.
    """

    clients: Mapping[str, Client]
    http: httpx.Client
    url: str
    clip: Clip
    said: str
    hostile: Iterator[tuple[str, bytes, dict[str, str]]] = field(
        default_factory=lambda: fuzzed(1_000_000, seed=5)
    )
    n_busy: int = 0

    @classmethod
    def of(cls, served: Served, clip: Clip, said: str) -> Caller:
        clients = {protocol: served.client(protocol) for protocol in ("grpc", "http")}
        http = httpx.Client(trust_env=False, timeout=300)
        return cls(clients, http, f"http://{served.http}", clip, said)

    def close(self) -> None:
        for client in (*self.clients.values(), self.http):
            client.close()

    def send(self, kind: str, chance: random.Random) -> None:
        """Sends a request of that kind; an answer that is not what it should be is an error.

        A server that is busy is asked again later.
        """
        for _ in range(MOST_TRIES):
            with suppress(ServerBusy):
                return KINDS[kind](self, self.clients[chance.choice(("grpc", "http"))], chance)
            self.n_busy += 1
            time.sleep(ASKS_AGAIN_S)
        raise AssertionError(f"it was too busy for {kind} all the time")


def kinds(count: int, seed: int = 0) -> list[str]:
    """``count`` requests by their kinds. Each thousand has as many of each kind as any other."""
    chance, shares, made = random.Random(seed), SPEECH | OTHERS, list[str]()
    total, given = sum(shares.values()), dict.fromkeys(shares, 0)
    for number in range(count):
        # The kind that lags most behind its share comes next.
        lags = {kind: share * (number + 1) / total - given[kind] for kind, share in shares.items()}
        kind = max(lags, key=lambda one: lags[one])
        given[kind] += 1
        made.append(kind)
    for begin in range(0, count, 500):
        part = made[begin : begin + 500]
        chance.shuffle(part)
        made[begin : begin + 500] = part
    return made


def _narrate(caller: Caller, client: Client, chance: random.Random) -> None:
    assert client.narrate(chance.choice(TEXTS), seed=chance.randrange(99)).words


def _speak(caller: Caller, client: Client, chance: random.Random) -> None:
    assert client.speak(chance.choice(TEXTS), seed=chance.randrange(99)).clip.samples.size


def _stream(caller: Caller, client: Client, chance: random.Random) -> None:
    with client.narrate_stream(" ".join(chance.sample(TEXTS, 2))) as parts:
        assert list(parts)


def _caption(caller: Caller, client: Client, chance: random.Random) -> None:
    transcript = chance.choice((None, caller.said))
    assert client.caption(caller.clip, transcript=transcript).words


def _align(caller: Caller, client: Client, chance: random.Random) -> None:
    assert len(client.align(caller.clip, caller.said).words) == len(caller.said.split())


def _timed_out(caller: Caller, client: Client, chance: random.Random) -> None:
    with suppress(DeadlineExceeded):
        client.narrate(LONG, timeout_s=LEAVES_AFTER_S)
        raise AssertionError("so long a text was spoken so soon")


def _stream_left(caller: Caller, client: Client, chance: random.Random) -> None:
    with client.narrate_stream(LONG) as parts:
        next(parts)


def _subtitle(caller: Caller, client: Client, chance: random.Random) -> None:
    n_words = chance.randint(1, MOST_WORDS)
    words = [Word(f"word{n}", 0.4 * n, 0.4 * n + 0.3) for n in range(n_words)]
    look = chance.choice(("classic", "shorts", "lyrics"))
    assert f"word{n_words - 1}" in client.subtitle(words, look=look).srt


def _voices(caller: Caller, client: Client, chance: random.Random) -> None:
    assert client.voices(chance.choice(("", "en")))


def _check(caller: Caller, client: Client, chance: random.Random) -> None:
    client.check(" ".join(chance.choices(TEXTS, k=20)))


def _refused(caller: Caller, client: Client, chance: random.Random) -> None:
    asks, problem = chance.choice(REFUSED)
    with suppress(problem):
        asks(client)
        raise AssertionError(f"it was not refused with {problem.code}")


def _fuzzed(caller: Caller, client: Client, chance: random.Random) -> None:
    if chance.random() < 0.02:
        model, body, headers = SUBTITLES.name, chance.choice([*KILLERS.values()]), {}
    else:
        model, body, headers = next(caller.hostile)
    url = f"{caller.url}/v2/models/{model}/infer"
    assert caller.http.post(url, content=body, headers=headers).status_code < 500


def _cancel(caller: Caller, client: Client, chance: random.Random) -> None:
    one = {"name": "ID", "shape": [1, 1], "datatype": "BYTES", "data": [f"soak-{chance.random()}"]}
    url = f"{caller.url}/v2/models/{CANCEL.name}/infer"
    assert caller.http.post(url, content=json.dumps({"inputs": [one]})).status_code == 200


REFUSED: list[tuple[Callable[[Client], object], type[Exception]]] = [
    (lambda client: client.check("🙂"), EmptyText),
    (lambda client: client.narrate("🙂"), EmptyText),
    (lambda client: client.narrate("Hello.", voice="nobody"), UnknownVoice),
    (lambda client: client.narrate("Hello.", speed=9.0), OutOfRange),
    (lambda client: list(client.narrate_stream("🙂")), EmptyText),
]
KINDS: Mapping[str, Callable[[Caller, Client, random.Random], None]] = {
    "narrate": _narrate, "speak": _speak, "stream": _stream, "caption": _caption, "align": _align,
    "timed_out": _timed_out, "stream_left": _stream_left, "subtitle": _subtitle, "voices": _voices,
    "check": _check, "refused": _refused, "fuzzed": _fuzzed, "cancel": _cancel,
}  # fmt: skip
