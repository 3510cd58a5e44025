"""What Triton says of itself and its models: metadata, readiness, configuration, statistics."""

from __future__ import annotations

import json
from http import HTTPStatus

from wordlight.contract import MODELS
from wordlight.errors import ModelMissing
from wordlight.front._exchange import Exchange
from wordlight.front._hall import Hall
from wordlight.front._refusals import in_our_words, message_in
from wordlight.front._tensors import Model
from wordlight.front._upstream import path_of
from wordlight.front._visit import Visit

BY_NAME: dict[str, Model] = {model.name: model for model in MODELS}
VERSION = "1"
PRIVATE = ("parameters", "model_warmup")
"""Members of a configuration that name places on the server."""
LONGEST_NAME = 40


def find_model(visit: Visit, name: str, version: str = VERSION) -> Model:
    """The model of that name, which the visit is for.

    Raises:
        ModelMissing: The contract has none of that name, or not that version.
    """
    if name not in BY_NAME:
        shown = "".join(one if one.isprintable() else "?" for one in name[:LONGEST_NAME])
        raise ModelMissing(f"model {shown!r}", f"there are: {', '.join(BY_NAME)}")
    visit.model = name
    if version != VERSION:
        raise ModelMissing(f"model {name!r}", f"its only version is {VERSION}")
    return BY_NAME[name]


def model_of(exchange: Exchange) -> Model:
    """The model that the path names.

    Raises:
        ModelMissing: The contract has none of that name, or not that version.
    """
    path = exchange.path
    return find_model(exchange, path.get("model", ""), path.get("version", VERSION))


class Descriptions:
    """Answers questions about the server and its models, as Triton answers them.

    Args:
        hall: What all doors share.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def server(self, exchange: Exchange) -> None:
        """Triton's name, version and extensions."""
        await self._pass(exchange, "/v2")

    async def all_statistics(self, exchange: Exchange) -> None:
        """The statistics of all models."""
        await self._pass(exchange, "/v2/models/stats")

    async def metadata(self, exchange: Exchange) -> None:
        """The tensors of a model."""
        await self._pass(exchange, path_of(model_of(exchange).name))

    async def is_ready(self, exchange: Exchange) -> None:
        """Whether a model is ready."""
        self._check_serving()
        await self._pass(exchange, path_of(model_of(exchange).name, "ready"))

    async def statistics(self, exchange: Exchange) -> None:
        """The statistics of a model, which perf_analyzer reads."""
        await self._pass(exchange, path_of(model_of(exchange).name, "stats"))

    async def configuration(self, exchange: Exchange) -> None:
        """A model's configuration, without what names places on the server."""
        model = model_of(exchange).name
        body = await self._ask(exchange, path_of(model, "config"))
        known = {name: one for name, one in json.loads(body).items() if name not in PRIVATE}
        await exchange.answer(HTTPStatus.OK, json.dumps(known).encode())

    def _check_serving(self) -> None:
        if (problem := self._hall.condition.now().refusal()) is not None:
            raise problem

    async def _pass(self, exchange: Exchange, path: str) -> None:
        await exchange.answer(HTTPStatus.OK, await self._ask(exchange, path))

    async def _ask(self, exchange: Exchange, path: str) -> bytes:
        status, body = await self._hall.triton.ask(path)
        if status != HTTPStatus.OK:
            raise in_our_words(status, message_in(body), exchange.model, exchange.request_id)
        return body
