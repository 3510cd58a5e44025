"""A server from its start to its end, as `wordlight serve` shows it in a terminal."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable

from rich.markup import escape
from rich.status import Status

from wordlight.commands._saying import console, say, tell
from wordlight.condition import Phase
from wordlight.console import Ticker
from wordlight.errors import ServerFailed
from wordlight.proxies import beside_proxies
from wordlight.serving import (
    Board,
    FrontDoor,
    Keeper,
    bound_to_us,
    host_and_port,
    undisturbed,
)

COMMAND_ENDS_WITHIN_S = 10.0


def run(
    keeper: Keeper, then: tuple[str, ...], when_ready: Callable[[], object], drain_within_s: float
) -> int:
    """Starts the server, then runs ``then`` or waits for a signal; returns the exit status."""
    server, started_s = keeper.server, time.monotonic()
    try:
        say("starting tritonserver, loading and warming up the models")
        with console.status("") as status:
            server.start(_progress(status, started_s, keeper.board))
        _tell_what_is_left_out(keeper)
        took_s = time.monotonic() - started_s
        keeper.board.loaded(took_s)
        keeper.board.post(Phase.SERVING)
        say(f"READY in {took_s:.1f} s", markup=f"[bold green]READY[/] in {took_s:.1f} s")
        when_ready()
        _tell_of_trouble(keeper)
        if then:
            code = call(then, keeper)
            if keeper.stop.asked:
                server.abandon()  # nobody waits for its requests any more
            return code
        return _serve_until_stopped(keeper)
    finally:
        try:
            keeper.drain(drain_within_s)
        except KeyboardInterrupt:
            server.abandon()
        finally:
            keeper.close()


def _serve_until_stopped(keeper: Keeper) -> int:
    """Serves until the server is asked to end; returns the exit status.

    Raises:
        ServerFailed: The server breaks again and again.
    """
    try:
        assert keeper.door is not None
        _say_how_to_call(keeper.door)
        keeper.keep()
    except KeyboardInterrupt:
        say("stopping: requests in flight complete first; Ctrl-C again ends them")
    return 0


def _tell_of_trouble(keeper: Keeper) -> None:
    """Prints what breaks while the server serves, and that it serves again."""

    def tell_it(problem: ServerFailed) -> None:
        tell(problem)
        say("starting it again")

    def tell_of_recovery() -> None:
        _tell_what_is_left_out(keeper)
        say("READY again", markup="[bold green]READY[/] again")

    keeper.on_trouble, keeper.on_recovery = tell_it, tell_of_recovery


def _tell_what_is_left_out(keeper: Keeper) -> None:
    keeper.board.leaves_out(keeper.server.left_out)
    for left_out in keeper.server.left_out.values():
        tell(left_out)


def call(command: tuple[str, ...], keeper: Keeper) -> int:
    """Runs ``command``, which ends when we do, and returns its exit status.

    If a signal ended us, the status is that of the signal.
    """
    assert keeper.door is not None
    variables = beside_proxies(os.environ, keeper.door.address) | _addresses(keeper)
    with undisturbed():
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


def _addresses(keeper: Keeper) -> dict[str, str]:
    """The variables that tell a command how to call the server."""
    server, door = keeper.server, keeper.door
    assert door is not None
    triton, metrics = (
        host_and_port(server.address, port) for port in (server.ports.http, server.ports.metrics)
    )
    variables = {
        "WORDLIGHT_URL": door.url,
        "WORDLIGHT_HTTP_URL": door.http_url,
        "WORDLIGHT_METRICS_URL": f"http://{metrics}/metrics",
        # Triton itself, behind the front door: for who measures what the door costs.
        "WORDLIGHT_TRITON_URL": server.url,
        "WORDLIGHT_TRITON_HTTP_URL": f"http://{triton}",
        "WORDLIGHT_MANAGEMENT_KEY": server.management_key,
    }
    return variables if door.own_key is None else {**variables, "WORDLIGHT_API_KEY": door.own_key}


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


def _say_how_to_call(door: FrontDoor) -> None:
    has_key = """-H "x-api-key: $WORDLIGHT_API_KEY" """ if door.keys else ""
    console.print(
        f"  HTTP {door.http_url}   gRPC {door.url}   metrics {door.http_url}/metrics\n"
        f"  wordlight narrate docs/examples/script.txt --url {door.url} -o out\n"
        f"  curl {has_key}{door.http_url}/v2/models/narrate/infer -d "
        """'{"inputs":[{"name":"TEXT","datatype":"BYTES","shape":[1,1],"data":["Hello."]}],"""
        """"outputs":[{"name":"SRT"}]}'\n"""
        "  Ctrl-C stops it",
        markup=False,
    )
