"""``wordlight doctor``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from wordlight import __version__
from wordlight.commands._server_options import server_options
from wordlight.contract import Placement
from wordlight.doctor import WIDEST, Setup, as_json, examine, is_well, placement_here, screen
from wordlight.errors import RuntimeMissing
from wordlight.serving import Ports, stubs_runtime


@click.command()
@server_options
@click.option("--deep", is_flag=True, help="Verify the weights by hash, not by size alone.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")
def doctor(deep: bool, is_json: bool, **chosen: Any) -> None:
    """Look at everything a server needs and say what is wrong and what to do.

    Takes the options of `wordlight serve` and changes nothing. Ends with status 1 if a server
    could not start; with 0 if it could, with warnings or without.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # PYTHONIOENCODING=ascii knows no ✓
    setup = _setup(**chosen)
    with Console(stderr=True).status("") as status:
        sections = examine(
            setup, is_deep=deep, on_progress=lambda title: status.update(f"looking at: {title}")
        )
    if is_json:
        click.echo(as_json(sections))
    else:
        console = Console(highlight=False)
        console.width = min(console.width, WIDEST)
        console.print(screen(sections, f"Wordlight {__version__}, models {setup.models}"))
    sys.exit(0 if is_well(sections) else 1)


def _setup(
    *,
    models: str,
    volume: Path,
    address: str,
    http_port: int,
    grpc_port: int,
    metrics_port: int,
    device: str | None,
    instances: dict[str, int] | None,
    gpus: tuple[int, ...],
) -> Setup:
    """What `wordlight serve` would start with these options."""
    volume = volume.expanduser().absolute()
    placement = Placement(device) if device else placement_here()
    return Setup(
        models,
        volume,
        environment=_environment(volume, placement),
        address=address,
        ports=Ports(http_port, grpc_port, metrics_port),
        placement=placement,
        instances=instances or {},
        gpus=gpus,
    )


def _environment(volume: Path, placement: Placement) -> Path:
    """The environment that the models' processes would use: the volume's runtime, or our own."""
    try:
        runtime = stubs_runtime(volume, has_gpu=placement is Placement.GPU)
    except (RuntimeMissing, OSError):  # the section Runtime shows what is missing
        return Path(sys.prefix)
    return runtime.folder if runtime else Path(sys.prefix)
