"""``wordlight serve``."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from wordlight.commands._server_options import server_options
from wordlight.commands.volume import LineWatch
from wordlight.console import EXIT_FAILED, Ticker, exit_code, print_problem, print_told
from wordlight.contract import Deployment, Placement
from wordlight.doctor import Setup, State, placement_here, preflight, raise_open_files
from wordlight.errors import BY_CODE, ServerFailed, Severity, WordlightError
from wordlight.manifest import load_manifest
from wordlight.proxies import beside_proxies
from wordlight.runtimes import in_use
from wordlight.serving import (
    CANARY_EVERY_S,
    DRAIN_WITHIN_S,
    Board,
    Keeper,
    Phase,
    Ping,
    Ports,
    Server,
    StopSignals,
    TritonServer,
    bound_to_us,
    stubs_runtime,
    where,
)
from wordlight.weights import Transfer, bring, push_behind

COMMAND_ENDS_WITHIN_S = 10.0
console = Console(stderr=True, highlight=False, soft_wrap=True)


@click.command(context_settings={"ignore_unknown_options": False})
@server_options
@click.option(
    "--ping-port",
    envvar="PORT_HEALTH",
    type=int,
    help="Answer a load balancer's GET /ping here: 204 while starting, 200 when ready.",
)
@click.option("--log", type=click.Path(path_type=Path), help="Write the server's log here.")
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
@click.argument("then", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
def serve(
    models: str,
    volume: Path,
    address: str,
    http_port: int,
    grpc_port: int,
    metrics_port: int,
    ping_port: int | None,
    log: Path | None,
    drain_timeout: float,
    canary_every: float,
    device: str | None,
    instances: dict[str, int] | None,
    gpus: tuple[int, ...],
    then: tuple[str, ...],
) -> None:
    """Serve until interrupted; or, with `-- COMMAND`, until that command ends.

    COMMAND finds the server's gRPC address in WORDLIGHT_URL, those for HTTP and metrics in
    WORDLIGHT_HTTP_URL and WORDLIGHT_METRICS_URL; its exit status becomes ours.

    \b
      wordlight serve --models mini
      wordlight serve --models mini -- wordlight narrate script.txt -o out
    """
    if then and shutil.which(then[0]) is None:
        raise click.UsageError(f"there is no command {then[0]!r} that can be run")
    stop = click.get_current_context().with_resource(StopSignals())
    board = Board()
    if ping_port is not None:
        _answer_pings(address, ping_port, board)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    volume = Path(os.path.abspath(volume.expanduser()))  # noqa: PTH100 - links stay as they are
    placement = Placement(device) if device else placement_here()
    with _told(stop):
        runtime = stubs_runtime(volume, has_gpu=placement is Placement.GPU)
        environment = runtime.folder if runtime else Path(sys.prefix)
        ports = Ports(http_port, grpc_port, metrics_port)
        setup = Setup(
            models, volume, environment, address, ports, placement, instances or {}, gpus, log=log
        )
        with in_use(runtime.folder) if runtime else nullcontext():
            server = _prepared(setup, where(runtime))
            keeper = Keeper(server, board, stop, canary_every_s=canary_every)
            sys.exit(_run(keeper, then, _pushes(setup), drain_timeout))


@contextmanager
def _told(stop: StopSignals) -> Iterator[None]:
    """Ends the command with a short message, if the server cannot start or is interrupted."""
    try:
        yield
    except WordlightError as error:
        print_problem(error)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        console.print("stopped: the server and all that it started have ended")
        sys.exit(stop.exit_status)


def _prepared(setup: Setup, where_stubs_run: str) -> Server:
    """A server that was checked, and is ready to start."""
    raise_open_files()
    _refuse_what_cannot_start(setup)
    server = _prepare(setup, Transfer.from_environment(), where_stubs_run)
    server.keep_log = setup.log
    return server


def _pushes(setup: Setup) -> Callable[[], object]:
    """Puts the weights into the S3 cache, if there is one that lacks them."""
    transfer = Transfer.from_environment()
    return partial(push_behind, load_manifest(setup.profile), setup.volume, transfer)


def _refuse_what_cannot_start(setup: Setup) -> None:
    """Prints the doctor's warnings and errors, and exits if there is an error."""
    findings = preflight(setup)
    for finding in findings:
        print_told(finding.code, finding.seen, finding.remedy, Severity(finding.state.value))
    codes = {exit_code(BY_CODE[f.code]) for f in findings if f.state is State.ERROR}
    if codes:
        sys.exit(codes.pop() if len(codes) == 1 else EXIT_FAILED)


