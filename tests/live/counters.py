"""Reads the counters of a server's metrics endpoint."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.request import ProxyHandler, build_opener

from wordlight.contract import Meter

WITHIN_S = 300.0
SETTLED_S = 1.0
SPEECH = re.compile(r"^(wordlight_speech_\w+)\{[^}]*\} (\S+)$", re.MULTILINE)


class Counters:
    """What ``f5_tts`` has counted, as Prometheus would read it."""

    def __init__(self, address: str) -> None:
        """The address of a server's metrics, ``host:port``."""
        self._address = address

    def read(self) -> dict[str, float]:
        opener = build_opener(ProxyHandler({}))  # loopback is never asked through a proxy
        with opener.open(f"http://{self._address}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return {
            name: float(value)
            for name, value in re.findall(
                r"^(wordlight_speech_\w+)\{[^}]*\} (\S+)$", text, re.MULTILINE
            )
        }

    def wait_for(self, meter: Meter, is_so: Callable[[float], bool]) -> float:
        until = time.monotonic() + WITHIN_S
        while not is_so(value := self.read()[meter.name]):
            assert time.monotonic() < until, value
            time.sleep(0.05)
        return value

    def settled(self, meter: Meter) -> float:
        """Its value once it stays: counters are up to half a second old."""
        before, now = -1.0, self.read()[meter.name]
        while before != now:
            time.sleep(SETTLED_S)
            before, now = now, self.read()[meter.name]
        return now
