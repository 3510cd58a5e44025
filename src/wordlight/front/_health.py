"""Health and metrics: what load balancers, orchestrators and Prometheus ask for."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus

from wordlight.condition import Condition
from wordlight.front._exchange import Exchange
from wordlight.front._hall import Hall
from wordlight.front._meters import CONTENT_TYPE
from wordlight.front._refusals import Refused


class Health:
    """Answers what is asked of the server's health, from what its supervisor says.

    Args:
        hall: What all doors share.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def ping(self, exchange: Exchange) -> None:
        """204 before the first time of serving, 200 while it serves, else 503 and the reason."""
        condition = self._hall.condition.now()
        await _answer(exchange, condition.ping, condition)

    async def ready(self, exchange: Exchange) -> None:
        """200 while it serves, else 503 and the reason."""
        condition = self._hall.condition.now()
        await _answer(exchange, condition.ready, condition)

    async def live(self, exchange: Exchange) -> None:
        """As ``ready``, and 200 during the first start."""
        condition = self._hall.condition.now()
        await _answer(exchange, condition.live, condition)

    async def health(self, exchange: Exchange) -> None:
        """The whole condition, with the status of ``ready``."""
        condition = self._hall.condition.now()
        await exchange.answer(condition.ready, _reason(condition))

    async def metrics(self, exchange: Exchange) -> None:
        """Triton's metrics and ours; ours alone while Triton does not answer."""
        text = b""
        try:
            status, found = await self._hall.triton.ask("/metrics", is_metrics=True)
            if status == HTTPStatus.OK:
                text = found if found.endswith(b"\n") else found + b"\n"
        except Refused:
            pass
        await exchange.answer(HTTPStatus.OK, text + self._hall.meters.text(), CONTENT_TYPE)


async def _answer(exchange: Exchange, status: HTTPStatus, condition: Condition) -> None:
    is_bad = status is HTTPStatus.SERVICE_UNAVAILABLE
    await exchange.answer(status, _reason(condition) if is_bad else b"")


def _reason(condition: Condition) -> bytes:
    return json.dumps(asdict(condition), ensure_ascii=False).encode()
