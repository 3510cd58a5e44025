"""``wordlight doctor``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from wordlight import __version__
from wordlight.contract import Placement
from wordlight.doctor._examination import examine
from wordlight.doctor._screen import WIDEST, as_json, is_well, screen
from wordlight.doctor._setup import Setup, placement_here
from wordlight.serving._tritonserver import Ports
from wordlight.serving.command import DEFAULT_VOLUME


@click.command()
@click.option("--profile", default="mini", show_default=True, help="Which weights: mini or full.")
@click.option(
    "--volume",
    type=click.Path(path_type=Path),
    envvar="WORDLIGHT_VOLUME",
    default=DEFAULT_VOLUME,
    show_default=True,
    help="Folder for weights and voices.",
)
@click.option("--address", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--http-port", default=8000, show_default=True)
@click.option("--grpc-port", default=8001, show_default=True)
@click.option("--metrics-port", default=8002, show_default=True)
@click.option(
    "--device",
    type=click.Choice([p.value for p in Placement]),
    help="Default: a GPU if there is one.",
)
@click.option("--deep", is_flag=True, help="Verify the weights by hash, not by size alone.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")
def doctor(
    profile: str,
    volume: Path,
    address: str,
    http_port: int,
    grpc_port: int,
    metrics_port: int,
    device: str | None,
    deep: bool,
    is_json: bool,
) -> None:
    """Look at everything a server needs and say what is wrong and what to do.

    Takes the options of `wordlight serve` and changes nothing. Ends with status 1 if a server
    could not start; with 0 if it could, with warnings or without.
    """
    setup = Setup(
        profile=profile,
        volume=volume.expanduser().absolute(),
        address=address,
        ports=Ports(http_port, grpc_port, metrics_port),
        placement=Placement(device) if device else placement_here(),
    )
    with Console(stderr=True).status("") as status:
        sections = examine(
            setup, is_deep=deep, on_progress=lambda title: status.update(f"looking at: {title}")
        )
    if is_json:
        click.echo(as_json(sections))
    else:
        console = Console(highlight=False)
        console.width = min(console.width, WIDEST)
        console.print(screen(sections, f"Wordlight {__version__}, profile {profile}"))
    sys.exit(0 if is_well(sections) else 1)
