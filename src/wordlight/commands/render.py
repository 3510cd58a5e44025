"""``wordlight render``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from wordlight.commands._server_options import device_option, gpus_option, instances_option
from wordlight.commands._volume_options import models_option
from wordlight.contract import GPU_PRODUCTION, Placement
from wordlight.manifest import load_manifest
from wordlight.serving import link_code, model_sources, write_repository

console = Console(stderr=True, highlight=False, soft_wrap=True)


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; default: the checkout's own model_repository.",
)
@models_option("full", takes_variable=False)
@device_option
@instances_option
@gpus_option
@click.option("--check", is_flag=True, help="Write nothing; fail if what is there is out of date.")
def render(
    to: Path | None,
    models: str,
    device: str | None,
    instances: dict[str, int] | None,
    gpus: tuple[int, ...],
    check: bool,
) -> None:
    """Render the model repository's config.pbtxt files from the contract.

    Without options: the GPU production form that is committed under model_repository/.
    """
    load_manifest(models)  # refuses unknown models before anything is written
    deployment = replace(
        GPU_PRODUCTION,
        placement=Placement(device) if device else GPU_PRODUCTION.placement,
        instances={**GPU_PRODUCTION.instances, **(instances or {})},
        gpus=gpus,
        parameters={**GPU_PRODUCTION.parameters, "PROFILE": models},
    )
    target = to or model_sources()
    if not check:
        write_repository(target, deployment)
        if to is not None:  # for the user's own server, whose runtime lacks wordlight
            link_code(target)
        return
    with TemporaryDirectory() as fresh:
        write_repository(Path(fresh), deployment)
        stale = [
            str(made.relative_to(fresh))
            for made in sorted(Path(fresh).rglob("*"))
            if made.is_file() and not _same(made, target / made.relative_to(fresh))
        ]
    if stale:
        console.print("out of date, run `wordlight render`: " + ", ".join(stale))
        sys.exit(1)


def _same(made: Path, there: Path) -> bool:
    return there.is_file() and made.read_bytes() == there.read_bytes()
