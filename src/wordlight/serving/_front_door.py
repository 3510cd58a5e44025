"""The process of the front door (`wordlight.front`), which answers callers in Triton's place."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import FrontUnusable
from wordlight.logs import LogFormat
from wordlight.serving import _verdict
from wordlight.serving._board import Board
from wordlight.serving._children import Guard, bound_to_us
from wordlight.serving._door_watch import DoorWatch
from wordlight.serving._ports import host_and_port
from wordlight.serving._signals import undisturbed
from wordlight.serving._supervisor import Server
from wordlight.serving._trouble import Trouble
from wordlight.tracing import TraceSettings

if TYPE_CHECKING:
    from wordlight.front import Key

OPENS_WITHIN_S, ENDS_WITHIN_S = 30.0, 10.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports of the front door. 0 stands for any free port."""

    http: int = 8000
    grpc: int = 8001


@dataclass(slots=True)
class FrontDoor:
    """The front door of one server.

    Args:
        address: The interface on which it listens.
        ports: Its ports for HTTP and gRPC; 0 means any free one, and becomes its number.
        board: Where the server's condition is posted.
        keys: Who may call. Without any, everybody may.
        traces: Where the spans of requests go, if anywhere.
        own_key: A key that `let_in` has made.
    """

    address: str
    ports: Doors
    board: Board
    keys: tuple[Key, ...] = ()
    traces: TraceSettings | None = None
    own_key: str | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _guard: Guard = field(default_factory=Guard, init=False)
    _watch: DoorWatch | None = field(default=None, init=False)
    """Looks at it from when it listens."""

    def open(self, server: Server) -> None:
        """Starts it before that server, whose ports are known, unless it is open already.

        Raises:
            FrontUnusable: It does not start.
        """
        if self._watch is not None and self._watch.trouble() is None:
            return
        self._end_now()
        port_file = server.folder / "front.port"
        port_file.unlink(missing_ok=True)
        self._write_config(server, port_file)
        command = [sys.executable, "-m", "wordlight.front", "--config", str(_config_of(server))]
        with undisturbed(), server.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                bound_to_us(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, once
            )
            self._guard = server.guard
            self._guard.watch(self._process.pid)
        try:
            self._wait(port_file)
        except BaseException:
            self._end_now()
            raise
        self._watch = DoorWatch(self._process, port_file)

    def _write_config(self, server: Server, port_file: Path) -> None:
        from wordlight.front import FrontConfig  # not at the top: a server may do without it

        config = FrontConfig(
            server.ports.http,
            server.ports.metrics,
            self.board.keep_in(server.folder),
            port_file,
            address=self.address,
            port=self.ports.http,
            triton_address=server.address,
            grpc_port=self.ports.grpc,
            triton_grpc=server.ports.grpc,
            keys=self.keys,
            log_format=LogFormat.JSON,
            traces=self.traces,
        )
        config.write(_config_of(server))

    def _wait(self, port_file: Path) -> None:
        """Waits until it listens; notes its ports."""
        until_s = time.monotonic() + OPENS_WITHIN_S
        while not port_file.exists():
            assert self._process is not None
            if (status := self._process.poll()) is not None:
                raise FrontUnusable(f"it ended with status {status}", _verdict.LOG)
            if time.monotonic() > until_s:
                raise FrontUnusable(
                    f"it does not listen after {OPENS_WITHIN_S:.0f} s", _verdict.LOG
                )
            time.sleep(LOOK_EVERY_S)
        self.ports = Doors(*map(int, port_file.read_text().split()))

    def let_in(self, name: str) -> None:
        """Makes a key that is known until the door is closed for good."""
        from wordlight.front import Key, hash_key, make_key

        self.own_key = make_key()
        self.keys = (*self.keys, Key(name, hash_key(self.own_key)))

    @property
    def url(self) -> str:
        """The address at which gRPC answers on this machine."""
        return host_and_port(self.address, self.ports.grpc)

    @property
    def http_url(self) -> str:
        """The URL at which HTTP answers on this machine."""
        return f"http://{host_and_port(self.address, self.ports.http)}"

    def why_closed(self) -> Trouble | None:
        """Why it answers no more, though nobody closed it; None if it answers."""
        return None if self._watch is None else self._watch.trouble()

    def close(self) -> None:
        """Ends it, after the answers that it is sending; some seconds later at the latest."""
        if self._process is not None and self.why_closed() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDS_WITHIN_S)
        self._end_now()

    def _end_now(self) -> None:
        process, self._process = self._process, None
        self._watch = None
        if process is not None:
            process.kill()
            process.wait()
            self._guard.release(process.pid)


def _config_of(server: Server) -> Path:
    """Where the configuration of that server's front door lies."""
    return server.folder / "front.json"
