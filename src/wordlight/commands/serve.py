"""``wordlight serve``."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordlight.commands._keys import known_keys
from wordlight.commands._saying import console, open_log, say, tell, tell_of
from wordlight.commands._server_options import server_options
from wordlight.commands._traces import trace_into, trace_options
from wordlight.commands.running import run
from wordlight.commands.volume import LineWatch
from wordlight.console import EXIT_FAILED, exit_code
from wordlight.contract import Deployment, Placement
from wordlight.doctor import Setup, State, placement_here, preflight, raise_open_files
from wordlight.errors import BY_CODE, AddressOpen, Severity, WordlightError
from wordlight.logs import TO_STDERR, KeptLog, LogFormat
from wordlight.manifest import load_manifest
from wordlight.runtimes import Runtime, in_use
from wordlight.serving import (
    CANARY_EVERY_S,
    DRAIN_WITHIN_S,
    Board,
    Doors,
    FrontDoor,
    Keeper,
    Ping,
    Ports,
    Server,
    StopSignals,
    TritonServer,
    is_open,
    loopback_of,
    stubs_runtime,
    where,
)
from wordlight.weights import Transfer, bring, push_behind

if TYPE_CHECKING:
    from wordlight.front import Key

COMMAND = "command"
"""The name of the key that the command of `serve -- COMMAND` gets."""


@click.command(context_settings={"ignore_unknown_options": False})
@server_options
@click.option(
    "--ping-port",
    envvar="PORT_HEALTH",
    type=int,
    help="Answer a load balancer's GET /ping here: 204 while starting, 200 when ready.",
)
@click.option(
    "--api-keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of those who may call, as `wordlight key` writes it. Default: what "
    "WORDLIGHT_API_KEYS holds; if that is empty, everybody on this machine may.",
)
@click.option(
    "--unprotected",
    envvar="WORDLIGHT_UNPROTECTED",
    is_flag=True,
    help="Let other machines call without a key. Something else must keep strangers away.",
)
@click.option(
    "--log",
    envvar="WORDLIGHT_LOG",
    type=click.Path(path_type=Path),
    help="Append the log of the whole service to this file (docs/logs.md); - is standard error.",
)
@click.option(
    "--log-format",
    envvar="WORDLIGHT_LOG_FORMAT",
    type=click.Choice([form.value for form in LogFormat]),
    default=LogFormat.TEXT.value,
    show_default=True,
    help="How each line of the log is written.",
)
@click.option(
    "--drain-timeout",
    type=click.FloatRange(min=0),
    default=DRAIN_WITHIN_S,
    show_default=True,
    metavar="SECONDS",
    help="How long requests in flight may take when the server is asked to end.",
)
@click.option(
    "--canary-every",
    type=click.FloatRange(min=0),
    default=CANARY_EVERY_S,
    show_default=True,
    metavar="SECONDS",
    help="How often an idle model gets a small request; 0 for never.",
)
@trace_options
@click.argument("then", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
def serve(
    address: str,
    ping_port: int | None,
    api_keys: Path | None,
    unprotected: bool,
    log: Path | None,
    log_format: str,
    drain_timeout: float,
    canary_every: float,
    otlp_endpoint: str | None,
    trace_ratio: float,
    then: tuple[str, ...],
    **chosen: Any,
) -> None:
    """Serve until interrupted; or, with `-- COMMAND`, until that command ends.

    COMMAND finds the server's gRPC address in WORDLIGHT_URL, those for HTTP and metrics in
    WORDLIGHT_HTTP_URL and WORDLIGHT_METRICS_URL, and a key in WORDLIGHT_API_KEY if callers need
    one; its exit status becomes ours.

    \b
      wordlight serve --models mini
      wordlight serve --models mini -- wordlight narrate script.txt -o out
    """
    _check_command(then)
    kept = _kept_log(log, log_format)
    stop = click.get_current_context().with_resource(StopSignals())
    board = Board()
    if ping_port is not None:
        _answer_pings(address, ping_port, board)
    with _told(stop):
        keys = _keys(address, api_keys, is_unprotected=unprotected)
        setup, runtime = _set_up(address=address, log=None if log == TO_STDERR else log, **chosen)
        with in_use(runtime.folder) if runtime else nullcontext():
            server = _prepared(setup, where(runtime), kept)
            keeper = Keeper(server, board, stop, canary_every_s=canary_every)
            keeper.door = _door(setup, board, keys, has_command=bool(then))
            server.before_launch = keeper.door.open
            trace_into(otlp_endpoint, trace_ratio, server, keeper.door)
            sys.exit(run(keeper, then, _pushes(setup), drain_timeout))


def _check_command(then: tuple[str, ...]) -> None:
    if then and shutil.which(then[0]) is None:
        raise click.UsageError(f"there is no command {then[0]!r} that can be run")


def _kept_log(log: Path | None, log_format: str) -> KeptLog | None:
    """The log that is kept until the command ends, if one is wanted."""
    kept = open_log(log, LogFormat(log_format))
    return None if kept is None else click.get_current_context().with_resource(kept)


def _set_up(
    *,
    models: str,
    volume: Path,
    address: str,
    http_port: int,
    grpc_port: int,
    metrics_port: int,
    log: Path | None,
    device: str | None,
    instances: dict[str, int] | None,
    gpus: tuple[int, ...],
) -> tuple[Setup, Runtime | None]:
    """What was chosen, and the volume's runtime, if the models run in it."""
    volume = Path(os.path.abspath(volume.expanduser()))  # noqa: PTH100 - links stay as they are
    placement = Placement(device) if device else placement_here()
    runtime = stubs_runtime(volume, has_gpu=placement is Placement.GPU)
    setup = Setup(
        models,
        volume,
        environment=runtime.folder if runtime else Path(sys.prefix),
        address=address,
        ports=Ports(http_port, grpc_port, metrics_port),
        placement=placement,
        instances=instances or {},
        gpus=gpus,
        log=log,
    )
    return setup, runtime


