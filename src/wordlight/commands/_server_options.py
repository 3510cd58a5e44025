"""Options that `wordlight serve`, `doctor` and `render` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from wordlight.commands._volume_options import models_option, volume_option
from wordlight.contract import MODELS, Placement


class Instances(click.ParamType[dict[str, int]]):
    """The numbers of instances by model, as in ``f5_tts=2,whisperx=1``."""

    name = "MODEL=N,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        counts: dict[str, int] = {}
        known = {spec.name for spec in MODELS}
        for part in str(value).split(","):
            model, _, count = part.partition("=")
            if model not in known or not count.isdigit() or int(count) < 1:
                self.fail(f"{part!r} is not MODEL=N with a model of {', '.join(sorted(known))}")
            counts[model] = int(count)
        return counts


class Gpus(click.ParamType[tuple[int, ...]]):
    """The numbers of GPUs, as in ``0,1``."""

    name = "N,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        numbers = str(value).split(",")
        if not all(number.isdecimal() for number in numbers):
            self.fail(f"{value!r} is not a list of GPU numbers like 0,1")
        return tuple(int(number) for number in numbers)


device_option = click.option(
    "--device",
    type=click.Choice([p.value for p in Placement]),
    help="Default: a GPU if there is one.",
)
instances_option = click.option(
    "--instances",
    type=Instances(),
    default=None,
    help="Instances of a model, on each GPU or the CPU.",
)
gpus_option = click.option(
    "--gpus",
    type=Gpus(),
    default="0",
    show_default=True,
    help="GPU numbers, comma-separated.",
)
_SERVER_OPTIONS = (
    models_option("mini"),
    volume_option,
    click.option(
        "--address",
        envvar="WORDLIGHT_ADDRESS",
        default="127.0.0.1",
        show_default=True,
        help="Interface to listen on.",
    ),
    click.option(
        "--http-port",
        envvar="WORDLIGHT_HTTP_PORT",
        default=8000,
        show_default=True,
        help="Port for requests over HTTP, health and metrics.",
    ),
    click.option(
        "--grpc-port",
        envvar="WORDLIGHT_GRPC_PORT",
        default=8001,
        show_default=True,
        help="Port for requests over gRPC.",
    ),
    click.option(
        "--metrics-port",
        default=8002,
        show_default=True,
        help="Port on loopback for Triton's own metrics.",
    ),
    device_option,
    instances_option,
    gpus_option,
)


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that describe a server, for `serve` and for `doctor`."""
    for option in reversed(_SERVER_OPTIONS):
        command = option(command)
    return command
