"""The ASGI application: which address is answered by what. All others do not exist."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from wordlight.errors import NoSuchRoute
from wordlight.front._descriptions import Descriptions
from wordlight.front._door import Door
from wordlight.front._exchange import Exchange
from wordlight.front._hall import Hall
from wordlight.front._health import Health
from wordlight.front._inference import Inference

POST = ("POST",)
ANY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
MODEL = ("/v2/models/{model}", "/v2/models/{model}/versions/{version}")


def application(hall: Hall) -> Starlette:
    """The front door of a hall."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await hall.close()

    nothing = Door(hall, _nothing, ANY)
    app = Starlette(routes=[*_inferring(hall), *_open(hall), *_described(hall)], lifespan=lifespan)
    app.router.redirect_slashes = False
    app.router.default = nothing
    return app


async def _nothing(exchange: Exchange) -> None:
    raise NoSuchRoute(exchange.method, exchange.scope["path"])


def _open(hall: Hall) -> list[Route]:
    """What anybody may ask."""
    health = Health(hall)
    return [
        *(
            Route(path, Door(hall, answer, needs_key=False, is_quiet=True))
            for path, answer in (
                ("/ping", health.ping),
                ("/health", health.health),
                ("/v2/health/ready", health.ready),
                ("/v2/health/live", health.live),
            )
        ),
        Route(
            "/metrics",
            Door(hall, health.metrics, needs_key=hall.config.metrics_need_key, is_quiet=True),
        ),
    ]


def _described(hall: Hall) -> list[Route]:
    about = Descriptions(hall)
    return [
        Route("/v2", Door(hall, about.server)),
        Route("/v2/", Door(hall, about.server)),
        Route("/v2/models/stats", Door(hall, about.all_statistics)),
        *(
            Route(f"{model}{end}", Door(hall, answer))
            for model in MODEL
            for end, answer in (
                ("", about.metadata),
                ("/ready", about.is_ready),
                ("/stats", about.statistics),
                ("/config", about.configuration),
            )
        ),
    ]


def _inferring(hall: Hall) -> list[Route]:
    inference = Inference(hall)
    return [
        Route(f"{model}/{end}", Door(hall, answer, POST, is_inference=True))
        for model in MODEL
        for end, answer in (
            ("infer", inference.infer),
            ("generate", inference.generate),
            ("generate_stream", inference.generate_stream),
        )
    ]