@contextmanager
def _told(stop: StopSignals) -> Iterator[None]:
    """Ends the command with a short message, if the server cannot start or is interrupted."""
    try:
        yield
    except WordlightError as error:
        tell(error)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        say("stopped: the server and all that it started have ended")
        sys.exit(stop.exit_status)


def _prepared(setup: Setup, where_stubs_run: str, kept: KeptLog | None) -> Server:
    """A server that was checked, and is ready to start."""
    raise_open_files()
    _refuse_what_cannot_start(setup)
    server = _prepare(setup, Transfer.from_environment(), where_stubs_run)
    if kept is not None:
        server.on_line = kept.write
    return server


def _pushes(setup: Setup) -> Callable[[], object]:
    """Puts the weights into the S3 cache, if there is one that lacks them."""
    transfer = Transfer.from_environment()
    return partial(push_behind, load_manifest(setup.models), setup.volume, transfer)


def _refuse_what_cannot_start(setup: Setup) -> None:
    """Prints the doctor's warnings and errors, and exits if there is an error."""
    findings = preflight(setup)
    for finding in findings:
        tell_of(finding.code, finding.seen, finding.remedy, Severity(finding.state.value))
    codes = {exit_code(BY_CODE[f.code]) for f in findings if f.state is State.ERROR}
    if codes:
        sys.exit(codes.pop() if len(codes) == 1 else EXIT_FAILED)


def _prepare(setup: Setup, transfer: Transfer, where_stubs_run: str) -> Server:
    """Brings the weights onto this machine; returns a server that is ready to start."""
    started_s = time.monotonic()
    models, volume = setup.models, setup.volume
    triton = TritonServer.find()
    bring(load_manifest(models), volume, transfer, LineWatch(console))
    say(f"weights of {models} verified in {time.monotonic() - started_s:.1f} s")
    say(where_stubs_run)
    threads = os.cpu_count() or 1
    deployment = Deployment(
        placement=setup.placement,
        gpus=setup.gpus,
        instances=setup.instances,
        environment=str(setup.environment),
        parameters={"PROFILE": models, "VOLUME": str(volume), "THREADS": str(threads)},
    )
    return Server(
        triton,
        deployment,
        Ports(0, 0, setup.ports.metrics),
        loopback_of(setup.address),
        threads=threads,
        cache=volume / "cache",
    )


def _keys(address: str, file: Path | None, *, is_unprotected: bool) -> tuple[Key, ...]:
    """The keys of those who may call.

    Raises:
        FrontUnusable: A key is malformed, or the front door's packages are missing.
        AddressOpen: There is none, and other machines could call.
    """
    keys = known_keys(file)
    if is_open(address) and not (keys or is_unprotected):
        raise AddressOpen(address)
    return keys


def _door(setup: Setup, board: Board, keys: tuple[Key, ...], *, has_command: bool) -> FrontDoor:
    """The front door, which opens before the models load.

    Raises:
        PortTaken, PortTwice, AddressUnusable: It cannot listen.
    """
    with setup.ports.kept(setup.address):
        pass
    ports = Doors(setup.ports.http, setup.ports.grpc)
    door = FrontDoor(setup.address, ports, board, keys)
    if keys and has_command:
        door.let_in(COMMAND)
    return door


def _answer_pings(address: str, port: int, board: Board) -> None:
    """Answers a load balancer's pings from now until the command ends."""
    try:
        ping = Ping.at(address, port, board)
    except WordlightError as error:
        tell(error)
        sys.exit(1)
    click.get_current_context().with_resource(ping)