def _prepare(setup: Setup, transfer: Transfer, where_stubs_run: str) -> Server:
    """Brings the weights onto this machine; returns a server that is ready to start."""
    started_s = time.monotonic()
    models, volume = setup.profile, setup.volume
    triton = TritonServer.find()
    bring(load_manifest(models), volume, transfer, LineWatch(console))
    console.print(f"weights of {models} verified in {time.monotonic() - started_s:.1f} s")
    console.print(where_stubs_run, markup=False)
    threads = os.cpu_count() or 1
    deployment = Deployment(
        placement=setup.placement,
        gpus=setup.gpus,
        instances=setup.instances,
        environment=str(setup.environment),
        parameters={"PROFILE": models, "VOLUME": str(volume), "THREADS": str(threads)},
    )
    return Server(
        triton, deployment, setup.ports, setup.address, threads=threads, cache=volume / "cache"
    )


def _run(
    keeper: Keeper, then: tuple[str, ...], when_ready: Callable[[], object], drain_within_s: float
) -> int:
    """Starts the server, then runs ``then`` or waits for a signal; returns the exit status."""
    server, started_s = keeper.server, time.monotonic()
    try:
        console.print("starting tritonserver, loading and warming up the models")
        with console.status("") as status:
            server.start(_progress(status, started_s, keeper.board))
        for left_out in server.left_out.values():
            print_problem(left_out)
        keeper.board.post(Phase.SERVING)
        console.print(f"[bold green]READY[/] in {time.monotonic() - started_s:.1f} s")
        when_ready()
        _tell_of_trouble(keeper)
        if then:
            code = _call(then, keeper)
            if keeper.stop.asked:
                server.abandon()  # nobody waits for its requests any more
            return code
        return _serve_until_stopped(keeper, drain_within_s)
    finally:
        server.stop()
        keeper.board.post(Phase.STOPPED)


def _serve_until_stopped(keeper: Keeper, drain_within_s: float) -> int:
    """Serves until the server is asked to end; returns the exit status.

    Raises:
        ServerFailed: The server breaks again and again.
    """
    try:
        _say_how_to_call(keeper.server)
        keeper.keep()
    except KeyboardInterrupt:
        console.print("stopping: requests in flight complete first; Ctrl-C again ends them")
        keeper.drain(drain_within_s)
    return 0


def _tell_of_trouble(keeper: Keeper) -> None:
    """Prints what breaks while the server serves, and that it serves again."""

    def tell(problem: ServerFailed) -> None:
        print_problem(problem)
        console.print("starting tritonserver again")

    keeper.on_trouble = tell
    keeper.on_recovery = partial(console.print, "[bold green]READY[/] again")


def _call(command: tuple[str, ...], keeper: Keeper) -> int:
    """Runs ``command``, which ends when we do, and returns its exit status.

    If a signal ended us, the status is that of the signal.
    """
    server = keeper.server
    host, ports = server.url.rpartition(":")[0], server.ports
    variables = {
        **beside_proxies(os.environ, server.address),
        "WORDLIGHT_URL": server.url,
        "WORDLIGHT_HTTP_URL": f"http://{host}:{ports.http}",
        "WORDLIGHT_METRICS_URL": f"http://{host}:{ports.metrics}/metrics",
    }
    process = subprocess.Popen(bound_to_us(command), env=variables)
    try:
        status = keeper.keep(process)
        return status if status >= 0 else 128 - status  # as shells report a signal
    except KeyboardInterrupt:
        return keeper.stop.exit_status
    finally:
        process.terminate()  # without effect if it has ended
        try:
            process.wait(COMMAND_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _progress(status: Status, started_s: float, board: Board) -> Callable[[str], None]:
    """A function that shows what the server does, on a terminal in one moving line."""
    ticker, shown = Ticker(), ""

    def show(doing: str) -> None:
        nonlocal shown
        board.progress(doing)
        text = f"{time.monotonic() - started_s:4.0f} s  {doing}"
        if console.is_terminal:
            status.update(escape(text))
        elif doing != shown and ticker.is_due():
            shown = doing
            console.print(text, markup=False)

    return show


def _answer_pings(address: str, port: int, board: Board) -> None:
    """Answers a load balancer's pings from now until the command ends."""
    try:
        ping = Ping.at(address, port, board)
    except WordlightError as error:
        print_problem(error)
        sys.exit(1)
    click.get_current_context().with_resource(ping)


def _say_how_to_call(server: Server) -> None:
    http = f"http://{server.url.rpartition(':')[0]}:{server.ports.http}"
    console.print(
        f"  HTTP {http}   gRPC {server.url}   metrics :{server.ports.metrics}/metrics\n"
        f"  wordlight narrate docs/examples/script.txt --url {server.url} -o out\n"
        f"  curl {http}/v2/models/narrate/infer -d "
        """'{"inputs":[{"name":"TEXT","datatype":"BYTES","shape":[1,1],"data":["Hello."]}],"""
        """"outputs":[{"name":"SRT"}]}'\n"""
        "  Ctrl-C stops it",
        markup=False,
    )
